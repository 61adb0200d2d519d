package dev.sluice.scenarios;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.simulator.Pace;
import dev.sluice.simulator.Simulator;
import dev.sluice.simulator.SimulatorSettings;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/**
 * What the account held before a lost answer, and after it, stands in the problem for people to think about. Others may
 * use the account: so it proves nothing, and changes nothing.
 */
@SuppressWarnings("NullAway.Init")
class BalanceTests {

    private static final long AT_FIRST = 1_000;

    private static Simulator simulator;
    private static RunningSluice sluice;

    @BeforeAll
    static void start(@TempDir Path store) {
        simulator = Simulator.start(SimulatorSettings.defaults().withPace(Pace.fixed(Duration.ofMillis(100))));
        sluice = RunningSluice.inFrontOf(simulator, store, "sluice.upstream.submit-timeout=1s");
    }

    @AfterAll
    static void stop() {
        sluice.close();
        simulator.close();
    }

    @AfterEach
    void allGoesWellAgain() {
        simulator.faults().clear();
        simulator.changeKey(SimulatorSettings.KEY);
    }

    @Test
    void isToldBeforeAndAfterWhenTheSubmitWasCharged() {
        hearOfTheBalance();
        simulator.faults().submitsOf("charged").loseTheAnswer();

        assertThatItIsUnknownAndSays(
                endingOf("charged"),
                "The account held %d credits when last heard of and holds %d now; others may use it too."
                        .formatted(AT_FIRST, AT_FIRST - 1));
        assertThat(simulator.ledger().accepted("charged")).hasSize(1);
    }

    @Test
    void provesNothingWhenItIsTheSame() {
        hearOfTheBalance();
        simulator.faults().submitsOf("not charged").redirect(307);

        assertThatItIsUnknownAndSays(
                endingOf("not charged"),
                "The account held %d credits when last heard of and holds %d now".formatted(AT_FIRST, AT_FIRST));
        assertThat(simulator.ledger().accepted("not charged")).isEmpty();
        assertThat(simulator.ledger().submitsReceived("not charged")).isEqualTo(1);
    }

    @Test
    void provesNothingWhenSomebodyElsePutsCreditsIntoTheAccount() {
        hearOfTheBalance();
        simulator.faults().submitsOf("topped up").loseTheAnswer();
        simulator.holdCredits(5_001);

        assertThatItIsUnknownAndSays(
                endingOf("topped up"), "held %d credits when last heard of and holds 5000 now".formatted(AT_FIRST));
    }

    @Test
    void isLeftOutWhenItCannotBeHad() {
        hearOfTheBalance();
        simulator.faults().submitsOf("no balance").delayTheAnswer(Duration.ofSeconds(3));
        String id = sluice.alice().accepted("no balance");
        await().until(() -> simulator.ledger().submitsReceived("no balance") == 1);
        simulator.changeKey("nb_another");

        JsonNode ending = sluice.alice().ending(id);

        assertThatItIsUnknownAndSays(ending, "may have been accepted and charged. Sluice does not send it again");
        assertThat(detail(ending)).doesNotContain("The account held", "The account holds");
    }

    /** Sluice hears of it with each answer to a submit; it does not ask for it while all goes well. */
    private static void hearOfTheBalance() {
        simulator.holdCredits(AT_FIRST + 1);
        assertThat(endingOf("clear").path("status").stringValue()).isEqualTo("completed");
    }

    private static void assertThatItIsUnknownAndSays(JsonNode ending, String evidence) {
        assertThat(ending.path("status").stringValue()).isEqualTo("unknown");
        assertThat(ending.path("credits").path("used").longValue()).isZero();
        assertThat(ending.path("credits").path("atRisk").longValue()).isEqualTo(1);
        assertThat(detail(ending)).contains("may have been accepted and charged", evidence);
    }

    private static String detail(JsonNode ending) {
        return ending.path("error").path("detail").stringValue();
    }

    private static JsonNode endingOf(String prompt) {
        return sluice.alice().ending(sluice.alice().accepted(prompt));
    }
}
