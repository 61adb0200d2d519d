package dev.sluice.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class LedgerTests {

    private Simulator simulator;
    private Caller caller;

    @BeforeEach
    void start() {
        simulator = Simulator.start();
        caller = new Caller(simulator);
    }

    @AfterEach
    void close() {
        simulator.close();
    }

    @Test
    void tellsWhatWasAcceptedAndForHowMuch() throws IOException {
        String body = "{\"prompt\":\"a cat\",\"mode\":\"async\",\"selectedModel\":\"nanobanan-2\",\"style\":{\"x\":1}}";
        caller.submitBody(body);

        Ledger.Submit submit = simulator.ledger().accepted().getFirst();

        assertThat(submit.prompt()).isEqualTo("a cat");
        assertThat(submit.model()).isEqualTo("nanobanan-2");
        assertThat(submit.mode()).isEqualTo("async");
        assertThat(submit.credits()).isEqualTo(2);
        assertThat(submit.body()).isEqualTo(body);
        assertThat(simulator.ledger().acceptedInAll()).isEqualTo(1);
    }

    @Test
    void handsOutSnapshots() throws IOException {
        List<Ledger.Submit> before = simulator.ledger().accepted();

        caller.submit("a cat");

        assertThat(before).isEmpty();
        assertThat(simulator.ledger().accepted()).hasSize(1);
    }

    @Test
    void countsRequestsByPathAndKeepsTheirHeaders() throws IOException {
        String id = caller.submitted("a cat");
        caller.poll(id);
        caller.poll(id);

        Ledger ledger = simulator.ledger();

        assertThat(ledger.requestsByPath())
                .containsEntry("POST /api/v1/generate", 1L)
                .containsEntry("GET /api/v1/generate", 2L);
        assertThat(ledger.pollsReceived()).isEqualTo(2);
        assertThat(ledger.polls(id)).hasSize(2);
        assertThat(ledger.lastRequests().getLast().uri()).isEqualTo("/api/v1/generate?id=" + id);
        assertThat(ledger.lastRequests().getLast().header("Authorization")).containsExactly("Bearer nb_simulator");
        assertThat(ledger.lastRequests().getLast().header("Cookie")).isEmpty();
    }

    @Test
    void forgetsTheHeadersOfOldRequests() throws IOException {
        for (int i = 0; i < Ledger.MAX_REQUESTS_KEPT + 5; i++) {
            caller.get("/api/v1/models");
        }

        assertThat(simulator.ledger().lastRequests()).hasSize(Ledger.MAX_REQUESTS_KEPT);
        assertThat(simulator.ledger().requestsByPath())
                .containsEntry("GET /api/v1/models", Ledger.MAX_REQUESTS_KEPT + 5L);
    }
}
