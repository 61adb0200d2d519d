package dev.sluice.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.Error;
import com.networknt.schema.InputFormat;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.dialect.Dialects;
import dev.sluice.capacity.Circuit;
import dev.sluice.generation.Priority;
import dev.sluice.generation.ProblemType;
import dev.sluice.generation.Status;
import dev.sluice.generation.WaitingFor;
import dev.sluice.journal.Delivery;
import dev.sluice.scenarios.EventStream.Event;
import dev.sluice.scenarios.OpenApi.Operation;
import dev.sluice.scenarios.OpenApi.Place;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** The description itself: whole, well formed, and of one mind with the code and the README. */
class OpenApiTests {

    private static final int SECONDS_OF_THE_LINTER = 60;

    private final OpenApi described = OpenApi.read();

    @Test
    void isOpenApi31() throws IOException {
        String schema = Files.readString(Path.of("src/test/resources/openapi/schema-3.1.json"));

        assertThat(SchemaRegistry.withDialect(Dialects.getDraft202012())
                        .getSchema(schema, InputFormat.JSON)
                        .validate(described.root()))
                .isEmpty();
    }

    @Test
    void hasSchemasThatAreSchemas() {
        var metaSchema = SchemaRegistry.withDialect(Dialects.getDraft202012())
                .getSchema(SchemaLocation.of("https://json-schema.org/draft/2020-12/schema"));

        assertThat(components("schemas").entrySet())
                .allSatisfy(schema -> assertThat(
                                metaSchema.validate(schema.getValue()).stream().map(Error::toString))
                        .as(schema.getKey())
                        .isEmpty());
    }

    @Test
    @Needs(value = "redocly", installedBy = "npm install --global @redocly/cli@2.77.0")
    void hasNothingThatALinterFinds(@TempDir Path scratch) throws IOException, InterruptedException {
        Path output = scratch.resolve("output");
        ProcessBuilder linter = new ProcessBuilder(
                        NeededPrograms.find("redocly").toString(),
                        "lint",
                        "--config=src/test/redocly.yaml",
                        OpenApi.FILE.toString())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile());
        linter.environment().putAll(Map.of("REDOCLY_TELEMETRY", "off", "REDOCLY_SUPPRESS_UPDATE_NOTICE", "true"));
        Process process = linter.start();

        try {
            assertThat(process.waitFor(SECONDS_OF_THE_LINTER, TimeUnit.SECONDS)).isTrue();
            assertThat(process.exitValue()).as(Files.readString(output)).isZero();
        } finally {
            process.destroyForcibly();
        }
    }

    @Test
    void saysOfEveryCallWhatItIsAndHowItMayEnd() {
        Set<String> tags = described
                .root()
                .path("tags")
                .valueStream()
                .map(tag -> tag.path("name").stringValue())
                .collect(Collectors.toSet());

        assertThat(described.operations().map(Operation::id)).doesNotHaveDuplicates();
        assertThat(described.operations()).isNotEmpty().allSatisfy(operation -> {
            assertThat(operation.id()).isNotEmpty();
            assertThat(operation.said().path("summary").stringValue("")).isNotEmpty();
            assertThat(operation.said().path("description").stringValue("")).isNotEmpty();
            assertThat(operation.said().path("tags")).hasSize(1).allMatch(tag -> tags.contains(tag.stringValue()));
            assertThat(operation.said().path("responses").propertyNames())
                    .anyMatch(status -> status.startsWith("2"))
                    .contains("default")
                    .contains(operation.isPublic() ? "304" : "401");
            assertThat(described.parameters(operation))
                    .as("each is shown")
                    .noneMatch(it -> OpenApi.example(it).isMissingNode());
            assertThat(described.parameters(operation).stream()
                            .filter(it -> it.path("in").stringValue().equals("path"))
                            .map(it -> "{" + it.path("name").stringValue() + "}"))
                    .containsExactlyElementsOf(Pattern.compile("\\{\\w+}")
                            .matcher(operation.path())
                            .results()
                            .map(it -> it.group())
                            .toList());
        });
    }

    @Test
    void saysOfEveryPropertyWhatItMeansAndOfEveryObjectWhetherThereMayBeMore() {
        Set<String> bases = new HashSet<>();
        walk(
                described.root(),
                "",
                (_, node) -> node.path("allOf")
                        .forEach(base -> bases.add(base.path("$ref").stringValue(""))));

        components("schemas")
                .forEach((name, schema) -> walk(schema, name, (where, node) -> {
                    node.path("properties")
                            .properties()
                            .forEach(property -> assertThat(property.getValue().propertyNames())
                                    .as(where + "." + property.getKey())
                                    .containsAnyOf("description", "$ref"));
                    if (node.path("type").stringValue("").equals("object")
                            && !bases.contains("#/components/schemas/" + where)) {
                        assertThat(node.propertyNames())
                                .as(where)
                                .containsAnyOf("additionalProperties", "unevaluatedProperties");
                    }
                    if (node.has("required")) {
                        assertThat(node.path("required").valueStream().map(JsonNode::stringValue))
                                .as(where)
                                .isSubsetOf(node.path("properties").propertyNames());
                    }
                }));
    }

    @Test
    void usesEveryComponent() {
        Set<String> used = new HashSet<>();
        walk(described.root(), "", (_, node) -> used.add(node.path("$ref").stringValue("")));

        for (String kind : List.of("parameters", "headers", "responses", "schemas", "examples")) {
            assertThat(components(kind).keySet().stream().map(name -> "#/components/" + kind + "/" + name))
                    .isSubsetOf(used);
        }
        used.remove("");
        assertThat(used).allMatch(ref -> described.place(ref.substring(1)).exists(), "leads somewhere");
    }

    @Test
    void showsExamplesThatAreAsTheirSchemasSay() {
        List<String> shown = new ArrayList<>();
        walk(described.root(), "", (where, node) -> {
            if (node.has("schema")) {
                described.examples(node).forEach((name, example) -> {
                    shown.add(where);
                    assertThat(complaints(described.place(where).to("schema"), example))
                            .as(where + " " + name)
                            .isEmpty();
                });
            }
            if (node.path("examples").isArray()) { // of a schema
                node.path("examples")
                        .forEach(example -> assertThat(described.complaints(described.place(where), example))
                                .as(where)
                                .isEmpty());
            }
        });

        assertThat(shown).hasSizeGreaterThan(100);
        assertThat(described.operations().flatMap(this::bodies))
                .allSatisfy(body -> assertThat(described.examples(body))
                        .as("a body without an example")
                        .isNotEmpty());
    }

    private Stream<JsonNode> bodies(Operation operation) {
        return operation.said().at("/requestBody/content").valueStream();
    }

    private List<String> complaints(Place schema, JsonNode example) {
        Place resolved = described.resolved(schema);
        return resolved.node().has("x-events")
                ? described.complaints(resolved, EventStream.parse(example.stringValue()))
                : described.complaints(resolved, example);
    }

    @Test
    void knowsTheWordsOfTheCodeAndNoOthers() {
        assertThat(words("Status")).containsExactlyElementsOf(words(Status.values(), Status::word));
        assertThat(words("WaitingFor")).containsExactlyElementsOf(words(WaitingFor.values(), WaitingFor::word));
        assertThat(words("CircuitState")).containsExactlyElementsOf(words(Circuit.values(), Circuit::word));
        assertThat(words("ProblemType")).containsExactlyElementsOf(words(ProblemType.values(), ProblemType::uri));
        assertThat(words("Options/properties/priority"))
                .containsExactlyElementsOf(words(Priority.values(), Priority::word));
        assertThat(words("Delivery/properties/state"))
                .containsExactlyElementsOf(words(Delivery.State.values(), Delivery.State::word));
        assertThat(words("WebhookMessage/properties/type"))
                .containsExactlyElementsOf(Arrays.stream(Status.values())
                        .filter(Status::hasEnded)
                        .map(status -> "generation." + status.word())
                        .toList());
    }

    private List<String> words(String schema) {
        return described
                .root()
                .at("/components/schemas/" + schema + "/enum")
                .valueStream()
                .map(JsonNode::stringValue)
                .toList();
    }

    private static <T> List<String> words(T[] values, java.util.function.Function<T, String> word) {
        return Arrays.stream(values).map(word).toList();
    }

    @Test
    void showsEveryProblemWithItsStatusAndTitle() {
        Set<String> shown = new HashSet<>();
        walk(described.root().at("/components/examples"), "", (where, node) -> {
            String type = node.path("type").stringValue("");
            Arrays.stream(ProblemType.values())
                    .filter(it -> it.uri().equals(type))
                    .forEach(problem -> {
                        assertThat(node.path("status").intValue()).as(where).isEqualTo(problem.status());
                        assertThat(node.path("title").stringValue()).as(where).isEqualTo(problem.title());
                        shown.add(problem.word());
                    });
        });

        assertThat(shown)
                .as("all but the one that the drop-in API tells in another shape")
                .containsExactlyInAnyOrderElementsOf(Arrays.stream(ProblemType.values())
                        .filter(it -> it != ProblemType.UPSTREAM_UNREACHABLE)
                        .map(ProblemType::word)
                        .toList());
    }

    @Test
    void showsEveryEventOfEveryStreamAsItGoesOverTheWire() {
        List<String> ofOne = Stream.concat(Stream.of("progress"), words(Status.values(), Status::word).stream())
                .toList();
        assertThat(described.events("GenerationStream")).containsExactlyInAnyOrderElementsOf(ofOne);
        assertThat(described.events("BatchStream"))
                .containsExactlyInAnyOrderElementsOf(
                        Stream.concat(Stream.of("batch"), ofOne.stream()).toList());

        Set<String> shown = new HashSet<>();
        walk(
                described.root().path("paths"),
                "",
                (_, node) -> described
                        .examples(node.path("text/event-stream"))
                        .values()
                        .forEach(stream ->
                                EventStream.parse(stream.stringValue()).forEach(event -> shown.add(name(event)))));
        assertThat(shown)
                .containsExactlyInAnyOrderElementsOf(Stream.of(
                                ofOne.stream(),
                                Stream.of("batch", "status", "message/status", "message/complete", "message/error"))
                        .flatMap(names -> names)
                        .toList());
    }

    private static String name(Event event) {
        return event.name().isEmpty() ? "message/" + event.json().path("type").stringValue() : event.name();
    }

    @Test
    void saysOfEveryStatusThatTheReadmeNamesWhatItMeansThere() throws IOException {
        String readme = Files.readString(Path.of("README.md"))
                .replaceFirst("(?s)\n## Coming from elsewhere\n.*?(?=\n## )", ""); // calls of other APIs
        Pattern row = Pattern.compile("(?m)^\\| `([A-Z]+ [^`?]+)[^|]*\\|(.+)\\|$");

        Map<String, Set<String>> named = row.matcher(readme)
                .results()
                .collect(Collectors.groupingBy(
                        it -> it.group(1).strip().replace("**", "{path}"),
                        Collectors.flatMapping(
                                it -> Pattern.compile("\\b[2-5]\\d\\d\\b")
                                        .matcher(it.group(2))
                                        .results()
                                        .map(status -> status.group()),
                                Collectors.toSet())));

        assertThat(named)
                .containsOnlyKeys(described.operations().map(Operation::route).toList());
        assertThat(described.operations())
                .allSatisfy(operation -> assertThat(
                                operation.said().path("responses").propertyNames())
                        .containsAll(named.getOrDefault(operation.route(), Set.of())));
    }

    @Test
    void isOfThisVersion() throws IOException {
        assertThat(Files.readString(Path.of("pom.xml")))
                .contains("<version>" + described.root().at("/info/version").stringValue() + "</version>");
    }

    private Map<String, JsonNode> components(String kind) {
        return described.root().at("/components/" + kind).properties().stream()
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
    }

    /** Every object from there on, with where it stands; what is only shown is not looked into. */
    private static void walk(JsonNode node, String where, BiConsumer<String, JsonNode> look) {
        if (node.isObject()) {
            look.accept(where, node);
        }
        node.properties()
                .forEach(it -> walk(
                        it.getValue(),
                        where + "/" + it.getKey().replace("~", "~0").replace("/", "~1"),
                        look));
        if (node.isArray()) {
            for (int i = 0; i < node.size(); i++) {
                walk(node.get(i), where + "/" + i, look);
            }
        }
    }
}
