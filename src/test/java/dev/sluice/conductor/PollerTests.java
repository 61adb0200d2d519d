package dev.sluice.conductor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.generation.GenerationEvent;
import dev.sluice.generation.GenerationEvent.Overdue;
import dev.sluice.generation.Problem;
import dev.sluice.generation.ProblemType;
import dev.sluice.generation.Status;
import dev.sluice.journal.Hold;
import dev.sluice.upstream.PollOutcome;
import dev.sluice.upstream.PollOutcome.Completed;
import dev.sluice.upstream.PollOutcome.Failed;
import dev.sluice.upstream.PollOutcome.StillProcessing;
import dev.sluice.upstream.PollOutcome.Unusable;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;
import reactor.test.scheduler.VirtualTimeScheduler;

/** The pace of polling, in virtual time: seconds are counted from the upstream's acceptance. */
@Isolated
class PollerTests {

    private static final Polling AS_DOCUMENTED =
            new Polling(seconds(5), seconds(3), 60, seconds(30), Duration.ofHours(1), Polling.Strategy.FIXED);
    private static final PollOutcome NOT_YET = new StillProcessing();
    private static final PollOutcome DONE = new Completed(List.of("https://a/1.png"), "{}");
    private static final PollOutcome SILENCE = new Unusable("connection refused");

    private final VirtualTimeScheduler time = VirtualTimeScheduler.create();
    private final Instant start = now();
    private final List<Long> polls = new ArrayList<>();
    private final List<Status> recorded = new ArrayList<>();
    private final List<Tally> tallies = new ArrayList<>();
    private boolean ended;

    @AfterEach
    void dispose() {
        time.dispose();
    }

    @Test
    void pollsAfterFiveSecondsAndThenEveryThree() {
        poll(accepted(), answering(NOT_YET));

        pass(seconds(15));

        assertThat(polls).containsExactly(5L, 8L, 11L, 14L);
    }

    @Test
    void asksNoMoreOnceItHasEnded() {
        poll(accepted(), number -> Mono.just(number < 3 ? NOT_YET : DONE));

        pass(Duration.ofHours(2));

        assertThat(polls).containsExactly(5L, 8L, 11L);
        assertThat(recorded).containsExactly(Status.COMPLETED);
        assertThat(ended).isTrue();
    }

    @Test
    void recordsAFailureAsAnEnding() {
        Problem why = new Problem(ProblemType.GENERATION_FAILED, "boom");
        poll(accepted(), answering(new Failed(why, "{}")));

        pass(seconds(5));

        assertThat(recorded).containsExactly(Status.FAILED);
    }

    @Test
    void tellsHowManyPollsItTookAndThatTheEndingIsHalfAPauseOldOnAverage() {
        poll(accepted(), number -> Mono.just(number < 3 ? NOT_YET : number < 5 ? SILENCE : DONE));

        pass(Duration.ofHours(2));

        assertThat(polls).startsWith(5L, 8L).hasSize(5);
        assertThat(tallies)
                .singleElement()
                .satisfies(tally -> assertThat(tally.count()).isEqualTo(5))
                .satisfies(tally -> assertThat(tally.lag())
                        .as("the last that said so was the second")
                        .contains(seconds(polls.getLast() - polls.get(1)).dividedBy(2)));
    }

    @Test
    void knowsNoAgeOfAnEndingThatNoPollTold() {
        poll(accepted(), answering(NOT_YET));

        pass(Duration.ofHours(2));

        assertThat(recorded).contains(Status.TIMED_OUT);
        assertThat(tallies)
                .singleElement()
                .satisfies(tally -> assertThat(tally.lag()).isEmpty());
    }

    @Nested
    class WhenItTakesTooLong {

        @Test
        void becomesOverdueAfterSixtyAnswersAndIsPolledSlowly() {
            poll(accepted(), answering(NOT_YET));

            pass(seconds(5 + 59 * 3));
            assertThat(polls).hasSize(60);
            assertThat(recorded).containsExactly(Status.OVERDUE);

            pass(seconds(90));
            assertThat(polls).hasSize(63);
            assertThat(polls.subList(60, 63)).containsExactly(182L + 30, 182L + 60, 182L + 90);
        }

        @Test
        void endsOrdinarilyWhenItCompletesLate() {
            poll(accepted(), number -> Mono.just(number <= 70 ? NOT_YET : DONE));

            pass(Duration.ofHours(2));

            assertThat(recorded).containsExactly(Status.OVERDUE, Status.COMPLETED);
        }

        @Test
        void isGivenUpOnAnAnswerThatStillSaysProcessingAfterAnHour() {
            poll(accepted(), answering(NOT_YET));

            pass(seconds(182).plus(Duration.ofMinutes(59)));
            assertThat(recorded).containsExactly(Status.OVERDUE);

            pass(Duration.ofMinutes(1));
            assertThat(recorded).containsExactly(Status.OVERDUE, Status.TIMED_OUT);
            assertThat(polls).hasSize(60 + 120);
        }
    }

    @Nested
    class WhenTheUpstreamDoesNotAnswer {

        @Test
        void outlivesAnOutageOfHoursWithoutSpendingItsBudget() {
            Instant back = start.plus(Duration.ofHours(2));
            poll(accepted(), _ -> Mono.just(now().isBefore(back) ? SILENCE : NOT_YET));

            pass(Duration.ofHours(2));
            assertThat(recorded).isEmpty();

            pass(seconds(59 * 3 - 1));
            assertThat(recorded).isEmpty();
            pass(seconds(31));
            assertThat(recorded).containsExactly(Status.OVERDUE);
        }

        @Test
        void asksMoreSlowlyTheLongerItLasts() {
            poll(accepted(), answering(SILENCE));

            pass(seconds(180));

            assertThat(polls).startsWith(5L, 11L, 20L, 29L, 38L).endsWith(164L, 173L);
        }

        @Test
        void goesBackToItsPaceWithTheFirstAnswer() {
            poll(accepted(), number -> Mono.just(number <= 2 ? SILENCE : NOT_YET));

            pass(seconds(30));

            assertThat(polls).containsExactly(5L, 11L, 20L, 23L, 26L, 29L);
        }

        @Test
        void skipsPollsWhileOneIsLateAndStacksNone() {
            poll(accepted(), _ -> Mono.just(NOT_YET).delayElement(seconds(10), time));

            pass(seconds(40));

            assertThat(polls).containsExactly(5L, 17L, 29L);
        }
    }

    @Nested
    class WhenItIsTakenUpAgain {

        @Test
        void hasUsedUpWhatItHadUsedUpBefore() {
            Hold hold = accepted();
            pass(seconds(5 + 55 * 3));

            poll(hold, answering(NOT_YET));
            pass(seconds(16));

            assertThat(polls).hasSize(5);
            assertThat(recorded).containsExactly(Status.OVERDUE);
        }

        @Test
        void keepsTheFirstDelayIfThatIsNotOver() {
            Hold hold = accepted();
            pass(seconds(2));

            poll(hold, answering(NOT_YET));
            pass(seconds(3));

            assertThat(polls).containsExactly(5L);
        }

        @Test
        void asksOnceMoreAtLeastBeforeItIsOverdue() {
            Hold hold = accepted();
            pass(Duration.ofDays(1));

            poll(hold, answering(DONE));
            pass(seconds(3));

            assertThat(recorded).containsExactly(Status.COMPLETED);
        }

        @Test
        void asksOnceMoreAtLeastBeforeItIsGivenUp() {
            Hold hold = overdue();
            pass(Duration.ofDays(1));

            poll(hold, answering(DONE));
            pass(seconds(30));

            assertThat(recorded).containsExactly(Status.COMPLETED);
        }
    }

    @Test
    void stopsWhenSomebodyElseOwnsTheGeneration() {
        poller(answering(DONE), (_, _) -> Mono.empty())
                .seeToItsEnd(accepted())
                .doFinally(_ -> ended = true)
                .subscribe();

        pass(seconds(60));

        assertThat(polls).containsExactly(5L);
        assertThat(ended).isTrue();
    }

    @Test
    void asksNoMoreOnceItIsLetGo() {
        Disposable polling = poll(accepted(), answering(NOT_YET));
        pass(seconds(8));

        polling.dispose();
        pass(seconds(60));

        assertThat(polls).containsExactly(5L, 8L);
    }

    private Disposable poll(Hold hold, Function<Integer, Mono<PollOutcome>> answers) {
        return poller(answers, this::record)
                .seeToItsEnd(hold)
                .doFinally(_ -> ended = true)
                .subscribe();
    }

    private Poller poller(
            Function<Integer, Mono<PollOutcome>> answers, BiFunction<Hold, GenerationEvent, Mono<Hold>> record) {
        return new Poller(
                _ -> Mono.defer(() -> {
                    polls.add(Duration.between(start, now()).toSeconds());
                    return answers.apply(polls.size());
                }),
                record,
                (_, tally) -> tallies.add(tally),
                AS_DOCUMENTED,
                new PollPlans(AS_DOCUMENTED, _ -> Optional.empty()),
                time);
    }

    private static Function<Integer, Mono<PollOutcome>> answering(PollOutcome always) {
        return _ -> Mono.just(always);
    }

    private Mono<Hold> record(Hold hold, GenerationEvent event) {
        recorded.add(event.status());
        return Mono.just(Holds.after(hold, event, now()));
    }

    private Hold accepted() {
        return Holds.accepted(now());
    }

    private Hold overdue() {
        return Holds.after(accepted(), new Overdue(), now());
    }

    private void pass(Duration span) {
        time.advanceTimeBy(span);
    }

    private Instant now() {
        return Instant.ofEpochMilli(time.now(TimeUnit.MILLISECONDS));
    }

    private static Duration seconds(long seconds) {
        return Duration.ofSeconds(seconds);
    }
}
