package dev.sluice.simulator;

import dev.sluice.simulator.Account.Charged;
import dev.sluice.simulator.Account.Full;
import dev.sluice.simulator.Account.OutOfCredits;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Random;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;

/** Where submits are accepted and paid for, or refused. */
final class Desk {

    /** A prompt marked {@code [slow]} takes this many times as long, whatever the pace. */
    private static final int SLOW = 10;

    static final String ID_PREFIX = "cl";
    private static final int ID_LENGTH = 25;

    private final Account account;
    private final Generations generations;
    private final Ledger ledger;
    private final Answers answers;
    private final StreamMode stream;
    private final Clock clock;
    private final RandomGenerator durations;

    // Ids owe nothing to the seed: a gateway that kept its log must not meet an old id again, with another picture.
    private final RandomGenerator ids = new SecureRandom();

    private volatile Pace pace;

    Desk(SimulatorSettings settings, Account account, Generations generations, Ledger ledger, Answers answers) {
        this.account = account;
        this.generations = generations;
        this.ledger = ledger;
        this.answers = answers;
        this.stream = new StreamMode(settings.heartbeat(), answers::urls);
        this.clock = settings.clock();
        this.durations = new Random(settings.seed());
        this.pace = settings.pace();
    }

    /** What is wrong with the submit itself, before anybody asks whether it can be paid for. */
    Optional<Reply> refusal(SubmitRequest submit, String authorization) {
        if (!account.knows(authorization)) {
            return Optional.of(Answers.wrongKey());
        }
        return submit.problem().map(problem -> Answers.error(400, problem));
    }

    Reply start(SubmitRequest submit, Outcome outcome, Duration takes, Function<Generation, Reply> answer) {
        Instant now = clock.instant();
        return switch (account.start(submit.cost(), now, now.plus(takes))) {
            case Charged charged ->
                answer.apply(recorded(
                        new Generation(nextId(), submit, submit.cost(), charged.remaining(), now, takes, outcome)));
            case OutOfCredits _ -> Answers.error(402, "Insufficient credits");
            case Full full -> Answers.busy(full.activeTasks());
        };
    }

    private Generation recorded(Generation generation) {
        generations.add(generation);
        ledger.accepted(generation);
        return generation;
    }

    Reply answerInItsMode(Generation generation) {
        return switch (generation.submit().mode()) {
            case "async" -> answers.accepted(generation);
            case "stream" -> new Reply.Events(stream.events(generation));
            default -> new Reply.Late(generation.takes(), answers.finished(generation));
        };
    }

    Duration duration(SubmitRequest submit) {
        Duration takes = pace.takes(submit.model().someDuration(durations));
        return submit.says("slow") ? takes.multipliedBy(SLOW) : takes;
    }

    Answers answers() {
        return answers;
    }

    int running() {
        return account.running(clock.instant());
    }

    void keep(Pace pace) {
        this.pace = pace;
    }

    private String nextId() {
        return ids.ints(ID_LENGTH - ID_PREFIX.length(), 0, Character.MAX_RADIX)
                .mapToObj(digit -> Character.toString(Character.forDigit(digit, Character.MAX_RADIX)))
                .collect(Collectors.joining("", ID_PREFIX, ""));
    }
}
