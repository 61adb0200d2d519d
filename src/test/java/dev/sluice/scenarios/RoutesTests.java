package dev.sluice.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.scenarios.Client.Answer;
import dev.sluice.simulator.Pace;
import dev.sluice.simulator.Simulator;
import dev.sluice.simulator.SimulatorSettings;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.web.reactive.function.server.support.RouterFunctionMapping;
import org.springframework.web.reactive.handler.SimpleUrlHandlerMapping;
import org.springframework.web.reactive.result.method.annotation.RequestMappingHandlerMapping;

/** Every route that the running application has, asked by whom it is not for, and in every spelling. */
@SuppressWarnings("NullAway.Init")
class RoutesTests {

    private static final String UNKNOWN_GENERATION = "gen_01jd0000000000000000000000";
    private static final String UNKNOWN_BATCH = "bat_01jd0000000000000000000000";
    private static final String UNKNOWN_UPSTREAM_ID = "clz0000000000000000000000";

    private static Simulator simulator;
    private static RunningSluice sluice;

    /** What alice has, and what stands for it in the table. */
    private static Map<String, String> alices = Map.of();

    /** The same of what nobody has. */
    private static final Map<String, String> NOBODYS =
            Map.of("{gen}", UNKNOWN_GENERATION, "{bat}", UNKNOWN_BATCH, "{up}", UNKNOWN_UPSTREAM_ID);

    @BeforeAll
    static void start(@TempDir Path store) {
        simulator = Simulator.start(SimulatorSettings.defaults().withPace(Pace.fixed(Duration.ofMillis(200))));
        sluice = RunningSluice.inFrontOf(simulator, store);
        String id = sluice.alice().accepted("alice's own");
        var generation = sluice.alice().ending(id);
        String batch = sluice.alice()
                .post("/v1/batches", "{\"generations\":[{\"prompt\":\"alice's\"}]}", "Prefer", "wait=20")
                .json()
                .path("id")
                .stringValue();
        alices = Map.of(
                "{gen}",
                id,
                "{bat}",
                batch,
                "{up}",
                generation.path("upstreamId").stringValue());
    }

    @AfterAll
    static void stop() {
        sluice.close();
        simulator.close();
    }

    /**
     * A route and a request to it.
     *
     * @param route as the application calls it
     * @param target with names for whose ids it asks
     * @param status of what bob is told of what nobody has; not compared where it asks for nothing of anybody's
     */
    private record Row(String route, String method, String target, String body, int status) {

        boolean asksForSomebodys() {
            return NOBODYS.keySet().stream().anyMatch((target + body)::contains);
        }

        Row about(Map<String, String> ids) {
            UnaryOperator<String> named = text -> ids.entrySet().stream()
                    .reduce(text, (so, id) -> so.replace(id.getKey(), id.getValue()), (a, _) -> a);
            return new Row(route, method, named.apply(target), named.apply(body), status);
        }

        @Override
        public String toString() {
            return method + " " + target;
        }
    }

    static Stream<Row> table() {
        String prompt = "{\"prompt\":\"not for everybody\"}";
        return Stream.of(
                new Row("POST /v1/generations", "POST", "/v1/generations", prompt, 202),
                new Row("GET /v1/generations", "GET", "/v1/generations?cursor={gen}", "", 200),
                new Row("GET /v1/generations/{id}", "GET", "/v1/generations/{gen}", "", 404),
                new Row("DELETE /v1/generations/{id}", "DELETE", "/v1/generations/{gen}", "", 404),
                new Row("DELETE /v1/generations/{id}", "DELETE", "/v1/generations/{gen}?erase=true", "", 404),
                new Row("GET /v1/generations/{id}/events", "GET", "/v1/generations/{gen}/events", "", 404),
                new Row("GET /v1/generations/{id}/images/{n}", "GET", "/v1/generations/{gen}/images/0", "", 404),
                new Row("GET /v1/generations/{id}/webhook", "GET", "/v1/generations/{gen}/webhook", "", 404),
                new Row("POST /v1/batches", "POST", "/v1/batches", "{\"generations\":[" + prompt + "]}", 202),
                new Row("GET /v1/batches/{id}", "GET", "/v1/batches/{bat}", "", 404),
                new Row("DELETE /v1/batches/{id}", "DELETE", "/v1/batches/{bat}", "", 404),
                new Row("GET /v1/batches/{id}/events", "GET", "/v1/batches/{bat}/events", "", 404),
                new Row("GET /v1/events", "GET", "/v1/events?generation={gen}", "", 404),
                new Row("POST /v1/stream-tickets", "POST", "/v1/stream-tickets", "{\"generations\":[\"{gen}\"]}", 404),
                new Row("GET /v1/status", "GET", "/v1/status", "", 200),
                new Row(
                        "POST /api/v1/generate",
                        "POST",
                        "/api/v1/generate",
                        "{\"prompt\":\"x\",\"mode\":\"async\"}",
                        200),
                new Row("GET /api/v1/generate", "GET", "/api/v1/generate?id={gen}", "", 404),
                new Row("GET /api/v1/generate", "GET", "/api/v1/generate?id={up}", "", 404),
                new Row("GET /api/v1/models", "GET", "/api/v1/models", "", 200),
                new Row("GET /api/v1/credits", "GET", "/api/v1/credits", "", 200),
                new Row("GET /api/v1/**", "GET", "/api/v1/anything", "", 404));
    }

    @Test
    void areAllInTheTable() {
        Set<String> routes = new TreeSet<>();
        sluice.part(RequestMappingHandlerMapping.class)
                .getHandlerMethods()
                .keySet()
                .forEach(info -> info.getPatternsCondition()
                        .getPatterns()
                        .forEach(path -> info.getMethodsCondition()
                                .getMethods()
                                .forEach(method -> routes.add(method + " " + path.getPatternString()))));

        OpenApi described = OpenApi.read();
        assertThat(routes)
                .as("a route is described, and what is described is a route")
                .isEqualTo(
                        described.operations().map(RoutesTests::route).collect(Collectors.toCollection(TreeSet::new)));
        assertThat(table().map(Row::route).distinct())
                .as("a new route needs a row that shows who may not use it, unless it is for everybody")
                .containsExactlyInAnyOrderElementsOf(described
                        .operations()
                        .filter(operation -> !operation.isPublic())
                        .map(RoutesTests::route)
                        .toList());
        assertThat(sluice.part(RequestMappingHandlerMapping.class)
                        .getHandlerMethods()
                        .keySet())
                .as("a route without a method would answer all of them")
                .allMatch(info -> !info.getMethodsCondition().getMethods().isEmpty());
        assertThat(sluice.parts(RouterFunctionMapping.class))
                .as("no routes are functions, save the one that shows the page at its root")
                .filteredOn(mapping -> mapping.getRouterFunction() != null)
                .hasSize(1);
        assertThat(sluice.part(SimpleUrlHandlerMapping.class).getUrlMap().keySet())
                .as("beside the routes there are only the page's files")
                .containsExactlyInAnyOrder("/**", "/webjars/**");
    }

    /** As the application calls it; OpenAPI has no words for a path of any length. */
    private static String route(OpenApi.Operation operation) {
        return operation.route().replace("/{path}", "/**");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/docs", "/openapi.yaml", "/openapi.json", "/sluice.js", "/sluice.d.ts"})
    void areForEverybodyWhereTheyTellOfNobody(String path) {
        for (String key : List.of("", "wrong-key-for-tests", RunningSluice.ALICE)) {
            assertThat(sluice.client(key).get(path).status()).isEqualTo(200);
        }
        assertThat(OpenApi.read().operations().filter(OpenApi.Operation::isPublic))
                .anyMatch(it -> it.path().equals(path))
                .hasSize(5);
    }

    @ParameterizedTest
    @MethodSource("table")
    void tellNothingWithoutAKeyOrWithAWrongOne(Row row) {
        Row alicesOwn = row.about(alices);

        for (String key : List.of("", "wrong-key-for-tests", RunningSluice.ALICE + "x", "tkt_AAAA", "e30.e30.e30")) {
            Answer answer = ask(key, alicesOwn);

            assertThat(answer.status()).as(answer.body()).isEqualTo(401);
            assertThat(answer.header("WWW-Authenticate")).startsWith("Bearer");
            assertThat(answer.body()).doesNotContain("alice");
        }
    }

    @ParameterizedTest
    @MethodSource("table")
    void tellOfSomebodyElsesExactlyWhatTheyTellOfWhatIsNot(Row row) {
        for (String key : List.of(RunningSluice.BOB, RunningSluice.CAROL_WHO_MAY_PASS_THROUGH)) {
            if (row.asksForSomebodys()) {
                Answer alicesOwn = ask(key, row.about(alices));
                Answer nobodys = ask(key, row.about(NOBODYS));

                assertThat(alicesOwn.status()).as(alicesOwn.body()).isEqualTo(row.status());
                assertThat(normal(alicesOwn, alices)).isEqualTo(normal(nobodys, NOBODYS));
            } else if (!row.target().endsWith("/anything")) {
                assertThat(ask(key, row).status()).isEqualTo(row.status());
            }
        }
    }

    /** All that an answer says, without the ids that were asked for and the id of the request. */
    private static String normal(Answer answer, Map<String, String> ids) {
        StringBuilder all = new StringBuilder().append(answer.status());
        answer.headers().map().forEach((name, values) -> {
            if (!List.of("x-request-id", "date", "content-length").contains(name.toLowerCase(Locale.ROOT))) {
                all.append('\n').append(name).append(": ").append(values);
            }
        });
        String text = all.append("\n\n").append(answer.body()).toString();
        for (Map.Entry<String, String> id : ids.entrySet()) {
            text = text.replace(id.getValue(), id.getKey());
        }
        return text;
    }

    private static Answer ask(String key, Row row) {
        Client client = sluice.client(key);
        return switch (row.method()) {
            case "GET" -> client.get(row.target());
            case "DELETE" -> client.delete(row.target());
            default -> client.post(row.target(), row.body(), "Prefer", "respond-async");
        };
    }

    @ParameterizedTest
    @MethodSource("table")
    void haveTheHeadersThatKeepBrowsersFromDoingMoreThanWasMeant(Row row) {
        for (String key : List.of("", RunningSluice.ALICE)) {
            Answer answer = ask(row.method().equals("GET") ? key : "", row.about(NOBODYS));

            assertThat(answer.header("X-Content-Type-Options")).isEqualTo("nosniff");
            assertThat(answer.header("Referrer-Policy")).isEqualTo("no-referrer");
            assertThat(answer.header("Content-Security-Policy")).contains("default-src", "frame-ancestors 'none'");
            assertThat(answer.headers().map().keySet())
                    .noneMatch(name -> List.of("server", "x-powered-by", "set-cookie", "via")
                            .contains(name.toLowerCase(Locale.ROOT)));
        }
    }

    /** Spellings of two paths: of a stream, and of what is passed through. */
    static Stream<String> spellings() {
        return Stream.of(
                "//v1/generations/{gen}",
                "///v1/generations/{gen}",
                "/v1//generations/{gen}",
                "/v1/generations//{gen}",
                "/v1/generations/{gen}/",
                "/v1/generations/{gen}//",
                "/v1/%67enerations/{gen}",
                "/%76%31/generations/{gen}",
                "/v1/generations/%67en{_id}",
                "/v1/generations/{gen};a=b",
                "/v1;a=b/generations/{gen}",
                "/;a=b/v1/generations/{gen}",
                "/v1/./generations/{gen}",
                "/v1/x/../generations/{gen}",
                "/v1/%2e/generations/{gen}",
                "/v1/x/%2e%2e/generations/{gen}",
                "/v1/x/%2E./generations/{gen}",
                "/v1/x/..;/generations/{gen}",
                "/v1%2fgenerations%2f{gen}",
                "/v1%2Fgenerations/{gen}",
                "/v1/generations%2f{gen}",
                "/v1/generations%00/{gen}",
                "/v1/generations/{gen}%00",
                "/v1/generations/{gen}%20",
                "/v1/generations/{gen}%0d%0aX-Injected:%20yes",
                "/v1/generations/{gen}.json",
                "/V1/generations/{gen}",
                "/index.html/../v1/generations/{gen}",
                "/index.html/%2e%2e/v1/generations/{gen}",
                "/index.html;/v1/generations/{gen}",
                "/page.js/..;/v1/generations/{gen}",
                "/%c0%ae%c0%ae/v1/generations/{gen}",
                "/v1/generations/{gen}%252e",
                "/actuator/env",
                "/actuator/..;/v1/generations/{gen}",
                "/application.yaml",
                "/static/index.html",
                "/..%2fapplication.yaml",
                "/%2e%2e/application.yaml",
                "/journal/V1__the_log.sql",
                "/page.js%00.sql",
                "http://127.0.0.1//v1/generations/{gen}",
                "http://127.0.0.1/v1/%67enerations/{gen}",
                "/v1\\generations\\{gen}",
                "*");
    }

    @ParameterizedTest
    @MethodSource("spellings")
    void areReachedByNoOtherSpelling(String spelling) {
        String id = alices.getOrDefault("{gen}", "");
        String target = spelling.replace("{_id}", id.substring(3)).replace("{gen}", id);

        Answer without = raw("GET", target);
        Answer byAlice = raw("GET", target, "Authorization: Bearer " + RunningSluice.ALICE);
        Answer byBob = raw("GET", target, "Authorization: Bearer " + RunningSluice.BOB);

        assertThat(without.status()).as(target).isIn(400, 401);
        for (Answer answer : List.of(byAlice, byBob)) {
            assertThat(answer.status()).as(target).isIn(400, 404);
        }
        for (Answer answer : List.of(without, byAlice, byBob)) {
            assertThat(answer.body()).doesNotContain("alice's own");
            assertThat(answer.header("X-Injected")).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "X-Original-URL: /index.html",
                "X-Rewrite-URL: /index.html",
                "X-Forwarded-Prefix: /index.html",
                "X-Forwarded-For: 127.0.0.1",
                "X-Forwarded-User: alice",
                "X-Remote-User: alice",
                "X-HTTP-Method-Override: GET",
                "Sluice-Ticket: tkt_AAAA",
                "Cookie: Authorization=Bearer " + RunningSluice.ALICE,
                "Proxy-Authorization: Bearer " + RunningSluice.ALICE,
                "X-Api-Key: " + RunningSluice.ALICE,
                "Authorization: Basic YWxpY2U6" + RunningSluice.ALICE,
                "Authorization: Bearer wrong-key\r\nAuthorization: Bearer " + RunningSluice.ALICE
            })
    void areOpenedByNoOtherHeader(String header) {
        assertThat(raw("GET", "/v1/generations", header).status()).isEqualTo(401);
    }

    @Test
    void sayNothingThatDependsOnWhereTheyAreReached() {
        Answer answer = raw(
                "GET",
                "/v1/generations/" + alices.getOrDefault("{gen}", ""),
                "Authorization: Bearer " + RunningSluice.ALICE,
                "X-Forwarded-Host: evil.example.com",
                "X-Forwarded-Proto: https",
                "X-Forwarded-Prefix: /evil",
                "X-Forwarded-Port: 666",
                "Forwarded: host=evil.example.com;proto=https");

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.body() + answer.headers()).doesNotContain("evil", "666");
        assertThat(answer.json().path("links").path("self").stringValue()).startsWith("/v1/");
    }

    @Test
    void passNothingOfACallersHeadersOnWithASubmitOrAQuestion() {
        String[] headers = {
            "Authorization: Bearer " + RunningSluice.CAROL_WHO_MAY_PASS_THROUGH,
            "Forwarded: for=10.0.0.1",
            "X-Forwarded-For: 10.0.0.1",
            "X-Forwarded-Host: evil.example.com",
            "X-Forwarded-Proto: https",
            "X-Real-IP: 10.0.0.1",
            "Cookie: session=mine",
            "Proxy-Authorization: Basic abc",
            "TE: trailers",
            "Trailer: X-After",
            "X-Hop: for Sluice only",
            "Origin: https://app.example.com",
            "Referer: https://app.example.com/secret",
            "User-Agent: carol/1"
        };
        String submit = "{\"prompt\":\"with many headers\",\"mode\":\"async\"}";

        assertThat(raw("GET", "/api/v1/credits?asked=so", headers).status()).isEqualTo(200);
        String[] withBody = Stream.concat(
                        Stream.of(headers),
                        Stream.of("Content-Type: application/json", "Content-Length: " + submit.length()))
                .toArray(String[]::new);
        assertThat(BareSocket.ask(
                                sluice.api(),
                                (head("POST", "/api/v1/generate", withBody) + submit).getBytes(StandardCharsets.UTF_8))
                        .status())
                .isEqualTo(200);

        assertThat(simulator.ledger().lastRequests())
                .filteredOn(request ->
                        request.uri().endsWith("?asked=so") || request.method().equals("POST"))
                .hasSizeGreaterThanOrEqualTo(2)
                .allSatisfy(request -> {
                    assertThat(request.headers().keySet())
                            .doesNotContain(
                                    "forwarded",
                                    "x-forwarded-for",
                                    "x-forwarded-host",
                                    "x-forwarded-proto",
                                    "x-real-ip",
                                    "cookie",
                                    "proxy-authorization",
                                    "te",
                                    "trailer",
                                    "x-hop",
                                    "origin",
                                    "referer");
                    assertThat(request.header("Authorization")).hasSize(1);
                    assertThat(request.headers().toString())
                            .doesNotContain(RunningSluice.CAROL_WHO_MAY_PASS_THROUGH, "carol");
                });
    }

    @Test
    void ofTheActuatorAreOnTheManagementPortOnlyAndOnlyThoseThatAreNeeded() {
        for (String path : List.of("/actuator", "/actuator/health", "/actuator/prometheus", "/actuator/env")) {
            assertThat(sluice.alice().get(path).status()).as(path).isEqualTo(404);
            assertThat(sluice.client("").get(path).status()).as(path).isEqualTo(401);
        }
        Client operator = new Client(sluice.management(), "");
        assertThat(operator.get("/actuator").json().path("_links").propertyNames())
                .containsExactlyInAnyOrder(
                        "self",
                        "health",
                        "health-path",
                        "info",
                        "prometheus",
                        "circuitbreakers",
                        "circuitbreakers-name",
                        "ratelimiters",
                        "restored",
                        "restored-id",
                        "submits",
                        "console");
        for (String path :
                List.of("env", "configprops", "heapdump", "threaddump", "beans", "loggers", "mappings", "shutdown")) {
            assertThat(operator.get("/actuator/" + path).status()).as(path).isEqualTo(404);
        }
        assertThat(operator.get("/v1/generations").status()).isEqualTo(404);
    }

    private static Answer raw(String method, String target, String... headers) {
        return BareSocket.ask(sluice.api(), head(method, target, headers).getBytes(StandardCharsets.UTF_8));
    }

    private static String head(String method, String target, String... headers) {
        StringBuilder head = new StringBuilder(
                "%s %s HTTP/1.1\r\nHost: sluice\r\nConnection: close, X-Hop\r\n".formatted(method, target));
        for (String header : headers) {
            head.append(header).append("\r\n");
        }
        return head.append("\r\n").toString();
    }
}
