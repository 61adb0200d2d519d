package dev.sluice;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.generation.ProblemType;
import dev.sluice.generation.Status;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.context.annotation.ClassPathScanningCandidateComponentProvider;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.core.type.filter.AnnotationTypeFilter;
import org.springframework.modulith.ApplicationModule;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Every table of the README that names things in the code, compared with the code. */
class ReadmeTests {

    private static final Path MAIN = Path.of("src/main/java/dev/sluice");
    private static final Path TESTS = Path.of("src/test/java/dev/sluice");
    private static final Pattern METER = Pattern.compile(
            "(Counter|Gauge|Timer|DistributionSummary)\\.builder\\((.*?)\\.register\\(", Pattern.DOTALL);

    @Test
    void namesEverySettingWithItsDefaultAndItsSentence() {
        JsonNode metadata = JsonMapper.shared()
                .readTree(Path.of("target/classes/META-INF/spring-configuration-metadata.json")
                        .toFile());
        List<List<String>> settings = metadata.path("properties")
                .valueStream()
                .flatMap(ReadmeTests::settings)
                .toList();

        assertThat(table("setting", "default", "what it sets"))
                .as("generated from the @param sentences of the records: change them there, then here")
                .containsExactlyInAnyOrderElementsOf(settings);
    }

    @Test
    void describesEverySettingToEditors() {
        JsonNode metadata = JsonMapper.shared()
                .readTree(Path.of("target/classes/META-INF/spring-configuration-metadata.json")
                        .toFile());

        assertThat(metadata.path("properties").valueStream())
                .as("what an IDE shows beside the name, from the jar")
                .isNotEmpty()
                .allMatch(property -> !property.path("description").asString().isBlank()
                        && !property.path("type").asString().isBlank());
    }

    /** A list of records is told element by element, which the metadata does not do. */
    private static Stream<List<String>> settings(JsonNode property) {
        String name = property.path("name").stringValue();
        String type = property.path("type").stringValue();
        if (!type.startsWith("java.util.List<dev.sluice.")) {
            String value = property.path("defaultValue").isMissingNode()
                    ? "none"
                    : code(property.path("defaultValue").asString());
            return Stream.of(List.of(
                    code(name), value, plain(property.path("description").stringValue())));
        }
        Class<?> element = classNamed(type.substring("java.util.List<".length(), type.length() - 1));
        String source = source(MAIN.resolve(element.getPackageName().replace("dev.sluice.", ""))
                .resolve(element.getNestHost().getSimpleName() + ".java"));
        return Arrays.stream(element.getDeclaredConstructors()[0].getParameters())
                .map(part -> List.of(
                        code(name + "[n]." + dashed(part.getName())),
                        Optional.ofNullable(part.getAnnotation(DefaultValue.class))
                                .filter(given -> given.value().length > 0)
                                .map(given -> code(String.join(",", given.value())))
                                .orElse("none"),
                        plain(find("@param " + part.getName() + " (.*)", source)
                                .findFirst()
                                .orElseThrow()
                                .group(1))));
    }

    @Test
    void namesEveryProblemWithItsStatusAndTitle() {
        assertThat(table("problem", "status", "title"))
                .containsExactlyElementsOf(Arrays.stream(ProblemType.values())
                        .map(type -> List.of(code(type.word()), "" + type.status(), type.title()))
                        .toList());
    }

    @Test
    void namesEveryStatusAndWhatMayFollow() {
        assertThat(table("status", "what it means", "credits", "ends", "next").stream()
                        .map(row -> List.of(row.get(0), row.get(3), row.get(4))))
                .containsExactlyElementsOf(Arrays.stream(Status.values())
                        .map(status -> List.of(code(status.word()), status.hasEnded() ? "yes" : "", followers(status)))
                        .toList());
    }

    private static String followers(Status status) {
        return Arrays.stream(Status.values())
                .filter(status::mayBeFollowedBy)
                .map(next -> code(next.word()))
                .collect(joining(", "));
    }

    @Test
    void namesEveryMeterWithItsKindTagsAndDescription() {
        List<List<String>> meters = sources(MAIN)
                .flatMap(source -> find(METER, source).map(meter -> meter(meter, source)))
                .toList();

        assertThat(table("meter", "kind", "tags", "what it shows")).containsExactlyInAnyOrderElementsOf(meters);
    }

    private static List<String> meter(MatchResult builder, String source) {
        String constant = builder.group(2).split("[,)]", 2)[0];
        String name = find("String " + constant + " = \"(.+?)\"", source)
                .findFirst()
                .orElseThrow(() -> new AssertionError("A meter without a constant for its name: " + builder.group()))
                .group(1);
        return List.of(
                code(name),
                builder.group(1).toLowerCase(Locale.ROOT),
                find("\\.tag\\(\"(.+?)\"", builder.group(2))
                        .map(tag -> code(tag.group(1)))
                        .collect(joining(", ")),
                find("\\.description\\(\"(.+?)\"\\)", builder.group(2))
                        .findFirst()
                        .orElseThrow()
                        .group(1));
    }

    @Test
    void namesEveryRoomWithItsSentenceAndWhatItMayUse() {
        assertThat(table("room", "what it is for", "may use"))
                .containsExactlyInAnyOrderElementsOf(directories(MAIN)
                        .map(room -> List.of(code(room), sentenceOf(room), mayBeUsedBy(room)))
                        .toList());
    }

    private static String sentenceOf(String room) {
        return find(
                        Pattern.compile("/\\*\\* (.+?)(?<=\\.)\\s", Pattern.DOTALL),
                        source(MAIN.resolve(room).resolve("package-info.java")))
                .findFirst()
                .orElseThrow()
                .group(1);
    }

    private static String mayBeUsedBy(String room) {
        ApplicationModule module =
                classNamed("dev.sluice." + room + ".package-info").getAnnotation(ApplicationModule.class);
        String allowed = Optional.ofNullable(module).stream()
                .flatMap(it -> Arrays.stream(it.allowedDependencies()))
                .map(ReadmeTests::code)
                .collect(joining(", "));
        return allowed.isEmpty() ? "nothing" : allowed;
    }

    @Test
    void namesEveryRouteOfBothApis() {
        assertThat(table("call", "answer").stream()
                        .map(row -> row.getFirst().replaceAll("^`([A-Z]+ [^`?]+).*", "$1"))
                        .distinct())
                .containsExactlyInAnyOrderElementsOf(routes().distinct().toList());
    }

    private static Stream<String> routes() {
        ClassPathScanningCandidateComponentProvider scan = new ClassPathScanningCandidateComponentProvider(false);
        scan.addIncludeFilter(new AnnotationTypeFilter(RestController.class));
        return scan.findCandidateComponents("dev.sluice").stream()
                .map(found -> classNamed(String.valueOf(found.getBeanClassName())))
                .flatMap(controller -> Arrays.stream(controller.getDeclaredMethods()))
                .flatMap(method ->
                        Optional.ofNullable(AnnotatedElementUtils.findMergedAnnotation(method, RequestMapping.class))
                                .stream())
                .flatMap(mapping -> Arrays.stream(mapping.path()).map(path -> mapping.method()[0] + " " + path));
    }

    @Test
    void namesATestThatExistsForEveryPromise() {
        List<String> tests = sources(TESTS)
                .flatMap(source -> find("(?:class|interface) (\\w+)", source).findFirst().stream()
                        .flatMap(type -> find("void (\\w+)\\(", source)
                                .map(method -> code(type.group(1) + "." + method.group(1)))))
                .toList();

        assertThat(table("promise", "shown by").stream()
                        .flatMap(row -> Arrays.stream(row.get(1).split(", ", -1))))
                .isSubsetOf(tests);
    }

    @Test
    void quotesLogLinesThatAreWritten() {
        String main = sources(MAIN).collect(joining());

        assertThat(table("level", "log line", "when").stream()
                        .map(row -> row.get(1).replaceAll("^`(.*?)(: id=.*)?`$", "$1")))
                .isNotEmpty()
                .allMatch(line -> main.contains("\"" + line), "is written somewhere");
    }

    @Test
    void linksOnlyToWhatIsThere() {
        String readme = source(Path.of("README.md"));
        List<String> chapters = find("(?m)^#+ (.+)$", readme)
                .map(heading -> "#" + heading.group(1).toLowerCase(Locale.ROOT).replace(' ', '-'))
                .toList();

        assertThat(find("\\]\\((.+?)\\)", readme).map(link -> link.group(1)))
                .isNotEmpty()
                .allMatch(
                        link -> link.startsWith("https://") || chapters.contains(link) || Files.exists(Path.of(link)),
                        "leads somewhere");
    }

    /** The cells of all tables with these headings. */
    private static List<List<String>> table(String... headings) {
        String head = "| " + String.join(" | ", headings) + " |";
        List<List<String>> rows = Stream.of(source(Path.of("README.md")).split(Pattern.quote(head) + "\n", -1))
                .skip(1)
                .flatMap(rest -> rest.lines().skip(1).takeWhile(line -> line.startsWith("|")))
                .map(row -> Arrays.stream(row.substring(1, row.length() - 1).split("\\|", -1))
                        .map(String::strip)
                        .toList())
                .toList();
        assertThat(rows).as("rows under " + head).isNotEmpty();
        return rows;
    }

    private static String code(String text) {
        return "`" + text + "`";
    }

    private static String plain(String javadoc) {
        return javadoc.replaceAll("\\{@code (.+?)}", "`$1`");
    }

    private static String dashed(String name) {
        return name.replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT);
    }

    private static Stream<MatchResult> find(String pattern, String text) {
        return find(Pattern.compile(pattern), text);
    }

    private static Stream<MatchResult> find(Pattern pattern, String text) {
        return pattern.matcher(text).results();
    }

    private static Class<?> classNamed(String name) {
        try {
            return Class.forName(name);
        } catch (ClassNotFoundException e) {
            throw new AssertionError(e);
        }
    }

    private static Stream<String> directories(Path parent) {
        try (Stream<Path> children = Files.list(parent)) {
            return children
                    .filter(Files::isDirectory)
                    .map(child -> child.getFileName().toString())
                    .toList()
                    .stream();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static Stream<String> sources(Path root) {
        try (Stream<Path> files = Files.walk(root)) {
            return files.filter(file -> file.toString().endsWith(".java")).map(ReadmeTests::source).toList().stream();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static String source(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
