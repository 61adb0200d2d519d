package dev.sluice.simulator;

import java.time.Duration;
import java.util.function.Function;

/** One submit at the desk, to be answered with or without a fault. */
final class Submission {

    private final Desk desk;
    private final SubmitRequest submit;
    private final String authorization;

    Submission(Desk desk, SubmitRequest submit, String authorization) {
        this.desk = desk;
        this.submit = submit;
        this.authorization = authorization;
    }

    /** As the documentation tells: accepted and answered in its mode, or refused. */
    Reply ordinaryAnswer() {
        return accepted(desk::answerInItsMode);
    }

    /** Accepted as it ordinarily would be, but answered otherwise. A refusal is answered as it ordinarily would be. */
    Reply accepted(Function<Generation, Reply> answer) {
        return taken(Outcome.of(submit), desk.duration(submit), answer);
    }

    /** Charged like any, but the task is over at once, and the content safety check is to blame. */
    Reply warning() {
        return taken(Outcome.UNSAFE, Duration.ZERO, desk.answers()::warning);
    }

    /** Charged like any, but the task is over at once, and has failed. */
    Reply failure() {
        return taken(
                Outcome.FAILURE, Duration.ZERO, generation -> desk.answers().failed(200, generation));
    }

    Reply.Answer busy() {
        return Answers.busy(desk.running());
    }

    private Reply taken(Outcome outcome, Duration takes, Function<Generation, Reply> answer) {
        return desk.refusal(submit, authorization).orElseGet(() -> desk.start(submit, outcome, takes, answer));
    }
}
