package dev.sluice.scenarios;

import com.networknt.schema.Error;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SchemaRegistryConfig;
import com.networknt.schema.dialect.Dialects;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.yaml.snakeyaml.Yaml;
import tools.jackson.databind.JsonNode;

/** The description of both APIs, as the tests read it: who is asked what, and whether an answer is as it says. */
final class OpenApi {

    static final Path FILE = Path.of("src/main/resources/openapi/openapi.yaml");

    private static final String HERE = "https://sluice.example/openapi.json";
    private static final Set<String> METHODS = Set.of("get", "post", "delete", "put", "patch", "head", "options");

    /** What the native API may answer to any request; all else is said of each call. */
    private static final Set<Integer> OF_ANY = Set.of(405, 408, 414, 431, 500);

    private final JsonNode root;
    private final SchemaRegistry schemas;

    private OpenApi(JsonNode root) {
        this.root = root;
        this.schemas = SchemaRegistry.withDialect(
                Dialects.getDraft202012(),
                registry -> registry.schemas(Map.of(HERE, root.toString()))
                        .schemaRegistryConfig(SchemaRegistryConfig.builder()
                                .formatAssertionsEnabled(true)
                                .build()));
    }

    static OpenApi read() {
        try {
            return new OpenApi(Client.JSON.valueToTree(new Yaml().load(Files.readString(FILE))));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    JsonNode root() {
        return root;
    }

    /**
     * One call.
     *
     * @param path with the names of its parameters in braces
     * @param pointer where it stands in the description
     */
    record Operation(String method, String path, JsonNode said, String pointer) {

        /** As {@code GET /v1/events}. */
        String route() {
            return method + " " + path;
        }

        String id() {
            return said.path("operationId").stringValue("");
        }

        /** Whether anybody may ask, without a key. */
        boolean isPublic() {
            return said.path("security").isArray() && said.path("security").isEmpty();
        }

        @Override
        public String toString() {
            return route();
        }
    }

    /** Every call under a path. */
    Stream<Operation> operations() {
        return operations("paths");
    }

    /** What Sluice calls itself. */
    Stream<Operation> webhooks() {
        return operations("webhooks");
    }

    private Stream<Operation> operations(String where) {
        return root.path(where).properties().stream()
                .flatMap(path -> path.getValue().properties().stream()
                        .filter(member -> METHODS.contains(member.getKey()))
                        .map(operation -> new Operation(
                                operation.getKey().toUpperCase(Locale.ROOT),
                                path.getKey(),
                                operation.getValue(),
                                pointer(where, path.getKey(), operation.getKey()))));
    }

    /** The call of that id. */
    Operation operation(String id) {
        return operations().filter(it -> it.id().equals(id)).findFirst().orElseThrow();
    }

    List<JsonNode> parameters(Operation operation) {
        return operation
                .said()
                .path("parameters")
                .valueStream()
                .map(this::resolved)
                .toList();
    }

    /** What is said of that status: under its number, or, if any request may be answered so, under {@code default}. */
    Optional<Place> response(Operation operation, int status) {
        Place responses = new Place(operation.said().path("responses"), operation.pointer() + "/responses");
        boolean ofAny = operation.path().startsWith("/api/") || OF_ANY.contains(status);
        return Stream.of("" + status, "default")
                .filter(name -> ofAny || !name.equals("default"))
                .filter(responses.node()::has)
                .findFirst()
                .map(responses::to)
                .map(this::resolved);
    }

    /** A node and where it stands. */
    record Place(JsonNode node, String pointer) {

        Place to(String... names) {
            Place place = this;
            for (String name : names) {
                place = new Place(place.node.path(name), place.pointer + "/" + escaped(name));
            }
            return place;
        }

        boolean exists() {
            return !node.isMissingNode();
        }
    }

    Place place(String pointer) {
        return new Place(root.at(pointer), pointer);
    }

    Place resolved(Place place) {
        return place.node().has("$ref")
                ? place(place.node().path("$ref").stringValue().substring(1))
                : place;
    }

    JsonNode resolved(JsonNode node) {
        return node.has("$ref") ? root.at(node.path("$ref").stringValue().substring(1)) : node;
    }

    /** What is wrong with the value by the schema that stands there; empty if nothing is. */
    List<String> complaints(Place schema, JsonNode value) {
        Schema compiled = schemas.getSchema(SchemaLocation.of(HERE + "#" + schema.pointer()));
        return compiled.validate(value).stream().map(Error::toString).toList();
    }

    /** The same of a stream: of each of its events by the schema that its name has under {@code x-events}. */
    List<String> complaints(Place schema, List<EventStream.Event> events) {
        Place byName = resolved(schema).to("x-events");
        return events.stream()
                .flatMap(event -> {
                    Place data = byName.to(event.name().isEmpty() ? "message" : event.name());
                    return data.exists()
                            ? complaints(data, event.json()).stream().map(it -> event.name() + ": " + it)
                            : Stream.of("there is no event " + event.name());
                })
                .toList();
    }

    /** What stands under the media type that covers this one. */
    static Optional<Place> content(Place response, String mediaType) {
        Place content = response.to("content");
        String plain = mediaType.split(";", 2)[0].strip();
        return Stream.of(plain, plain.replaceAll("/.*", "/*"), "*/*")
                .filter(content.node()::has)
                .findFirst()
                .map(content::to);
    }

    /** What is wrong with an answer; empty if nothing is. A stream is told by its events, not here. */
    List<String> complaints(Operation operation, Client.Answer answer) {
        Optional<Place> response = response(operation, answer.status());
        if (response.isEmpty()) {
            return List.of("nothing is said of a " + answer.status());
        }
        List<String> complaints = new ArrayList<>(headerComplaints(response.get(), answer::header));
        if (!response.get().to("content").exists()) {
            return answer.body().isEmpty() ? complaints : with(complaints, "a body that nothing is said of");
        }
        Optional<Place> content = content(response.get(), answer.header("Content-Type"));
        if (content.isEmpty()) {
            return with(complaints, "nothing is said of " + answer.header("Content-Type"));
        }
        Place schema = content.get().to("schema");
        if (schema.exists() && answer.header("Content-Type").contains("json")) {
            complaints.addAll(complaints(schema, answer.json()));
        }
        return complaints;
    }

    private static List<String> with(List<String> complaints, String another) {
        complaints.add(another);
        return complaints;
    }

    /** What is wrong with headers: a required one that is missing, and one that is not as its schema says. */
    List<String> headerComplaints(Place response, UnaryOperator<String> value) {
        return response.to("headers").node().propertyNames().stream()
                .flatMap(name -> {
                    Place header = resolved(response.to("headers", name));
                    String given = value.apply(name);
                    return given.isEmpty()
                            ? Stream.of(name + " is missing")
                                    .filter(_ -> header.node().path("required").booleanValue(false))
                            : complaints(header.to("schema"), Client.JSON.valueToTree(given)).stream()
                                    .map(it -> name + ": " + it);
                })
                .toList();
    }

    /** Every example of what has examples, by its name; one without a name has an empty one. */
    Map<String, JsonNode> examples(JsonNode shown) {
        Map<String, JsonNode> examples = new LinkedHashMap<>();
        if (shown.has("example")) {
            examples.put("", shown.path("example"));
        }
        shown.path("examples")
                .properties()
                .forEach(it -> examples.put(it.getKey(), resolved(it.getValue()).path("value")));
        return examples;
    }

    /**
     * What a parameter looks like. An optional one has it in its schema: the page would fill it in, and who tries a POST
     * does not mean to join something.
     */
    static JsonNode example(JsonNode parameter) {
        return parameter.path("required").booleanValue(false)
                ? parameter.path("example")
                : parameter.at("/schema/examples/0");
    }

    /** The names of the events of a stream. */
    Set<String> events(String schema) {
        return root.at("/components/schemas/" + schema + "/x-events").propertyNames().stream()
                .collect(Collectors.toSet());
    }

    private static String pointer(String... names) {
        return Arrays.stream(names).map(name -> "/" + escaped(name)).collect(Collectors.joining());
    }

    /** In a pointer (RFC 6901). */
    private static String escaped(String name) {
        return name.replace("~", "~0").replace("/", "~1");
    }
}
