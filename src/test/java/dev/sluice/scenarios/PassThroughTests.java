package dev.sluice.scenarios;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.scenarios.Client.Answer;
import dev.sluice.simulator.Ledger.Request;
import dev.sluice.simulator.Simulator;
import dev.sluice.simulator.SimulatorSettings;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What Sluice does not answer itself: it hands on the question or says that there is nothing, and lets nothing else by. */
@SuppressWarnings("NullAway.Init")
class PassThroughTests {

    private static final String CREDITS = "/api/v1/credits";
    private static final String MODELS = "/api/v1/models";

    private static Simulator simulator;
    private static StrangeUpstream strange;
    private static RunningSluice sluice;
    private static RunningSluice inFrontOfTheStrange;

    @BeforeAll
    static void start(@TempDir Path store, @TempDir Path another) {
        simulator = Simulator.start();
        strange = new StrangeUpstream();
        sluice = RunningSluice.inFrontOf(simulator, store);
        inFrontOfTheStrange = RunningSluice.inFrontOf(strange.address(), another, "sluice.upstream.poll-timeout=500ms");
    }

    @AfterAll
    static void stop() {
        inFrontOfTheStrange.close();
        sluice.close();
        strange.close();
        simulator.close();
    }

    @Nested
    class ModelsAndCredits {

        @ParameterizedTest
        @ValueSource(strings = {MODELS, CREDITS})
        void areTheUpstreamsOwnAnswers(String path) {
            Answer ours = sluice.alice().get(path);
            Answer upstreams = new Client(simulator.baseUrl(), SimulatorSettings.KEY).get(path);

            assertThat(ours.status()).isEqualTo(200);
            assertThat(ours.body()).isEqualTo(upstreams.body());
            assertThat(ours.header("Content-Type")).isEqualTo(upstreams.header("Content-Type"));
        }

        @Test
        void areAskedWithTheUpstreamsKeyAndWithoutWhatIsNobodysBusinessThere() {
            try (Line line = Line.to(sluice.api())) {
                String answer = line.send(
                                "GET",
                                CREDITS + "?who=asks",
                                RunningSluice.ALICE,
                                "",
                                "Cookie: session=mine",
                                "X-Hop: for Sluice only",
                                "Proxy-Authorization: Basic abc",
                                "TE: trailers",
                                "X-Forwarded-For: 10.0.0.1",
                                "X-Api-Key: " + RunningSluice.ALICE,
                                "Accept: application/json")
                        .answer();
                assertThat(Line.status(answer)).isEqualTo(200);
            }

            Request request = simulator.ledger().lastRequests().stream()
                    .filter(received -> received.uri().equals(CREDITS + "?who=asks"))
                    .findFirst()
                    .orElseThrow();
            assertThat(request.header("Authorization")).containsExactly("Bearer " + SimulatorSettings.KEY);
            assertThat(request.header("Accept")).containsExactly("application/json");
            assertThat(request.headers())
                    .doesNotContainKeys("cookie", "x-hop", "proxy-authorization", "te", "x-forwarded-for", "x-api-key")
                    .extractingByKey("user-agent")
                    .isNotEqualTo(List.of(""));
            assertThat(request.headers().values().toString()).doesNotContain(RunningSluice.ALICE);
        }

        @Test
        void bringTheBodyAndTheStatusAsTheyAreAndNoHeaderThatIsForSomebodyElse() {
            Answer answer = inFrontOfTheStrange.alice().get(CREDITS, "X-Request-Id", "mine");

            assertThat(answer.status()).isEqualTo(418);
            assertThat(answer.body()).isEqualTo(StrangeUpstream.BODY);
            assertThat(answer.header("Content-Type")).isEqualTo("application/json;charset=utf-8");
            assertThat(answer.header("X-Kept")).isEqualTo("and shown");
            assertThat(answer.header("X-Request-Id")).isEqualTo("mine");
            assertThat(answer.headers().map().keySet())
                    .doesNotContain("x-inner", "keep-alive", "set-cookie", "access-control-allow-origin");
        }

        @Test
        void doNotShowThatTheUpstreamRefusesTheKey(@TempDir Path store) {
            try (RunningSluice wronglyKeyed =
                    RunningSluice.inFrontOf(simulator, store, "sluice.upstream.api-key=nb_forgotten")) {
                Answer answer = wronglyKeyed.alice().get(CREDITS);

                assertThatItIsAnError(502, answer);
                assertThat(answer.body()).doesNotContain("Invalid API key", "nb_forgotten");
            }
        }

        @Test
        void saySoWhenTheUpstreamIsGone() {
            simulator.goDown();
            try {
                Answer answer = sluice.alice().get(CREDITS);

                assertThatItIsAnError(502, answer);
                assertThat(answer.body()).doesNotContain("127.0.0.1");
            } finally {
                simulator.comeBack();
            }
        }

        @Test
        void areNeverAskedOfTheUpstreamForWhomNobodyKnows() {
            Map<String, Long> before = simulator.ledger().requestsByPath();

            assertThatItIsAnError(401, sluice.client("nobody-s-key").get(CREDITS));
            assertThatItIsAnError(401, sluice.client("").get(MODELS));

            assertThat(simulator.ledger().requestsByPath()).isEqualTo(before);
        }
    }

    @Nested
    class AnyOtherQuestion {

        @Test
        void passesForACallerWhoMay() {
            Answer ours = sluice.carol().get("/api/v1/account/usage?from=2026-01-01&note=a%26b%20c");

            assertThat(ours.status()).isEqualTo(404);
            assertThat(ours.body())
                    .isEqualTo(new Client(simulator.baseUrl(), SimulatorSettings.KEY)
                            .get("/api/v1/account")
                            .body());
            assertThat(simulator.ledger().lastRequests())
                    .extracting(Request::uri)
                    .contains("/api/v1/account/usage?from=2026-01-01&note=a%26b%20c");
        }

        @Test
        void isNothingForACallerWhoMayNot() {
            Map<String, Long> before = simulator.ledger().requestsByPath();

            assertThatItIsAnError(404, sluice.alice().get("/api/v1/account"));

            assertThat(simulator.ledger().requestsByPath()).isEqualTo(before);
        }

        @Test
        void endsInTimeWhenItIsNeverAnswered() {
            assertThatItIsAnError(502, inFrontOfTheStrange.carol().get("/api/v1/silent"));
        }

        @ParameterizedTest
        @ValueSource(strings = {"", "?the=longer-way"})
        void isTimedAsRefusedWhenSluiceAnswersItAndNotWhenTheUpstreamFails(String query) {
            double passedOn = timed("none");
            double refused = timed("Refusal");

            assertThat(inFrontOfTheStrange.carol().get("/api/v1/broken" + query).body())
                    .isEqualTo(StrangeUpstream.BODY);
            assertThatItIsAnError(502, inFrontOfTheStrange.carol().get("/api/v1/silent" + query));

            await().untilAsserted(() -> {
                assertThat(timed("none")).isEqualTo(passedOn + 1);
                assertThat(timed("Refusal")).isEqualTo(refused + 1);
            });
        }

        /** How many answers with 502 have that for their exception. */
        private static double timed(String exception) {
            return Meters.of(inFrontOfTheStrange).lines().stream()
                    .filter(line -> line.startsWith("http_server_requests_seconds_count{")
                            && line.contains("status=\"502\"")
                            && line.contains("exception=\"%s\"".formatted(exception))
                            && line.contains("error=\"%s\"".formatted(exception)))
                    .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' '))))
                    .sum();
        }

        @Test
        void neverTellsWhereTheUpstreamIs() {
            Answer answer = inFrontOfTheStrange.carol().get("/api/v1/elsewhere");

            assertThat(answer.status()).isEqualTo(302);
            assertThat(answer.headers().map().toString())
                    .doesNotContain(strange.address().getAuthority());
        }
    }

    @Nested
    class NothingElse {

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "//api/v1/credits",
                    "/api//v1/credits",
                    "/api/v1//credits",
                    "/api/v1/credits/",
                    "/api/v1/credits//",
                    "/api/v1/models/",
                    "/api/v1/../v1/credits",
                    "/api/v1/x/../credits",
                    "/api/v1/./credits",
                    "/api/v1/..",
                    "/api/v1/../../admin",
                    "/api/v1/%2e%2e/admin",
                    "/api/v1/%2E%2E%2Fadmin",
                    "/api/v1/..%2fadmin",
                    "/api/v1/..;/admin",
                    "/api/v1/credits;a=b",
                    "/api/v1;a=b/credits",
                    "/api/v1/%63redits",
                    "/api/v1/credits%00",
                    "/api/v1/credits%20",
                    "/api/v1/credits%3Fa=b",
                    "/api/v1/a%2Fb",
                    "/api/v1/a\\b",
                    "/api/v1/",
                    "/api/v2/credits",
                    "/api/credits",
                    "/%61pi/v1/credits",
                    "/api/v1/%67enerate/",
                    "/api/v1/generate/?id=clnobodys",
                    "/api/v1/generate;a=b?id=clnobodys",
                    "/api/v1/%67enerate?id=clnobodys",
                    "/api/v1/x/../generate?id=clnobodys"
                })
        void passesThatIsNotWrittenInItsNormalForm(String target) {
            Map<String, Long> before = simulator.ledger().requestsByPath();

            String answer = raw("GET", target);

            assertThat(Line.status(answer)).as(answer).isIn(400, 404);
            assertThat(simulator.ledger().requestsByPath()).isEqualTo(before);
        }

        @Test
        void isAskedElsewhereThanOfTheUpstream() {
            try (StrangeUpstream elsewhere = new StrangeUpstream()) {
                String answer = raw("GET", elsewhere.address() + CREDITS);

                assertThat(answer).doesNotContain("ünknown");
                assertThat(elsewhere.methods()).isEmpty();
            }
        }

        @ParameterizedTest
        @ValueSource(strings = {"POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "TRACE", "PROPFIND"})
        void passesWithAnotherMethodThanGet(String method) {
            Map<String, Long> before = simulator.ledger().requestsByPath();

            for (String path : List.of(CREDITS, MODELS, "/api/v1/account", "/api/v1/credits/")) {
                String answer = raw(method, path);

                assertThat(Line.status(answer))
                        .as(path)
                        .isIn(method.equals("OPTIONS") ? List.of(200, 404) : List.of(404, 405));
            }
            assertThat(simulator.ledger().requestsByPath()).isEqualTo(before);
        }

        @Test
        void passesWhenTheMethodIsToBeOverridden() {
            Map<String, Long> before = simulator.ledger().requestsByPath();

            try (Line line = Line.to(sluice.api())) {
                String answer = line.send(
                                "POST",
                                "/api/v1/account?_method=GET",
                                RunningSluice.CAROL_WHO_MAY_PASS_THROUGH,
                                "",
                                "X-HTTP-Method-Override: GET")
                        .answer();
                assertThat(Line.status(answer)).isEqualTo(405);
            }

            assertThat(simulator.ledger().requestsByPath()).isEqualTo(before);
        }

        private static String raw(String method, String target) {
            try (Line line = Line.to(sluice.api())) {
                return line.send(method, target, RunningSluice.CAROL_WHO_MAY_PASS_THROUGH, "")
                        .answer();
            }
        }
    }

    private static void assertThatItIsAnError(int status, Answer answer) {
        assertThat(answer.status()).as(answer.body()).isEqualTo(status);
        assertThat(answer.header("Content-Type")).startsWith("application/json");
        assertThat(answer.json().path("error").stringValue()).isNotBlank();
    }
}
