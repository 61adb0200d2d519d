package dev.sluice.scenarios;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.journal.EmbeddedDatabase;
import dev.sluice.scenarios.Client.Answer;
import dev.sluice.scenarios.Receiver.Post;
import dev.sluice.simulator.Pace;
import dev.sluice.simulator.Simulator;
import dev.sluice.simulator.SimulatorSettings;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Endings that are told to whoever a caller named. */
@SuppressWarnings("NullAway.Init")
@Order(3)
class WebhookTests {

    private static final String NEW = "whsec_bmV3LW5ldy1uZXctbmV3LW5ldy1uZXctbmV3";
    private static final String OLD = "whsec_b2xkLW9sZC1vbGQtb2xkLW9sZC1vbGQtb2xk";
    private static final String GENERAL = "whsec_Z2VuZXJhbC1nZW5lcmFsLWdlbmVyYWwtZ2VuZXJhbA==";
    private static final String[] SETTINGS = {
        "sluice.webhook.allow-private-addresses=true",
        "sluice.webhook.signing-secret=" + GENERAL,
        "sluice.clients[0].webhook-secrets[0]=" + NEW,
        "sluice.clients[0].webhook-secrets[1]=" + OLD
    };

    @TempDir
    private Path store;

    private Simulator simulator;
    private Receiver receiver;

    @BeforeEach
    void start() {
        simulator = Simulator.start(SimulatorSettings.defaults().withPace(Pace.fixed(Duration.ofMillis(100))));
        receiver = Receiver.start();
    }

    @AfterEach
    void stop() {
        receiver.close();
        simulator.close();
    }

    @Test
    void tellsTheEndingSignedWithBothSecretsOfACallerThatReplacesOne() {
        try (RunningSluice sluice = RunningSluice.inFrontOf(simulator, store, SETTINGS)) {
            String id = accepted(sluice.alice(), "a fox", receiver.url());

            Post post = onlyPost();
            assertThat(post.isSignedWith(NEW)).isTrue();
            assertThat(post.isSignedWith(OLD)).isTrue();
            assertThat(post.isSignedWith(GENERAL)).isFalse();
            assertThat(post.type()).isEqualTo("application/json");
            assertThat(post.id()).startsWith(id).doesNotContain(".");
            assertThat(Instant.ofEpochSecond(Long.parseLong(post.timestamp())))
                    .isBetween(Instant.now().minusSeconds(60), Instant.now().plusSeconds(1));
            assertThat(post.json().path("type").stringValue()).isEqualTo("generation.completed");
            JsonNode generation = sluice.alice().get("/v1/generations/" + id).json();
            assertThat(post.json().path("data")).isEqualTo(generation);
            assertThat(post.json().path("timestamp")).isEqualTo(generation.path("finishedAt"));

            await().until(() -> state(sluice.alice(), id).equals("delivered"));
            JsonNode delivery = deliveries(sluice.alice(), id).get(0);
            assertThat(delivery.path("attempts").intValue()).isEqualTo(1);
            assertThat(delivery.path("lastAttempt").stringValue()).isEqualTo("answered 204");
            assertThat(delivery.has("nextAttemptAt")).isFalse();
            assertThat(delivery.has("deliveredAt")).isTrue();
            assertThat(sluice.bob().get(webhook(id)).status()).isEqualTo(404);
            assertThat(new Client(sluice.management(), "")
                            .get("/actuator/prometheus")
                            .body())
                    .contains("sluice_webhook_deliveries_total{outcome=\"delivered\"} 1.0");
        }
    }

    @Test
    @Needs(value = "python3", installedBy = "apt-get install -y python3")
    void isBelievedByTheReadmesRecipeAndNothingElseIs() throws IOException, InterruptedException {
        try (RunningSluice sluice = RunningSluice.inFrontOf(simulator, store, SETTINGS)) {
            accepted(sluice.alice(), "ein Fuchs 🦊", receiver.url());
            Post post = onlyPost();

            assertThat(believed(OLD, post, post.body())).isEqualTo("True");
            assertThat(believed(GENERAL, post, post.body())).isEqualTo("False");
            assertThat(believed(OLD, post, post.body() + " ")).isEqualTo("False");
        }
    }

    private static String believed(String secret, Post post, String body) throws IOException, InterruptedException {
        String readme = Files.readString(Path.of("README.md"));
        String recipe = readme.substring(readme.indexOf("```python") + 9);
        ObjectNode given = Client.JSON.createObjectNode().put("secret", secret).put("body", body);
        given.putObject("headers")
                .put("webhook-id", post.id())
                .put("webhook-timestamp", post.timestamp())
                .put("webhook-signature", post.signatures());
        Process python = new ProcessBuilder(
                        NeededPrograms.find("python3").toString(),
                        "-c",
                        recipe.substring(0, recipe.indexOf("```"))
                                + "import json, sys; it = json.load(sys.stdin);"
                                + " print(is_from_sluice(it['secret'], it['headers'], it['body'].encode()))")
                .redirectErrorStream(true)
                .start();
        try (var in = python.getOutputStream()) {
            in.write(given.toString().getBytes(StandardCharsets.UTF_8));
        }
        String said = new String(python.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        python.waitFor();
        return said;
    }

    @Test
    void tellsEveryKindOfEndingWhoeverBroughtItAbout() {
        simulator.keep(Pace.fixed(Duration.ofMillis(100)));
        try (RunningSluice sluice = RunningSluice.inFrontOf(
                simulator, store, with("sluice.admission.limit.initial=1", "sluice.admission.limit.max=1"))) {
            accepted(sluice.bob(), "none [fail]", receiver.url());
            await().until(() -> types().contains("generation.failed"));
            assertThat(receiver.posts().getFirst().isSignedWith(GENERAL)).isTrue();

            simulator.faults().pollsOf("takes the only place").answer(500); // until the others are told
            String first = accepted(sluice.bob(), "takes the only place", receiver.url());
            await().until(() ->
                    sluice.bob().get("/v1/generations/" + first).body().contains("\"processing\""));
            String withdrawn = accepted(sluice.bob(), "withdrawn", receiver.url());
            String late = accepted(sluice.bob(), Map.of("queueTimeoutSeconds", 1), "waits too long", receiver.url());
            sluice.bob().delete("/v1/generations/" + withdrawn);

            await().until(() -> types().containsAll(List.of("generation.cancelled", "generation.rejected")));
            simulator.faults().clear();
            await().until(() -> types().contains("generation.completed"));
            assertThat(sluice.bob().get("/v1/generations/" + late).body()).contains("rejected");
        }
    }

    @Test
    void triesAgainUntilTheReceiverIsThereAndNamesTheDeliveryTheSame() {
        receiver.answers(503, Map.of("Retry-After", "1"));
        try (RunningSluice sluice = RunningSluice.inFrontOf(simulator, store, SETTINGS)) {
            String id = accepted(sluice.alice(), "a fox", receiver.url());

            await().until(() -> !deliveries(sluice.alice(), id).isEmpty()
                    && deliveries(sluice.alice(), id).get(0).has("lastAttempt"));
            JsonNode failed = deliveries(sluice.alice(), id).get(0);
            assertThat(failed.path("state").stringValue()).isEqualTo("pending");
            assertThat(failed.path("lastAttempt").stringValue()).isEqualTo("answered 503");
            assertThat(Instant.parse(failed.path("nextAttemptAt").stringValue()))
                    .isBetween(Instant.now().plusSeconds(2), Instant.now().plusSeconds(6));

            receiver.answers(200, Map.of());
            await().atMost(Duration.ofSeconds(15)).until(() -> receiver.posts().size() == 2);
            assertThat(receiver.posts().get(1).id())
                    .isEqualTo(receiver.posts().getFirst().id());
            assertThat(receiver.posts().get(1).body())
                    .isEqualTo(receiver.posts().getFirst().body());
            assertThat(receiver.posts().get(1).isSignedWith(NEW)).isTrue();
        }
    }

    @Test
    void isNotSentAgainToAReceiverThatIsGoneNorAfterItWasErased() {
        receiver.answers(410, Map.of());
        try (RunningSluice sluice = RunningSluice.inFrontOf(simulator, store, SETTINGS)) {
            String gone = accepted(sluice.alice(), "a fox", receiver.url());
            await().until(() -> state(sluice.alice(), gone).equals("gone"));
            receiver.answers(500, Map.of());
            String erased = accepted(sluice.alice(), "an owl", receiver.url());
            await().until(() -> receiver.posts().size() == 2);

            assertThat(sluice.alice()
                            .delete("/v1/generations/" + erased + "?erase=true")
                            .status())
                    .isEqualTo(204);

            assertThat(sluice.alice().get(webhook(erased)).status()).isEqualTo(404);
            assertThat(sluice.alice()
                            .get(webhook(sluice.alice().accepted("none")))
                            .status())
                    .isEqualTo(404);
        }
    }

    @Test
    void reachesNothingThatIsNotPublicAndSaysSo() {
        try (RunningSluice sluice =
                RunningSluice.inFrontOf(simulator, store, "sluice.webhook.signing-secret=" + GENERAL)) {
            String id = accepted(sluice.alice(), "a fox", receiver.url());

            await().until(() -> deliveries(sluice.alice(), id).toString().contains("its address is not a public one"));
            assertThat(state(sluice.alice(), id)).isEqualTo("pending");
            assertThat(receiver.posts()).isEmpty();
        }
    }

    @Test
    void oneSlowReceiverHoldsUpNoOther() {
        try (Receiver quick = Receiver.start();
                Silence silent = new Silence();
                RunningSluice sluice = RunningSluice.inFrontOf(simulator, store, SETTINGS)) {
            IntStream.range(0, 8).forEach(i -> accepted(sluice.alice(), "slow " + i, silent.url()));
            await().until(() -> silent.connections() == 4);

            accepted(sluice.alice(), "quick", quick.url().replace("127.0.0.1", "localhost"));
            accepted(sluice.bob(), "quick", quick.url());

            await().atMost(Duration.ofSeconds(8)).until(() -> quick.posts().size() == 2);
            assertThat(silent.connections())
                    .as("at a time to one host of one caller")
                    .isEqualTo(4);
        }
    }

    @Test
    void isAcceptedInABatchAndThroughTheDropInApiAndRefusedWithoutASecret() {
        try (RunningSluice sluice = RunningSluice.inFrontOf(simulator, store, SETTINGS)) {
            String body = body(Map.of(), "a fox", receiver.url());
            assertThat(sluice.alice()
                            .post("/v1/batches", "{\"generations\":[" + body + "," + body + "]}")
                            .status())
                    .isEqualTo(202);
            assertThat(sluice.alice().post("/api/v1/generate", body).status()).isEqualTo(200);
            await().until(() -> receiver.posts().size() == 3);
        }
        try (RunningSluice sluice = RunningSluice.inFrontOf(simulator, store)) {
            String body = body(Map.of(), "a fox", receiver.url());
            Answer refused = sluice.alice().post("/v1/generations", body);
            assertThat(refused.status()).isEqualTo(400);
            assertThat(refused.json().path("detail").stringValue())
                    .startsWith("/sluice/webhookUrl: there is no secret to sign your webhooks with");
            assertThat(sluice.alice()
                            .post("/v1/batches", "{\"generations\":[{\"prompt\":\"p\"}," + body + "]}")
                            .body())
                    .contains("/generations/1/sluice/webhookUrl: there is no secret");
        }
    }

    @Test
    void arrivesAfterTheProcessWasKilledInBetween() {
        int port = receiver.port();
        receiver.close();
        String id;
        try (ChildSluice child =
                ChildSluice.inFrontOf(simulator, store, SETTINGS).awaitReady()) {
            id = accepted(child.alice(), "a fox", "http://127.0.0.1:" + port + "/hook");
            await().until(() -> deliveries(child.alice(), id).path(0).has("lastAttempt"));
            child.kill();
        }
        try (Receiver late = Receiver.start(port);
                RunningSluice sluice = RunningSluice.inFrontOf(simulator, store, SETTINGS)) {
            await().atMost(Duration.ofSeconds(30)).until(() -> late.posts().size() == 1);

            assertThat(late.posts().getFirst().id()).startsWith(id);
            await().until(() -> state(sluice.alice(), id).equals("delivered"));
        }
    }

    @Test
    void areSentOnceByTwoReplicas() {
        List<String> settings = new ArrayList<>(EmbeddedDatabase.settingsOfANewOne());
        settings.addAll(List.of(SETTINGS));
        String[] both = settings.toArray(String[]::new);
        try (RunningSluice a = RunningSluice.inFrontOf(simulator, store, both);
                RunningSluice b = RunningSluice.inFrontOf(simulator, store, both)) {
            List<String> ids = IntStream.range(0, 20)
                    .mapToObj(i -> accepted((i % 2 == 0 ? a : b).alice(), "shared " + i, receiver.url()))
                    .toList();

            await().atMost(Duration.ofSeconds(20))
                    .until(() ->
                            ids.stream().allMatch(id -> state(a.alice(), id).equals("delivered")));
            assertThat(receiver.posts())
                    .extracting(Post::id)
                    .doesNotHaveDuplicates()
                    .hasSize(20);
        }
    }

    private static String[] with(String... more) {
        return Stream.concat(Stream.of(SETTINGS), Stream.of(more)).toArray(String[]::new);
    }

    private Post onlyPost() {
        await().until(() -> !receiver.posts().isEmpty());
        assertThat(receiver.posts()).hasSize(1);
        return receiver.posts().getFirst();
    }

    private List<String> types() {
        return receiver.posts().stream()
                .map(post -> post.json().path("type").stringValue())
                .toList();
    }

    private static String accepted(Client caller, String prompt, String url) {
        return accepted(caller, Map.of(), prompt, url);
    }

    private static String accepted(Client caller, Map<String, Integer> options, String prompt, String url) {
        Answer answer = caller.post("/v1/generations", body(options, prompt, url), "Prefer", "respond-async");
        assertThat(answer.status()).as(answer.body()).isEqualTo(202);
        return answer.json().path("id").stringValue();
    }

    private static String body(Map<String, Integer> options, String prompt, String url) {
        ObjectNode body = Client.JSON.createObjectNode().put("prompt", prompt);
        ObjectNode sluice = body.putObject("sluice").put("webhookUrl", url);
        options.forEach(sluice::put);
        return body.toString();
    }

    private static String webhook(String id) {
        return "/v1/generations/" + id + "/webhook";
    }

    private static JsonNode deliveries(Client caller, String id) {
        return caller.get(webhook(id)).json().path("deliveries");
    }

    private static String state(Client caller, String id) {
        return deliveries(caller, id).path(0).path("state").stringValue("none yet");
    }
}
