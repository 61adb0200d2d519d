package dev.sluice.simulator;

import static dev.sluice.simulator.Caller.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.SocketException;
import java.net.http.HttpResponse;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

class FaultsTests {

    private Simulator simulator;
    private Caller caller;
    private Faults faults;
    private Ledger ledger;

    @BeforeEach
    void start() {
        simulator = Simulator.start(SimulatorSettings.defaults()
                .withPace(Pace.fixed(Duration.ofHours(1)))
                .withCredits(100));
        caller = new Caller(simulator);
        faults = simulator.faults();
        ledger = simulator.ledger();
    }

    @AfterEach
    void close() {
        simulator.close();
    }

    @Nested
    class OnSubmits {

        @Test
        void chargesAndSaysNothing() throws IOException {
            faults.nextSubmits(2).loseTheAnswer();

            assertThatThrownBy(() -> caller.submit("a cat")).isInstanceOf(IOException.class);
            assertThat(caller.firstByteAfterSubmitting("a cat")).isEqualTo(-1);
            HttpResponse<String> third = caller.submit("a cat");

            assertThat(third.statusCode()).isEqualTo(200);
            assertThat(ledger.accepted("a cat")).hasSize(3);
            assertThat(ledger.submitsReceived("a cat")).isEqualTo(3);
            assertThat(ledger.creditsTaken()).isEqualTo(3);
        }

        @Test
        void resetsBeforeItReadsAndAcceptsNothing() {
            faults.nextSubmit().resetBeforeReading();

            assertThatThrownBy(() -> caller.firstByteAfterSubmitting("a cat"))
                    .isInstanceOf(SocketException.class)
                    .hasMessageContaining("reset");
            assertThat(ledger.accepted()).isEmpty();
            assertThat(ledger.submitsReceived()).isZero();
            assertThat(ledger.requestsByPath()).containsEntry("POST /api/v1/generate", 1L);
        }

        @Test
        void resetsAfterItHasAccepted() {
            faults.nextSubmit().resetAfterAccepting();

            assertThatThrownBy(() -> caller.firstByteAfterSubmitting("a cat"))
                    .isInstanceOf(SocketException.class)
                    .hasMessageContaining("reset");
            assertThat(ledger.accepted()).hasSize(1);
        }

        @Test
        void delaysTheAnswerButNotTheCharge() throws IOException {
            faults.nextSubmit().delayTheAnswer(Duration.ofMillis(200));

            long begun = System.nanoTime();
            caller.submit("a cat");

            assertThat(Duration.ofNanos(System.nanoTime() - begun)).isGreaterThanOrEqualTo(Duration.ofMillis(200));
            assertThat(ledger.accepted()).hasSize(1);
        }

        @Test
        void acceptsWhatItHeldThoughTheCallerIsGoneByThen() throws IOException {
            faults.everySubmit().holdBeforeAccepting(Duration.ofMillis(300));

            caller.leaveAfterSubmitting("a cat");
            await().until(() -> ledger.submitsReceived("a cat") == 1);
            assertThat(ledger.accepted()).isEmpty();

            await().until(() -> ledger.accepted("a cat").size() == 1);
            assertThat(json(caller.submit("a dog")).path("success").asBoolean()).isTrue();
        }

        @Test
        void answersWhatNobodyCanRead() throws IOException {
            faults.nextSubmit().answerGarbage();
            faults.nextSubmit().answerTruncated();
            faults.nextSubmit().answerWithoutId();

            assertUnreadable(caller.submit("garbage"));
            assertUnreadable(caller.submit("truncated"));
            JsonNode withoutId = json(caller.submit("without id"));

            assertThat(withoutId.get("success").asBoolean()).isTrue();
            assertThat(withoutId.has("generationId")).isFalse();
            assertThat(ledger.creditsTaken()).isEqualTo(3);
        }

        @ParameterizedTest
        @ValueSource(ints = {400, 401, 402, 403, 404, 413, 415, 422, 429, 500, 502, 503, 504})
        void answersAnyStatusAndAcceptsNothing(int status) throws IOException {
            faults.nextSubmit().answer(status);

            HttpResponse<String> response = caller.submit("a cat");

            assertThat(response.statusCode()).isEqualTo(status);
            assertThat(response.body()).doesNotContain("server_busy").isNotBlank();
            assertThat(ledger.accepted()).isEmpty();
        }

        @Test
        void answersAnErrorThoughItAccepted() throws IOException {
            faults.nextSubmit().acceptButAnswer(504);

            HttpResponse<String> response = caller.submit("a cat");

            assertThat(response.statusCode()).isEqualTo(504);
            assertThat(response.body()).contains("<html>");
            assertThat(ledger.creditsTaken()).isEqualTo(1);
        }

        @Test
        void asksForPatienceInWholeSeconds() throws IOException {
            faults.nextSubmit().answer(429, Duration.ofSeconds(7));
            faults.nextSubmit().answerBusy(Duration.ofMillis(1_200));
            faults.nextSubmit().answerBusy();

            HttpResponse<String> tooMany = caller.submit("a cat");
            HttpResponse<String> busy = caller.submit("a cat");
            HttpResponse<String> busyAgain = caller.submit("a cat");

            assertThat(tooMany.headers().firstValue("Retry-After")).contains("7");
            assertThat(busy.headers().firstValue("Retry-After")).contains("2");
            assertThat(json(busy).get("type").asString()).isEqualTo("server_busy");
            assertThat(busyAgain.headers().firstValue("Retry-After")).isEmpty();
            assertThat(ledger.creditsTaken()).isZero();
        }

        @ParameterizedTest
        @ValueSource(ints = {302, 307, 308})
        void redirectsToItself(int status) throws IOException {
            faults.nextSubmit().redirect(status);

            HttpResponse<String> response = caller.submit("a cat");

            assertThat(response.statusCode()).isEqualTo(status);
            assertThat(response.headers().firstValue("Location")).contains("/api/v1/generate");
            assertThat(ledger.accepted()).isEmpty();
        }

        @Test
        void warnsOrFailsForMoneyAndRefusesForNothing() throws IOException {
            faults.nextSubmit().warn();
            faults.nextSubmit().failAndCharge();
            faults.nextSubmit().refuse();

            JsonNode warning = json(caller.submit("warned"));
            JsonNode failure = json(caller.submit("failed"));
            JsonNode refusal = json(caller.submit("refused"));

            assertThat(warning.get("warning").asBoolean()).isTrue();
            assertThat(warning.get("creditsUsed").asInt()).isEqualTo(1);
            assertThat(failure.get("success").asBoolean()).isFalse();
            assertThat(failure.get("creditsUsed").asInt()).isEqualTo(1);
            assertThat(refusal.get("success").asBoolean()).isFalse();
            assertThat(refusal.has("creditsUsed")).isFalse();
            assertThat(ledger.creditsTaken()).isEqualTo(2);
            assertThat(ledger.running()).isZero();
        }

        @Test
        void happensToOnePromptAndSparesTheOthers() throws IOException {
            faults.submitsOf("unlucky").times(1).answer(500);
            faults.everySubmit().answer(502);
            faults.submitsOf("lost").answer(404);

            assertThat(caller.submit("unlucky").statusCode()).isEqualTo(500);
            assertThat(caller.submit("unlucky").statusCode()).isEqualTo(502);
            assertThat(caller.submit("lost").statusCode()).isEqualTo(404);
            assertThat(caller.submit("other").statusCode()).isEqualTo(502);
        }

        @Test
        void isOverWhenTheOrdersAreCleared() throws IOException {
            faults.everySubmit().answer(500);
            faults.everyPoll().answer(500);

            faults.clear();

            assertThat(caller.poll(caller.submitted("a cat")).statusCode()).isEqualTo(200);
        }
    }

    @Nested
    class OnPolls {

        @Test
        void answersAnyStatusAsOftenAsOrdered() throws IOException {
            String id = caller.submitted("a cat");
            faults.nextPolls(2).answer(500);
            faults.nextPoll().answer(429, Duration.ofSeconds(1));

            assertThat(caller.poll(id).statusCode()).isEqualTo(500);
            assertThat(caller.poll(id).statusCode()).isEqualTo(500);
            assertThat(caller.poll(id).statusCode()).isEqualTo(429);
            assertThat(caller.poll(id).statusCode()).isEqualTo(200);
            assertThat(ledger.polls(id)).hasSize(4).isSorted();
        }

        @Test
        void answersWhatNobodyCanRead() throws IOException {
            String id = caller.submitted("a cat");
            faults.nextPoll().answerGarbage();
            faults.nextPoll().answerTruncated();
            faults.nextPoll().answerNothing();

            assertUnreadable(caller.poll(id));
            assertUnreadable(caller.poll(id));
            assertThat(caller.polled(id).isNull()).isTrue();
        }

        @Test
        void saysWhatNoDocumentationTells() throws IOException {
            String id = caller.submitted("a cat");
            faults.nextPoll().sayStatus("queued");
            faults.nextPoll().completeWithoutPictures();

            assertThat(caller.polled(id).get("processingStatus").asString()).isEqualTo("queued");
            JsonNode completed = caller.polled(id);

            assertThat(completed.get("processingStatus").asString()).isEqualTo("completed");
            assertThat(completed.get("outputImageUrls")).isEmpty();
        }

        @Test
        void cutsTheConnection() throws IOException {
            String id = caller.submitted("a cat");
            faults.pollsOf("a cat").times(1).reset();
            faults.everyPoll().loseTheAnswer();

            assertThatThrownBy(() -> caller.poll(id)).isInstanceOf(IOException.class);
            assertThatThrownBy(() -> caller.poll(id)).isInstanceOf(IOException.class);
        }
    }

    @Test
    void refusesPicturesToLibrariesOrToEverybody() throws IOException {
        simulator.keep(Pace.fixed(Duration.ZERO));
        String url = caller.polled(caller.submitted("a cat"))
                .get("outputImageUrls")
                .get(0)
                .asString();

        faults.refusePicturesToLibraries();
        assertThat(caller.picture(url).statusCode()).isEqualTo(403);
        faults.answerPictures(404);
        assertThat(caller.picture(url).statusCode()).isEqualTo(404);
        faults.clear();
        assertThat(caller.picture(url).statusCode()).isEqualTo(200);
    }

    private static void assertUnreadable(HttpResponse<String> response) {
        assertThat(response.statusCode()).isEqualTo(200);
        assertThatThrownBy(() -> json(response)).isInstanceOf(JacksonException.class);
    }
}
