package dev.sluice.scenarios;

import java.time.Duration;
import java.util.function.Consumer;

/** What happens to the replicas, or to what they need. */
enum ChaosStep {
    KILL_AT_RANDOM(scene -> {
        ChaosReplica victim = scene.one();
        scene.someTime(scene.leases(1, 5));
        scene.kill(victim);
    }),

    /** The upstream has read the submit, and not accepted it. */
    KILL_BEFORE_THE_UPSTREAM_ACCEPTS(scene -> {
        scene.simulator().faults().everySubmit().holdBeforeAccepting(Duration.ofSeconds(1));
        scene.kill(scene.oneThatHas("submitting", "processing"));
    }),

    /** It is paid for, and nobody here knows. */
    KILL_BEFORE_THE_ANSWER_COMES(scene -> {
        scene.simulator().faults().everySubmit().delayTheAnswer(Duration.ofSeconds(1));
        scene.kill(scene.oneThatHas("submitting", "processing"));
    }),

    KILL_AFTER_THE_ID_WAS_WRITTEN(scene -> scene.kill(scene.oneThatHas("processing"))),

    PAUSE_AT_RANDOM(scene -> scene.pause(scene.oneThatHas("processing"), scene.leases(12, 30))),

    /** Half of the time others have given the submit up when the answer is read. */
    PAUSE_IN_THE_MIDDLE_OF_A_SUBMIT(scene -> {
        scene.simulator().faults().everySubmit().delayTheAnswer(Duration.ofMillis(700));
        ChaosReplica victim = scene.oneThatHas("submitting");
        scene.pause(victim, scene.isTails() ? scene.leases(12, 25) : scene.leases(52, 60));
    }),

    /** It has the turn, and the database waits for its next word. */
    PAUSE_IN_THE_MIDDLE_OF_A_CLAIM(scene -> {
        ChaosReplica victim = scene.one();
        Cable.Catch claim = victim.database().holdAfter("with recursive waiting");
        try {
            scene.counts().claimsHeld += claim.within(5) ? 1 : 0;
            scene.pause(victim, scene.leases(12, 30), claim::release);
        } finally {
            claim.release();
        }
    }),

    DRAIN(scene -> {
        scene.simulator().faults().everySubmit().delayTheAnswer(Duration.ofMillis(500));
        scene.terminate(scene.oneThatHas("processing"));
    }),

    CUT(scene -> {
        for (int i = scene.upTo(4); i > 0; i--) {
            scene.cut(scene.one());
            scene.someTime(scene.leases(1, 8));
        }
    }),

    LOSE_THE_ANSWERS_TO_COMMITS(scene -> {
        for (int i = scene.upTo(3); i > 0; i--) {
            scene.loseTheAnswersToCommits(scene.one(), scene.upTo(4));
            scene.someTime(scene.leases(4, 10));
        }
    }),

    CUT_OFF_FOR_LONGER_THAN_A_LEASE(scene -> scene.cutOff(scene.oneThatHas("processing"), scene.leases(12, 25))),

    STOP_THE_DATABASE_FOR_LONGER_THAN_A_LEASE(scene -> scene.stopTheDatabase(scene.leases(12, 25))),

    KILL_WHILE_THE_UPSTREAM_IS_BUSY(scene -> {
        scene.simulator().faults().everySubmit().answerBusy();
        ChaosReplica victim = scene.one();
        scene.someTime(scene.leases(2, 10));
        scene.kill(victim);
    });

    private final Consumer<ChaosScene> happens;

    ChaosStep(Consumer<ChaosScene> happens) {
        this.happens = happens;
    }

    /** Returns when what was to be taken over is. */
    void happenTo(ChaosScene scene) {
        try {
            happens.accept(scene);
        } finally {
            scene.simulator().faults().clear();
        }
    }
}
