package dev.sluice.scenarios;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.scenarios.Client.Answer;
import dev.sluice.simulator.Pace;
import dev.sluice.simulator.Simulator;
import dev.sluice.simulator.SimulatorSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** What a caller may use, and what of it is left: each test has a caller of its own, with 4 requests and 20 credits. */
@SuppressWarnings("NullAway.Init")
class QuotaTests {

    private static final Duration PATIENCE = Duration.ofSeconds(15);
    private static final int REQUESTS = 4;
    private static final int CREDITS = 20;
    private static final String COSTS_FOUR = "nanobanan2&pro";
    private static final List<String> CALLERS =
            List.of("dave", "erin", "frank", "grace", "heidi", "ivan", "judy", "ken", "laura", "mallory", "niaj");
    private static final String POLICY = "\"requests\";q=4;w=60, \"credits\";q=20;qu=\"credits\";w=86400";

    private static Simulator simulator;
    private static RunningSluice sluice;

    @BeforeAll
    static void start(@TempDir Path store) {
        simulator = Simulator.start(SimulatorSettings.defaults()
                .withPace(Pace.fixed(Duration.ofMillis(200)))
                .withCredits(100_000));
        sluice = RunningSluice.inFrontOf(simulator, store, callers());
        awaitPrices(simulator, sluice);
    }

    @AfterAll
    static void stop() {
        sluice.close();
        simulator.close();
    }

    @AfterEach
    void allGoesWellAgain() {
        simulator.faults().clear();
    }

    private static String[] callers() {
        List<String> settings = new ArrayList<>();
        for (String caller : CALLERS) {
            String client = "sluice.clients[%d].".formatted(3 + CALLERS.indexOf(caller));
            settings.add(client + "id=" + caller);
            settings.add(client + "key=" + key(caller));
            settings.add(client + "requests-per-minute=" + REQUESTS);
            settings.add(client + "credits-per-day=" + CREDITS);
        }
        return settings.toArray(String[]::new);
    }

    /** Once a generation that began after the question for the prices has ended, they are known. */
    private static void awaitPrices(Simulator simulator, RunningSluice sluice) {
        await().atMost(PATIENCE).until(() -> simulator.ledger().requestsByPath().containsKey("GET /api/v1/models"));
        sluice.alice().post("/v1/generations", Client.prompt("meanwhile"));
    }

    private static String key(String caller) {
        return caller + "-key-for-tests";
    }

    private static Client caller(String name) {
        return sluice.client(key(name));
    }

    private static String body(String prompt, String model, int images) {
        return "{\"prompt\":\"%s\",\"selectedModel\":\"%s\",\"referenceImageUrls\":[%s]}"
                .formatted(prompt, model, String.join(",", java.util.Collections.nCopies(images, "\"https://a/b\"")));
    }

    private static JsonNode quota(Client caller) {
        return caller.get("/v1/status").json().path("quota");
    }

    private static long creditsLeft(Client caller) {
        return quota(caller).path("credits").path("left").longValue();
    }

    private static void usesUp(Client caller) {
        for (int i = 0; i < REQUESTS; i++) {
            caller.accepted("one of many");
        }
    }

    private static long seconds(Answer refused) {
        return Long.parseLong(refused.header("Retry-After"));
    }

    @Nested
    class Refuses {

        @Test
        void theRequestThatIsOneTooManyAndSaysWhenToComeBack() {
            Client dave = caller("dave");
            usesUp(dave);

            Answer refused = dave.post("/v1/generations", Client.prompt("one too many"));

            assertThat(refused.status()).isEqualTo(429);
            assertThat(refused.header("Content-Type")).startsWith("application/problem+json");
            assertThat(refused.json().path("type").stringValue()).isEqualTo("urn:sluice:problem:quota-exceeded");
            assertThat(refused.json().path("detail").stringValue())
                    .contains("4 requests a minute", "Nothing was charged");
            assertThat(refused.json().path("instance").stringValue()).isEqualTo("/v1/generations");
            assertThat(seconds(refused)).isBetween(40L, 60L);
            assertThat(refused.header("RateLimit-Policy")).isEqualTo(POLICY);
            assertThat(refused.header("RateLimit"))
                    .matches("\"requests\";r=0;t=%d, \"credits\";r=16;t=86[34]\\d\\d".formatted(seconds(refused)));
            assertThat(simulator.ledger().submitsReceived("one too many")).isZero();
        }

        @Test
        void theStreamThatIsOneTooManyAsAProblemToo() {
            Client erin = caller("erin");
            usesUp(erin);

            EventStream refused = erin.streamOf("one too many");

            assertThat(refused.status()).isEqualTo(429);
            assertThat(refused.header("Content-Type")).startsWith("application/problem+json");
            assertThat(refused.header("Retry-After")).isNotBlank();
        }

        @Test
        void whatCostsMoreThanIsLeftOfTheDay() {
            Client frank = caller("frank");
            frank.post("/v1/generations", body("eleven", COSTS_FOUR, 8));

            Answer refused = frank.post("/v1/generations", body("eleven more", COSTS_FOUR, 8));

            assertThat(refused.status()).isEqualTo(429);
            assertThat(refused.json().path("type").stringValue()).isEqualTo("urn:sluice:problem:quota-exceeded");
            assertThat(refused.json().path("detail").stringValue()).contains("20 credits a day", "the 9 that are left");
            assertThat(seconds(refused)).isBetween(86_300L, 86_400L);
            assertThat(refused.header("RateLimit")).contains("\"credits\";r=9;t=" + seconds(refused));
            assertThat(frank.post("/v1/generations", body("nine", COSTS_FOUR, 6))
                            .status())
                    .isEqualTo(200);
        }

        @Test
        void whatCostsMoreThanAWholeDay() {
            Client niaj = caller("niaj");

            Answer refused = niaj.post("/v1/generations", body("far too many", COSTS_FOUR, 30));

            assertThat(refused.status()).isEqualTo(429);
            assertThat(seconds(refused)).isEqualTo(86_400);
            assertThat(refused.header("RateLimit")).isEqualTo("\"requests\";r=4, \"credits\";r=20");
        }

        @Test
        void inTheUpstreamsShapeWhereThatIsExpected() {
            Client grace = caller("grace");
            usesUp(grace);

            Answer refused = grace.post("/api/v1/generate", "{\"prompt\":\"one too many\",\"mode\":\"async\"}");

            assertThat(refused.status()).isEqualTo(429);
            assertThat(refused.json().propertyNames()).containsExactly("error");
            assertThat(refused.json().path("error").stringValue()).contains("4 requests a minute");
            assertThat(seconds(refused)).isBetween(40L, 60L);
            assertThat(refused.headers().map()).doesNotContainKeys("ratelimit", "ratelimit-policy");
        }
    }

    @Test
    void countsDownWithEveryAnswerThatCosts() {
        Client heidi = caller("heidi");

        Answer atOnce = heidi.post("/v1/generations", Client.prompt("202"), "Prefer", "respond-async");
        Answer waited = heidi.post("/v1/generations", Client.prompt("200"));
        EventStream stream = heidi.streamOf("a stream");

        assertThat(List.of(atOnce.header("RateLimit-Policy"), stream.header("RateLimit-Policy")))
                .containsOnly(POLICY);
        assertThat(atOnce.header("RateLimit")).isEqualTo("\"requests\";r=3;t=60, \"credits\";r=19;t=86400");
        assertThat(waited.header("RateLimit")).matches("\"requests\";r=2;t=\\d+, \"credits\";r=18;t=\\d+");
        assertThat(stream.header("RateLimit")).matches("\"requests\";r=1;t=\\d+, \"credits\";r=17;t=\\d+");
        assertThat(quota(heidi).path("requests").path("left").intValue()).isEqualTo(1);
        assertThat(creditsLeft(heidi)).isEqualTo(17);
    }

    @Test
    void tellsNothingOfCreditsToWhoMaySpendWhatThereIs() {
        Answer answer = sluice.bob().post("/v1/generations", Client.prompt("unlimited"), "Prefer", "respond-async");

        assertThat(answer.header("RateLimit-Policy")).isEqualTo("\"requests\";q=1000000;w=60");
        assertThat(answer.header("RateLimit")).matches("\"requests\";r=9999\\d\\d;t=\\d+");
        assertThat(quota(sluice.bob()).path("credits").isMissingNode()).isTrue();
    }

    @Test
    void costsNothingToRepeatAKeyToWatchToPollOrToComeBack() {
        Client ivan = caller("ivan");
        Answer first = ivan.post("/v1/generations", Client.prompt("once"), "Idempotency-Key", "once");
        String path = first.header("Location");

        for (int i = 0; i < REQUESTS; i++) {
            Answer replayed = ivan.post("/v1/generations", Client.prompt("once"), "Idempotency-Key", "once");
            assertThat(replayed.json().path("id")).isEqualTo(first.json().path("id"));
            assertThat(replayed.headers().map()).doesNotContainKeys("ratelimit", "ratelimit-policy");
            Answer polled = ivan.get(path);
            assertThat(polled.status()).isEqualTo(200);
            assertThat(polled.headers().map()).doesNotContainKeys("ratelimit", "ratelimit-policy");
            assertThat(ivan.get("/v1/generations").status()).isEqualTo(200);
            EventStream watched = ivan.stream(path + "/events");
            EventStream joined = ivan.postStream(
                    "/v1/generations",
                    Client.prompt("once"),
                    "Accept",
                    "text/event-stream",
                    "Last-Event-ID",
                    watched.untilItEnds().getFirst().id());
            assertThat(joined.untilItEnds()).isNotEmpty();
            assertThat(watched.header("RateLimit") + joined.header("RateLimit")).isEmpty();
        }

        assertThat(quota(ivan).path("requests").path("left").intValue()).isEqualTo(REQUESTS - 1);
        assertThat(creditsLeft(ivan)).isEqualTo(CREDITS - 1);
    }

    @Test
    void givesTheCreditsOfWhatWasRejectedOrCancelledBackAndKeepsTheRequestsCounted() {
        Client judy = caller("judy");
        simulator.faults().submitsOf("is refused").refuse();
        simulator.faults().submitsOf("is cancelled").answerBusy(Duration.ofSeconds(1));

        Answer refused = judy.post("/v1/generations", body("is refused", COSTS_FOUR, 0));
        assertThat(refused.json().path("status").stringValue()).isEqualTo("rejected");
        assertThat(refused.header("RateLimit")).contains("\"credits\";r=16");
        assertThat(creditsLeft(judy)).isEqualTo(CREDITS);

        Answer cancelled = judy.post("/v1/generations", body("is cancelled", COSTS_FOUR, 0), "Prefer", "respond-async");
        await().atMost(PATIENCE)
                .until(() -> judy.delete(cancelled.header("Location")).status() == 200);
        assertThat(creditsLeft(judy)).isEqualTo(CREDITS);
        assertThat(quota(judy).path("credits").path("resetsAt").isMissingNode()).isTrue();
        assertThat(quota(judy).path("requests").path("left").intValue()).isEqualTo(REQUESTS - 2);
        assertThat(Instant.parse(quota(judy).path("requests").path("resetsAt").stringValue()))
                .isBetween(Instant.now(), Instant.now().plusSeconds(60));
    }

    @Test
    void setsAsideWhatTheModelCostsUntilItIsKnownWhatWasUsed() {
        Client ken = caller("ken");
        simulator
                .faults()
                .submitsOf("is dearer")
                .answer(200, "application/json", "{\"success\":false,\"error\":\"It failed\",\"creditsUsed\":7}");

        Answer asked = ken.post("/v1/generations", body("is dearer", COSTS_FOUR, 1), "Prefer", "respond-async");
        assertThat(asked.header("RateLimit")).contains("\"credits\";r=16;");

        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(creditsLeft(ken)).isEqualTo(CREDITS - 7));
    }

    @Test
    void takesOneCreditForAModelThatNobodyKnows() {
        Answer asked = caller("laura").post("/v1/generations", body("what is it", "made-up", 1));

        assertThat(asked.header("RateLimit")).contains("\"credits\";r=19;");
    }

    @Test
    void isEachCallersOwn() {
        Client mallory = caller("mallory");
        usesUp(mallory);

        assertThat(mallory.post("/v1/generations", Client.prompt("mine")).status())
                .isEqualTo(429);
        assertThat(sluice.bob().post("/v1/generations", Client.prompt("hers")).status())
                .isEqualTo(200);
    }

    @Test
    void isRememberedAcrossARestart(@TempDir Path store) {
        try (RunningSluice first = RunningSluice.inFrontOf(simulator, store, callers())) {
            usesUp(first.client(key("dave")));
        }
        try (RunningSluice second = RunningSluice.inFrontOf(simulator, store, callers())) {
            Client dave = second.client(key("dave"));

            assertThat(dave.post("/v1/generations", Client.prompt("one too many"))
                            .status())
                    .isEqualTo(429);
            assertThat(creditsLeft(dave)).isEqualTo(CREDITS - REQUESTS);
        }
    }
}
