package dev.sluice.scenarios;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.yaml.snakeyaml.Yaml;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The alert rules and the dashboard, as operators load them. */
final class AlertRules {

    static final Path DIRECTORY = Path.of("k8s", "prometheus");
    static final Path RULES = DIRECTORY.resolve("sluice.rules.yml");
    private static final Path DASHBOARD = Path.of("k8s", "grafana", "sluice.json");
    private static final Pattern SELECTOR = Pattern.compile("\\b(?:sluice|resilience4j)_\\w+(?:\\{[^}]*})?");

    private AlertRules() {}

    record Alert(String name, String expression, String runbook) {

        /** The series that it is about. */
        List<String> selectors() {
            return SELECTOR.matcher(expression)
                    .results()
                    .map(found -> found.group())
                    .distinct()
                    .toList();
        }
    }

    static List<Alert> all() {
        JsonNode rules = JsonMapper.shared().valueToTree(new Yaml().load(text(RULES)));
        return rules.path("groups")
                .valueStream()
                .flatMap(group -> group.path("rules").valueStream())
                .map(rule -> new Alert(
                        rule.path("alert").stringValue(),
                        rule.path("expr").stringValue(),
                        rule.at("/annotations/runbook_url").stringValue()))
                .toList();
    }

    static Stream<JsonNode> dashboardPanels() {
        return JsonMapper.shared().readTree(text(DASHBOARD)).path("panels").valueStream();
    }

    /** Every query of the dashboard. */
    static List<String> dashboardQueries() {
        return dashboardPanels()
                .flatMap(panel -> panel.path("targets").valueStream())
                .map(target -> target.path("expr").stringValue())
                .toList();
    }

    /** The rules with short windows, since a test has no hours: what is seen over minutes is seen over seconds here. */
    static String inAHurry(String window) {
        return text(RULES)
                .replaceAll("\\[\\d+[mh]]", "[" + window + "]")
                .replaceAll("for: \\d+m", "for: 1s")
                .replace("> 120", "> 1");
    }

    static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
