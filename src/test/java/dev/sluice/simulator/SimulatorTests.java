package dev.sluice.simulator;

import static dev.sluice.simulator.Caller.fields;
import static dev.sluice.simulator.Caller.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

class SimulatorTests {

    private static final Duration QUICK = Duration.ofMillis(100);
    private static final Duration FOR_EVER = Duration.ofHours(1);

    private Simulator simulator;
    private Caller caller;

    @BeforeEach
    void start() {
        simulator = Simulator.start(
                SimulatorSettings.defaults().withPace(Pace.fixed(QUICK)).withCredits(100));
        caller = new Caller(simulator);
    }

    @AfterEach
    void close() {
        simulator.close();
    }

    @Test
    void acceptsAnAsyncSubmitAndTakesTheCreditsAtOnce() throws IOException {
        HttpResponse<String> response = caller.submit("a cat");

        assertThat(response.statusCode()).isEqualTo(200);
        JsonNode body = json(response);
        assertThat(body.get("success").asBoolean()).isTrue();
        assertThat(body.get("async").asBoolean()).isTrue();
        assertThat(body.get("generationId").asString()).matches("cl[0-9a-z]{23}");
        assertThat(body.get("creditsUsed").asInt()).isEqualTo(1);
        assertThat(body.get("remainingCredits").asInt()).isEqualTo(99);
        assertThat(simulator.ledger().creditsLeft()).isEqualTo(99);
    }

    @Test
    void saysProcessingUntilItIsDoneAndThenNamesThePicture() throws IOException {
        simulator.keep(Pace.fixed(Duration.ofMillis(400)));
        String id = caller.submitted("a cat");

        JsonNode first = caller.polled(id);
        JsonNode last = ended(id);

        assertThat(first.get("processingStatus").asString()).isEqualTo("processing");
        assertThat(first.get("outputImageUrls").isNull()).isTrue();
        assertThat(last.get("processingStatus").asString()).isEqualTo("completed");
        assertThat(last.get("id").asString()).isEqualTo(id);
        assertThat(last.get("prompt").asString()).isEqualTo("a cat");
        assertThat(last.get("outputImageUrls").get(0).asString())
                .isEqualTo(simulator.baseUrl() + "/images/" + id + "-0.png");
        assertThat(last.propertyNames()).contains("modelUsed", "creditsUsed", "createdAt", "seed", "width");
        assertThat(last.has("errorMessage")).isFalse();
    }

    @Test
    void drawsAPictureInTheShapeThatWasAskedFor() throws IOException {
        JsonNode body = json(caller.submit(fields("a lake at night").put("aspectRatio", "16:9")));

        HttpResponse<byte[]> picture =
                caller.picture(body.get("imageUrls").get(0).asString());

        assertThat(picture.headers().firstValue("Content-Type")).contains("image/png");
        var image = ImageIO.read(new ByteArrayInputStream(picture.body()));
        assertThat(image.getWidth()).isEqualTo(768);
        assertThat(image.getHeight()).isEqualTo(432);
    }

    @Test
    void makesFourPicturesOfAPromptThatWantsMany() throws IOException {
        String id = caller.submitted("hills [many]");

        assertThat(ended(id).get("outputImageUrls")).hasSize(4);
        assertThat(caller.get("/images/" + id + "-3.png").statusCode()).isEqualTo(200);
        assertThat(caller.get("/images/" + id + "-4.png").statusCode()).isEqualTo(404);
    }

    @Test
    void failsAPromptThatAsksForItAndKeepsTheCredits() throws IOException {
        JsonNode ending = ended(caller.submitted("a cat [fail]"));

        assertThat(ending.get("processingStatus").asString()).isEqualTo("failed");
        assertThat(ending.get("errorMessage").asString()).isNotBlank();
        assertThat(simulator.ledger().creditsLeft()).isEqualTo(99);
    }

    @Test
    void blamesTheSafetyCheckInAPollAndWarnsInSyncMode() throws IOException {
        JsonNode ending = ended(caller.submitted("a cat [unsafe]"));
        JsonNode warning = json(caller.submit(fields("a cat [unsafe]")));

        assertThat(ending.get("processingStatus").asString()).isEqualTo("failed");
        assertThat(ending.get("errorMessage").asString()).contains("content safety");
        assertThat(warning.get("success").asBoolean()).isFalse();
        assertThat(warning.get("warning").asBoolean()).isTrue();
        assertThat(warning.get("creditsUsed").asInt()).isEqualTo(1);
    }

    @Test
    void takesTenTimesAsLongForASlowPrompt() throws IOException {
        simulator.keep(Pace.fixed(Duration.ofMinutes(1)));

        caller.submit("[slow] cat");

        assertThat(simulator.ledger().running()).isEqualTo(1);
        assertThat(simulator.ledger().accepted("[slow] cat").getFirst().takes()).isEqualTo(Duration.ofMinutes(10));
    }

    @Test
    void answersSyncRequestsWithThePicturesAndIsSyncByDefault() throws IOException {
        JsonNode body = json(caller.submit(fields("a cat")));

        assertThat(body.get("success").asBoolean()).isTrue();
        assertThat(body.has("async")).isFalse();
        assertThat(body.get("imageUrls")).hasSize(1);
        assertThat(body.get("remainingCredits").asInt()).isEqualTo(99);
    }

    @Test
    void streamsUnnamedEventsWithHeartbeatsThatSetTheProgressBack() throws IOException {
        try (Simulator beating = Simulator.start(SimulatorSettings.defaults()
                .withPace(Pace.fixed(Duration.ofMillis(500)))
                .withHeartbeat(Duration.ofMillis(120)))) {
            HttpResponse<String> response =
                    new Caller(beating).submit(fields("a cat").put("mode", "stream"));

            assertThat(response.headers().firstValue("Content-Type"))
                    .hasValueSatisfying(type -> assertThat(type).startsWith("text/event-stream"));
            assertThat(response.body()).doesNotContain("id:", "event:", "generationId");
            List<JsonNode> events = events(response.body());
            assertThat(events).filteredOn(event -> progress(event) == 0).hasSizeGreaterThan(2);
            assertThat(events).anyMatch(event -> progress(event) >= 50);
            assertThat(events.getLast().get("type").asString()).isEqualTo("complete");
            assertThat(events.getLast().get("data").get("imageUrls")).hasSize(1);
        }
    }

    @Test
    void endsAStreamWithAnErrorWhenTheGenerationFails() throws IOException {
        String body =
                caller.submit(fields("a cat [fail]").put("mode", "stream")).body();

        JsonNode last = events(body).getLast();

        assertThat(last.get("type").asString()).isEqualTo("error");
        assertThat(last.get("data").get("success").asBoolean()).isFalse();
        assertThat(last.get("data").get("error").asString()).isNotBlank();
    }

    @Test
    void refusesAMissingPromptAnUnknownModeAndWhatIsNotJson() throws IOException {
        assertThat(caller.submitBody("{\"mode\":\"async\"}").statusCode()).isEqualTo(400);
        assertThat(caller.submitBody("{\"prompt\":null}").statusCode()).isEqualTo(400);
        assertThat(caller.submit(fields("a cat").put("mode", "later")).statusCode())
                .isEqualTo(400);
        assertThat(caller.submitBody("nonsense").statusCode()).isEqualTo(400);
        assertThat(caller.submitBody("[]").statusCode()).isEqualTo(400);
        assertThat(json(caller.submitBody("{}")).get("error").asString()).isNotBlank();
        assertThat(simulator.ledger().creditsTaken()).isZero();
    }

    @Test
    void refusesAWrongKeyButShowsItsModelsToAnybody() throws IOException {
        Caller stranger = new Caller(simulator, "nb_wrong");

        assertThat(stranger.submit("a cat").statusCode()).isEqualTo(401);
        assertThat(stranger.poll("x").statusCode()).isEqualTo(401);
        assertThat(stranger.get("/api/v1/credits").statusCode()).isEqualTo(401);
        assertThat(stranger.get("/api/v1/models").statusCode()).isEqualTo(200);
        assertThat(simulator.ledger().accepted()).isEmpty();
    }

    @Test
    void knowsOnlyTheNewKeyOnceItHasChanged() throws IOException {
        simulator.changeKey("nb_new");

        assertThat(caller.submit("a cat").statusCode()).isEqualTo(401);
        assertThat(new Caller(simulator, "nb_new").submit("a cat").statusCode()).isEqualTo(200);
    }

    @Test
    void refusesWhatTheAccountCannotPay() throws IOException {
        simulator.holdCredits(3);

        assertThat(caller.submit(fields("a cat").put("selectedModel", "nanobanan2&pro"))
                        .statusCode())
                .isEqualTo(402);
        assertThat(caller.submit("a cat").statusCode()).isEqualTo(200);
        assertThat(simulator.ledger().creditsLeft()).isEqualTo(2);
    }

    @Test
    void takesNoCreditsForABusyAnswer() throws IOException {
        simulator.keep(Pace.fixed(FOR_EVER));
        simulator.allowTasks(2);
        caller.submit("one");
        caller.submit("two");

        HttpResponse<String> busy = caller.submit("three");

        assertThat(busy.statusCode()).isEqualTo(503);
        assertThat(json(busy).get("type").asString()).isEqualTo("server_busy");
        assertThat(json(busy).get("activeTasks").asInt()).isEqualTo(2);
        assertThat(simulator.ledger().creditsTaken()).isEqualTo(2);
        assertThat(simulator.ledger().mostRunningAtOnce()).isEqualTo(2);
    }

    @Test
    void hasRoomAgainWhenATaskIsOver() throws IOException {
        simulator.allowTasks(1);
        caller.submit("one");

        await().untilAsserted(
                        () -> assertThat(caller.submit("two").statusCode()).isEqualTo(200));

        assertThat(simulator.ledger().mostRunningAtOnce()).isEqualTo(1);
    }

    @Test
    void chargesOneMoreForEachReferenceImageAfterTheFirst() throws IOException {
        ObjectNode fields = fields("a cat").put("mode", "async").put("selectedModel", "nanobanan-2");
        fields.putArray("referenceImageUrls")
                .add("https://a/1")
                .add("https://a/2")
                .add("https://a/3");

        assertThat(json(caller.submit(fields)).get("creditsUsed").asInt()).isEqualTo(4);
    }

    @Test
    void answersAnUnknownModelLikeTheDefaultOne() throws IOException {
        ObjectNode fields = fields("a cat").put("mode", "async").put("selectedModel", "nano-banana");
        JsonNode body = json(caller.submit(fields));

        assertThat(body.get("creditsUsed").asInt()).isEqualTo(1);
        assertThat(caller.polled(body.get("generationId").asString())
                        .get("modelUsed")
                        .asString())
                .isEqualTo("nano-banana");
    }

    @Test
    void listsItsModelsAndItsCredits() throws IOException {
        JsonNode models = json(caller.get("/api/v1/models")).get("data");
        JsonNode credits = json(caller.get("/api/v1/credits"));

        assertThat(models.findValuesAsString("name"))
                .containsExactly(
                        "gemini-2.5-flash-image", "nanobanan-2", "nanobanan-2-2k", "seedream-5.0-2k", "nanobanan2&pro");
        assertThat(models.get(0).propertyNames())
                .contains("displayName", "creditsCost", "supportsImageInput", "supportsAspectRatio", "requiresPro");
        assertThat(credits.get("data").get("credits").asInt()).isEqualTo(100);
    }

    @Test
    void knowsNothingOfAnIdThatItNeverGave() throws IOException {
        assertThat(caller.poll("cl/?&unknown").statusCode()).isEqualTo(404);
        assertThat(caller.get("/images/clunknown-0.png").statusCode()).isEqualTo(404);
        assertThat(caller.get("/api/v2/generate").statusCode()).isEqualTo(404);
    }

    @Test
    void refusesABodyThatIsTooLong() throws IOException {
        HttpResponse<String> response = caller.submit("x".repeat(5 * 1024 * 1024));

        assertThat(response.statusCode()).isEqualTo(413);
        assertThat(simulator.ledger().submitsReceived()).isZero();
    }

    @Test
    void goesDownAndComesBackOnTheSamePortWithAllThatItKnew() throws IOException {
        simulator.keep(Pace.fixed(Duration.ofMillis(300)));
        URI before = simulator.baseUrl();
        String id = caller.submitted("a cat");

        simulator.goDown();
        assertThatThrownBy(() -> caller.poll(id)).isInstanceOf(ConnectException.class);
        simulator.comeBack();

        assertThat(simulator.baseUrl()).isEqualTo(before);
        assertThat(ended(id).get("processingStatus").asString()).isEqualTo("completed");
    }

    @Test
    void takesTheSameTimesForTheSameSeed() throws IOException {
        assertThat(durations(7)).isEqualTo(durations(7)).isNotEqualTo(durations(8));
    }

    private static List<Duration> durations(long seed) throws IOException {
        try (Simulator seeded = Simulator.start(SimulatorSettings.defaults().withSeed(seed))) {
            Caller caller = new Caller(seeded);
            caller.submit("one");
            caller.submit("two");
            return seeded.ledger().accepted().stream().map(Ledger.Submit::takes).toList();
        }
    }

    private JsonNode ended(String id) {
        return await().pollInterval(Duration.ofMillis(20))
                .until(
                        () -> caller.polled(id),
                        data -> !data.get("processingStatus").asString().equals("processing"));
    }

    private static List<JsonNode> events(String body) {
        return body.lines()
                .filter(line -> line.startsWith("data: "))
                .map(line -> Json.MAPPER.readTree(line.substring(6)))
                .toList();
    }

    private static int progress(JsonNode event) {
        return event.get("progress").asInt();
    }
}
