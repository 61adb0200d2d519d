package dev.sluice.scenarios;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.scenarios.Client.Answer;
import dev.sluice.scenarios.EventStream.Event;
import dev.sluice.scenarios.OpenApi.Operation;
import dev.sluice.scenarios.OpenApi.Place;
import dev.sluice.simulator.Pace;
import dev.sluice.simulator.Simulator;
import dev.sluice.simulator.SimulatorSettings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

/** What the description says, held against a running Sluice: each request that it shows is sent, each answer compared. */
@SuppressWarnings("NullAway.Init")
class DescribedTests {

    private static final OpenApi DESCRIBED = OpenApi.read();
    private static final String DORA = "dora-key-for-tests";
    private static final String JSON = "application/json";
    private static final String EVENTS = "text/event-stream";

    private static Simulator simulator;
    private static RunningSluice sluice;
    private static Receiver receiver;
    private static String batch;
    private static JsonNode known;

    @BeforeAll
    static void start(@TempDir Path store) {
        simulator = Simulator.start(SimulatorSettings.defaults()
                .withPace(Pace.fixed(Duration.ofMillis(20)))
                .withCredits(100_000));
        receiver = Receiver.start();
        sluice = RunningSluice.inFrontOf(
                simulator,
                store,
                "sluice.polling.initial-delay=20ms",
                "sluice.polling.interval=20ms",
                "sluice.webhook.allow-private-addresses=true",
                "sluice.webhook.signing-secret=whsec_Z2VuZXJhbC1nZW5lcmFsLWdlbmVyYWwtZ2VuZXJhbA==",
                "sluice.clients[3].id=dora",
                "sluice.clients[3].key=" + DORA,
                "sluice.clients[3].credits-per-day=1");
        batch = batch(20);
        known = sluice.alice()
                .post(
                        "/v1/generations",
                        "{\"prompt\":\"known\",\"sluice\":{\"webhookUrl\":\"%s\"}}".formatted(receiver.url()))
                .json();
        sluice.client(DORA).post("/v1/generations", Client.prompt("all that she may"));
    }

    @AfterAll
    static void stop() {
        sluice.close();
        receiver.close();
        simulator.close();
    }

    @AfterEach
    void allGoesWellAgain() {
        simulator.faults().clear();
    }

    /**
     * A request that the description shows.
     *
     * @param body as it is shown; empty if there is none
     * @param parameter beside those that are required; null for none
     */
    private record Shown(
            Operation operation,
            String accept,
            String example,
            String body,
            @Nullable JsonNode parameter) {

        boolean joins() {
            return parameter("Last-Event-ID").isPresent() && operation.method().equals("POST");
        }

        /** The optional one, if it is that. */
        Optional<JsonNode> parameter(String name) {
            return Optional.ofNullable(parameter)
                    .filter(it -> it.path("name").stringValue().equals(name));
        }

        /** Those of its parameters that are in that part of the request. */
        Stream<JsonNode> given(String in) {
            return DESCRIBED.parameters(operation).stream()
                    .filter(it -> it.path("required").booleanValue(false) || isOfAll(it) || it.equals(parameter))
                    .filter(it -> it.path("in").stringValue().equals(in));
        }

        @Override
        public String toString() {
            return operation + " " + example + " " + accept
                    + (parameter == null ? "" : " " + parameter.path("name").stringValue());
        }
    }

    static Stream<Shown> shown() {
        return DESCRIBED
                .operations()
                .filter(it -> !it.id().equals("passThrough"))
                .flatMap(operation -> accepts(operation).stream()
                        .flatMap(accept -> bodies(operation).entrySet().stream()
                                .flatMap(body -> optional(operation)
                                        .map(parameter -> new Shown(
                                                operation,
                                                accept,
                                                body.getKey(),
                                                body.getValue(),
                                                parameter.orElse(null))))))
                .filter(shown -> !shown.joins() || shown.accept().equals(EVENTS));
    }

    private static List<String> accepts(Operation operation) {
        return operation.said().path("responses").properties().stream()
                .filter(response -> response.getKey().startsWith("2"))
                .flatMap(response -> response.getValue().path("content").propertyNames().stream())
                .distinct()
                .toList();
    }

    private static Map<String, String> bodies(Operation operation) {
        Map<String, JsonNode> shown = DESCRIBED.examples(operation.said().at("/requestBody/content/application~1json"));
        return shown.isEmpty()
                ? Map.of("", "")
                : shown.entrySet().stream()
                        .collect(Collectors.toMap(
                                Map.Entry::getKey, it -> it.getValue().toString()));
    }

    private static Stream<Optional<JsonNode>> optional(Operation operation) {
        return Stream.concat(
                Stream.of(Optional.empty()),
                DESCRIBED.parameters(operation).stream()
                        .filter(it -> !it.path("required").booleanValue(false) && !isOfAll(it))
                        .map(Optional::of));
    }

    /** Those that every call has go with every request. */
    private static boolean isOfAll(JsonNode parameter) {
        return List.of("X-Request-Id", "traceparent")
                .contains(parameter.path("name").stringValue());
    }

    @ParameterizedTest
    @MethodSource("shown")
    void isAnsweredAsItIsSaid(Shown shown) {
        UnaryOperator<String> real = realIds(shown);
        String target = real.apply(target(shown));
        String[] headers = headers(shown, real);
        String body = real.apply(shown.body());

        if (shown.accept().equals(EVENTS)) {
            try (EventStream stream = shown.operation().method().equals("POST")
                    ? sluice.alice().postStream(target, body, headers)
                    : sluice.alice().stream(target, headers)) {
                if (stream.header("Content-Type").startsWith(EVENTS)) {
                    isAsSaid(shown.operation(), stream);
                    return;
                }
                assertThat(shown.operation().id())
                        .as("a stream that is asked for comes")
                        .isEqualTo("generate");
            }
        } else {
            Answer answer = sluice.alice().ask(shown.operation().method(), target, body, headers);

            assertThat(answer.status()).as(answer.body()).isBetween(200, 304);
            assertThat(DESCRIBED.complaints(shown.operation(), answer)).isEmpty();
        }
    }

    private static void isAsSaid(Operation operation, EventStream stream) {
        assertThat(stream.status()).isEqualTo(200);
        Place response = DESCRIBED.response(operation, 200).orElseThrow();
        List<Event> events = operation.id().equals("getStatus") // which does not end by itself
                ? stream.next().stream().toList()
                : untilItEnds(stream);
        assertThat(events).isNotEmpty();
        assertThat(stream.others().getFirst()).startsWith("retry: ");
        assertThat(DESCRIBED.headerComplaints(response, stream::header)).isEmpty();
        assertThat(DESCRIBED.complaints(
                        OpenApi.content(response, EVENTS).orElseThrow().to("schema"), events))
                .isEmpty();
    }

    private static List<Event> untilItEnds(EventStream stream) {
        List<Event> events = Stream.generate(stream::next)
                .takeWhile(Optional::isPresent)
                .flatMap(Optional::stream)
                .toList();
        assertThat(stream.wasCut()).isFalse();
        return events;
    }

    /** In place of what is shown: what is there, and for a call that changes it one of its own. */
    private static UnaryOperator<String> realIds(Shown shown) {
        boolean changes = shown.operation().method().equals("DELETE");
        boolean erases = changes && shown.parameter("erase").isPresent();
        if (changes && !erases) {
            simulator.faults().everySubmit().answerBusy(); // or it would have ended before it is withdrawn
        }
        String generation = changes
                ? sluice.alice().accepted("of its own")
                : known.path("id").stringValue();
        if (erases) {
            sluice.alice().ending(generation);
        }
        Map<String, String> real = Map.of(
                "gen_01m821sz2khgqqynvszkpb8rwz", generation,
                "bat_01m821sz2khgqqynvszkpb8rx1", changes ? batch(0) : batch,
                "clz08dm4gosapqpjilrpzan09", known.path("upstreamId").stringValue(),
                "order-4711", UUID.randomUUID().toString(),
                "https://shop.example/hooks/sluice", receiver.url());
        return text -> real.entrySet().stream()
                .reduce(text, (so, it) -> so.replace(it.getKey(), it.getValue()), (so, _) -> so);
    }

    private static String batch(int seconds) {
        return sluice.alice()
                .post(
                        "/v1/batches",
                        "{\"generations\":[{\"prompt\":\"one\"},{\"prompt\":\"two\"}]}",
                        "Prefer",
                        "wait=" + seconds)
                .json()
                .path("id")
                .stringValue();
    }

    private static String target(Shown shown) {
        String path = shown.operation().path();
        for (JsonNode parameter : shown.given("path").toList()) {
            path = path.replace(
                    "{" + parameter.path("name").stringValue() + "}",
                    OpenApi.example(parameter).asString());
        }
        String query = shown.given("query").map(DescribedTests::query).collect(Collectors.joining("&"));
        return query.isEmpty() ? path : path + "?" + query;
    }

    private static String query(JsonNode parameter) {
        JsonNode example = OpenApi.example(parameter);
        String name = parameter.path("name").stringValue() + "=";
        List<String> values = example.isArray()
                ? example.valueStream().map(JsonNode::asString).toList()
                : List.of(example.asString());
        return parameter.path("explode").booleanValue(true)
                ? values.stream().map(value -> name + value).collect(Collectors.joining("&"))
                : name + String.join(",", values);
    }

    private static String[] headers(Shown shown, UnaryOperator<String> real) {
        return Stream.of(
                        Stream.of("Accept", shown.accept()),
                        shown.body().isEmpty() ? Stream.<String>empty() : Stream.of("Content-Type", JSON),
                        shown.given("header")
                                .flatMap(it -> Stream.of(
                                        it.path("name").stringValue(),
                                        real.apply(OpenApi.example(it).stringValue()))))
                .flatMap(these -> these)
                .toArray(String[]::new);
    }

    @Test
    void isOpenedByATicketWhereThatIsSaidAndNowhereElse() {
        String ticket = sluice.alice()
                .post("/v1/stream-tickets", "{}")
                .json()
                .path("ticket")
                .stringValue();

        assertThat(DESCRIBED.operations().filter(it -> !it.isPublic())).allSatisfy(operation -> {
            Shown shown = new Shown(operation, "*/*", "", "", null);
            String target = realIds(shown).apply(target(shown));
            Answer answer = sluice.client("")
                    .ask(operation.method(), target + (target.contains("?") ? "&" : "?") + "ticket=" + ticket, "");
            assertThat(answer.status() != 401)
                    .isEqualTo(operation.said().path("security").valueStream().anyMatch(it -> it.has("ticket")));
        });
    }

    /** Something that goes wrong, and the call whose description says how that is told. */
    private record Wrong(int status, String call, String key, String request, String body, String... headers) {

        @Override
        public String toString() {
            return status + " " + call + " " + request;
        }
    }

    static Stream<Wrong> wrong() {
        String alice = RunningSluice.ALICE;
        String nobodys = "gen_01jd0000000000000000000000";
        String nobodysBatch = "bat_01jd0000000000000000000000";
        String good = Client.prompt("good");
        String large = Client.prompt("x".repeat(1_100_000));
        Stream<Wrong> withoutKey = DESCRIBED
                .operations()
                .filter(it -> !it.isPublic())
                .map(it -> new Wrong(
                        401, it.id(), "", it.method() + " " + it.path().replaceAll("[{}]", ""), "", "Accept", "*/*"));
        Stream<Wrong> notThere = Stream.of(
                        "getGeneration GET /v1/generations/" + nobodys,
                        "withdrawGeneration DELETE /v1/generations/" + nobodys,
                        "watchGeneration GET /v1/generations/" + nobodys + "/events",
                        "getPicture GET /v1/generations/" + nobodys + "/images/0",
                        "getWebhook GET /v1/generations/" + nobodys + "/webhook",
                        "getBatch GET /v1/batches/" + nobodysBatch,
                        "withdrawBatch DELETE /v1/batches/" + nobodysBatch,
                        "watchBatch GET /v1/batches/" + nobodysBatch + "/events",
                        "watchSeveral GET /v1/events?generation=" + nobodys,
                        "pollGeneration GET /api/v1/generate?id=" + nobodys,
                        "passThrough GET /api/v1/anything")
                .map(it -> it.split(" ", 2))
                .map(it -> new Wrong(404, it[0], alice, it[1], ""));
        Stream<Wrong> notToBeHad = DESCRIBED
                .operations()
                .filter(it -> it.said().path("responses").has("406"))
                .filter(it -> it.method().equals("GET"))
                .map(it -> new Wrong(
                        406, it.id(), alice, "GET " + it.path().replaceAll("[{}]", ""), "", "Accept", "text/plain"));
        Stream<Wrong> bodies = Stream.of(
                        "createGeneration POST /v1/generations",
                        "createBatch POST /v1/batches",
                        "createTicket POST /v1/stream-tickets",
                        "generate POST /api/v1/generate")
                .map(it -> it.split(" ", 2))
                .flatMap(it -> Stream.of(
                        new Wrong(400, it[0], alice, it[1], "{", "Content-Type", JSON),
                        new Wrong(400, it[0], alice, it[1], "{\"seconds\":0}", "Content-Type", JSON),
                        new Wrong(413, it[0], alice, it[1], large, "Content-Type", JSON),
                        new Wrong(415, it[0], alice, it[1], good, "Content-Type", "text/plain")));
        Stream<Wrong> others = Stream.of(
                new Wrong(400, "createGeneration", alice, "POST /v1/generations", good, "Last-Event-ID", "none"),
                new Wrong(400, "createBatch", alice, "POST /v1/batches", good, "Last-Event-ID", "none"),
                new Wrong(400, "listGenerations", alice, "GET /v1/generations?limit=0", ""),
                new Wrong(400, "watchSeveral", alice, "GET /v1/events", ""),
                new Wrong(400, "pollGeneration", alice, "GET /api/v1/generate", ""),
                new Wrong(405, "createGeneration", alice, "PUT /v1/generations", good),
                new Wrong(405, "generate", alice, "PUT /api/v1/generate", good),
                new Wrong(
                        409,
                        "withdrawGeneration",
                        alice,
                        "DELETE /v1/generations/" + known.path("id").stringValue(),
                        ""),
                new Wrong(409, "withdrawBatch", alice, "DELETE /v1/batches/" + batch, ""),
                new Wrong(429, "createGeneration", DORA, "POST /v1/generations", good, "Content-Type", JSON),
                new Wrong(429, "generate", DORA, "POST /api/v1/generate", good, "Content-Type", JSON));
        return Stream.of(withoutKey, notThere, notToBeHad, bodies, others).flatMap(these -> these);
    }

    @ParameterizedTest
    @MethodSource("wrong")
    void isRefusedAsItIsSaid(Wrong wrong) {
        String[] request = wrong.request().split(" ", 2);

        Answer answer = sluice.client(wrong.key()).ask(request[0], request[1], wrong.body(), wrong.headers());

        assertThat(answer.status()).as(answer.body()).isEqualTo(wrong.status());
        assertThat(DESCRIBED.complaints(DESCRIBED.operation(wrong.call()), answer))
                .isEmpty();
    }

    @Test
    void isRefusedAsItIsSaidWhereAKeyIsBound() {
        String key = UUID.randomUUID().toString();
        for (String path : List.of("/v1/generations", "/v1/batches", "/api/v1/generate")) {
            String body = path.endsWith("batches") ? "{\"generations\":[%s]}" : "%s";
            sluice.alice()
                    .ask(
                            "POST",
                            path,
                            body.formatted(Client.prompt("one")),
                            "Content-Type",
                            JSON,
                            "Idempotency-Key",
                            key);

            Answer answer = sluice.alice()
                    .ask(
                            "POST",
                            path,
                            body.formatted(Client.prompt("two")),
                            "Content-Type",
                            JSON,
                            "Idempotency-Key",
                            key);

            assertThat(answer.status()).as(answer.body()).isEqualTo(422);
            assertThat(DESCRIBED.complaints(operation("POST", path), answer)).isEmpty();
        }
    }

    @Test
    void endsAsItIsSaidHoweverItEnds() {
        simulator.faults().submitsOf("lost").loseTheAnswer();
        simulator.faults().submitsOf("refused").refuse();
        simulator.faults().submitsOf("poor").answer(402);
        simulator.faults().submitsOf("unsafe at once").warn();

        for (String prompt : List.of("[fail]", "[unsafe]", "refused", "poor", "unsafe at once", "lost")) {
            try (EventStream stream =
                    sluice.alice().postStream("/v1/generations", Client.prompt(prompt), "Accept", EVENTS)) {
                isAsSaid(DESCRIBED.operation("createGeneration"), stream);
            }
            String body = "{\"prompt\":\"%s\",\"mode\":\"%s\"}";
            try (EventStream stream = sluice.alice().postStream("/api/v1/generate", body.formatted(prompt, "stream"))) {
                isAsSaid(DESCRIBED.operation("generate"), stream);
            }
            for (String mode : List.of("sync", "async")) {
                Answer answer = sluice.alice().post("/api/v1/generate", body.formatted(prompt, mode));
                assertThat(DESCRIBED.complaints(DESCRIBED.operation("generate"), answer))
                        .as(prompt + mode + answer)
                        .isEmpty();
            }
        }
        Answer list = sluice.alice().get("/v1/generations?limit=100");
        assertThat(DESCRIBED.complaints(DESCRIBED.operation("listGenerations"), list))
                .isEmpty();
        list.json()
                .path("items")
                .forEach(item -> assertThat(DESCRIBED.complaints(
                                DESCRIBED.operation("pollGeneration"),
                                sluice.alice()
                                        .get("/api/v1/generate?id="
                                                + item.path("id").stringValue())))
                        .isEmpty());
    }

    @Test
    void isToldToAReceiverAsItIsSaid() {
        Operation hook = DESCRIBED.webhooks().findFirst().orElseThrow();
        await().until(() -> !receiver.posts().isEmpty());

        assertThat(receiver.posts()).allSatisfy(post -> {
            assertThat(DESCRIBED.complaints(
                            DESCRIBED.place(hook.pointer() + "/requestBody/content/application~1json/schema"),
                            post.json()))
                    .isEmpty();
            Map<String, String> given = Map.of(
                    "webhook-id",
                    post.id(),
                    "webhook-timestamp",
                    post.timestamp(),
                    "webhook-signature",
                    post.signatures());
            for (int i = 0; i < 3; i++) {
                Place header = DESCRIBED.place(hook.pointer() + "/parameters/" + i);
                assertThat(DESCRIBED.complaints(
                                header.to("schema"),
                                Client.JSON.valueToTree(
                                        given.get(header.node().path("name").stringValue()))))
                        .isEmpty();
            }
        });
    }

    @Test
    void isToldAsItIsSaidWhereThePictureIsGone() {
        simulator.faults().answerPictures(404);

        Answer picture =
                sluice.alice().get("/v1/generations/" + known.path("id").stringValue() + "/images/0");

        assertThat(picture.status()).isEqualTo(502);
        assertThat(DESCRIBED.complaints(DESCRIBED.operation("getPicture"), picture))
                .isEmpty();
    }

    private static Operation operation(String method, String path) {
        return DESCRIBED
                .operations()
                .filter(it -> it.route().equals(method + " " + path))
                .findFirst()
                .orElseThrow();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        /openapi.yaml | max-age=300, public
        /openapi.json | max-age=300, public
        /docs         | max-age=300, public
        /sluice.js    | no-cache
        /sluice.d.ts  | no-cache
        """)
    void isKeptByWhoHasIt(String path, String keeping) {
        Answer answer = sluice.client("").get(path);

        assertThat(answer.header("Cache-Control")).isEqualTo(keeping);
        Answer again = sluice.client("").get(path, "If-None-Match", answer.header("ETag"));
        assertThat(again.status()).isEqualTo(304);
        assertThat(again.body()).isEmpty();
        assertThat(sluice.client("").ask("HEAD", path, "").header("ETag")).isEqualTo(answer.header("ETag"));
    }

    @Test
    void isTheSameInBothForms() throws Exception {
        assertThat(sluice.client("").get("/openapi.yaml").body()).isEqualTo(Files.readString(OpenApi.FILE));
        assertThat(sluice.client("").get("/openapi.json").json()).isEqualTo(DESCRIBED.root());
    }

    @Test
    void isShownByAPageThatLoadsNothingButItsOwnFiles() {
        Answer page = sluice.client("").get("/docs");

        assertThat(page.header("Content-Security-Policy"))
                .contains("default-src 'none'", "script-src 'self';", "style-src 'self';")
                .doesNotContain("unsafe", "*", "http");
        List<String> files = Pattern.compile("(?:src|href)=\"([^\"]+)\"")
                .matcher(page.body())
                .results()
                .map(it -> it.group(1))
                .toList();
        assertThat(files)
                .hasSizeGreaterThan(5)
                .allSatisfy(file -> assertThat(sluice.client("")
                                .get("/" + file.replace("./", ""))
                                .status())
                        .as(file)
                        .isEqualTo(200));
        String others = files.get(1).replace("swagger-ui.css", "index.html");
        assertThat(sluice.client("").get("/" + others).status()).isEqualTo(401);
    }
}
