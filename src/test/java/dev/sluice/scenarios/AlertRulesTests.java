package dev.sluice.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.scenarios.AlertRules.Alert;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class AlertRulesTests {

    @Test
    void haveAnEntryInTheRunbookEachAndNoEntryIsWithoutAnAlert() {
        String runbook = AlertRules.text(Path.of("README.md"))
                .split("\n## Runbook\n", 2)[1]
                .split("\n## ", 2)[0];
        List<String> entries = Pattern.compile("(?m)^### (\\w+)$")
                .matcher(runbook)
                .results()
                .map(found -> found.group(1))
                .toList();

        assertThat(AlertRules.all()).extracting(Alert::name).containsExactlyElementsOf(entries);
        assertThat(AlertRules.all())
                .allSatisfy(alert -> assertThat(alert.runbook())
                        .isEqualTo("README.md#" + alert.name().toLowerCase(Locale.ROOT)));
    }

    @Test
    @Needs(value = "promtool", installedBy = "apt-get install prometheus")
    void fireOnWhatIsWrongAndNotOnWhatOnlyLooksLikeIt() throws IOException, InterruptedException {
        Process promtool = new ProcessBuilder(
                        NeededPrograms.find("promtool").toString(), "test", "rules", "sluice.rules.test.yml")
                .directory(AlertRules.DIRECTORY.toFile())
                .redirectErrorStream(true)
                .start();
        String said = new String(promtool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(promtool.waitFor()).as(said).isZero();
        assertThat(AlertRules.all())
                .allSatisfy(alert -> assertThat(AlertRules.text(AlertRules.DIRECTORY.resolve("sluice.rules.test.yml")))
                        .contains(alert.name() + " fires", alert.name() + " is quiet"));
    }
}
