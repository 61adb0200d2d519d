package dev.sluice.scenarios;

import dev.sluice.scenarios.CrashLoad.Seen;
import java.time.Duration;
import java.util.function.Consumer;

/** Where the process is when it is killed. */
enum CrashStep {
    AT_RANDOM(scene -> {
        scene.isReached();
        scene.someTime(300, 1_800);
    }),

    /** Callers' requests are on their way. */
    BEFORE_THE_GENERATION_IS_WRITTEN(scene -> {
        scene.isReached();
        scene.until(Seen.ASKED, 60);
    }),

    /** {@code submitting} stands in the log and the upstream has read the submit, and not accepted it. */
    BEFORE_THE_UPSTREAM_ACCEPTS(scene -> {
        scene.simulator().faults().everySubmit().holdBeforeAccepting(Duration.ofSeconds(1));
        scene.isReached();
        scene.untilMore(() -> scene.simulator().ledger().submitsReceived(), 8);
    }),

    /** It is paid for, and nobody here knows. */
    BEFORE_THE_ANSWER_COMES(scene -> {
        scene.simulator().faults().everySubmit().delayTheAnswer(Duration.ofSeconds(1));
        scene.isReached();
        scene.untilMore(() -> scene.simulator().ledger().acceptedInAll(), 8);
    }),

    /** Answers arrive, and are being written with their receipts. */
    WHILE_ANSWERS_ARE_WRITTEN(scene -> {
        scene.isReached();
        scene.untilMore(() -> scene.simulator().ledger().acceptedInAll(), 20);
        scene.someTime(0, 8);
    }),

    AFTER_THE_ID_WAS_WRITTEN(scene -> {
        scene.isReached();
        scene.until(Seen.TOLD_PROCESSING, 20);
    }),

    WHILE_THE_UPSTREAM_IS_BUSY(scene -> {
        scene.simulator().faults().everySubmit().answerBusy();
        scene.isReached();
        scene.untilMore(() -> scene.simulator().ledger().submitsReceived(), 6);
        scene.someTime(0, 200);
    }),

    /** Streams are gone, and submits that are on their way are waited for. */
    DURING_A_DRAIN(scene -> {
        scene.simulator().faults().everySubmit().delayTheAnswer(Duration.ofSeconds(1));
        scene.isReached();
        scene.untilMore(() -> scene.simulator().ledger().acceptedInAll(), 8);
        scene.sluice().terminate();
        scene.until(Seen.CUT_OFF, 100);
    }),

    /** Callers have not come back yet. */
    WHILE_IT_STARTS(scene -> scene.someTime(1_000, 4_000)),

    WHILE_TAKING_UP_WHAT_THE_LAST_ONE_LEFT(CrashScene::takesUpWhatTheLastOneLeft),

    /** Streaming POSTs are sent again with the last event that was seen; the first time there is nothing to go on with. */
    WHILE_CALLERS_COME_BACK(scene -> {
        Seen comingBack = scene.isTheFirst() ? Seen.ASKED : Seen.ASKED_AGAIN_BY_THE_LAST_EVENT;
        scene.isReached();
        scene.until(comingBack, 40);
    }),

    /** Withdrawals, claims, deadlines, busy answers and accepted submits, all at once. */
    WHILE_ALL_OF_IT_MEETS(scene -> {
        for (int i = 0; i < 40; i++) {
            scene.simulator().faults().nextSubmit().answerBusy();
            scene.simulator().faults().nextSubmits(3).delayTheAnswer(Duration.ofMillis(150));
        }
        scene.isReached();
        scene.until(Seen.WITHDREW, 10);
        scene.until(Seen.LEFT_THE_QUEUE, 10);
        scene.perhapsUntil(Seen.TOLD_REJECTED, 10); // who would wait for too long may be refused before it waits
    });

    private final Consumer<CrashScene> lead;

    CrashStep(Consumer<CrashScene> lead) {
        this.lead = lead;
    }

    /** Returns when it is time to kill. */
    void lead(CrashScene scene) {
        lead.accept(scene);
    }
}
