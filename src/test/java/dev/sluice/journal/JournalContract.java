package dev.sluice.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.sluice.generation.Allowance;
import dev.sluice.generation.BatchId;
import dev.sluice.generation.CallerId;
import dev.sluice.generation.Credits;
import dev.sluice.generation.Generation;
import dev.sluice.generation.GenerationEvent;
import dev.sluice.generation.GenerationEvent.Cancelled;
import dev.sluice.generation.GenerationEvent.Completed;
import dev.sluice.generation.GenerationEvent.Overdue;
import dev.sluice.generation.GenerationEvent.Processing;
import dev.sluice.generation.GenerationEvent.Queued;
import dev.sluice.generation.GenerationEvent.Rejected;
import dev.sluice.generation.GenerationEvent.Unknown;
import dev.sluice.generation.GenerationId;
import dev.sluice.generation.GenerationRequest;
import dev.sluice.generation.Priority;
import dev.sluice.generation.Problem;
import dev.sluice.generation.ProblemType;
import dev.sluice.generation.Recorded;
import dev.sluice.generation.Status;
import dev.sluice.generation.WaitingFor;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** What every journal promises, wherever its tables are. */
abstract class JournalContract {

    static final CallerId ME = new CallerId("me");
    private static final CallerId YOU = new CallerId("you");
    private static final CallerId THEY = new CallerId("they");
    private static final Duration LONG = Duration.ofHours(1);
    private static final URI HOOK = URI.create("https://Example.com:8443/hook?a=b%20c");
    private static final int ROOMY = 1_000;
    static final Problem WHY = new Problem(ProblemType.OUTCOME_UNKNOWN, "lost");

    final AtomicReference<Instant> now = new AtomicReference<>(Instant.parse("2026-01-01T00:00:00Z"));

    abstract Journal journal();

    /** What is owed by the same log. */
    abstract Deliveries deliveries();

    /** The same log, opened as a restored backup. */
    abstract Journal restored();

    @Test
    void givesBackWhatItAccepted() {
        GenerationRequest request =
                new GenerationRequest("ein Fuchs 🦊", "m&m", 2, "{\"prompt\":\"x\"}", Priority.BATCH, Map.of("k", "v"));

        Generation opened = get(journal().open(opening(ME, request, LONG))).first();

        assertThat(get(journal().find(opened.id()))).isEqualTo(opened);
        assertThat(opened.request()).isEqualTo(request);
        assertThat(opened.status()).isEqualTo(Status.QUEUED);
    }

    @Test
    void hidesAGenerationFromEverybodyElse() {
        Generation mine = open();

        assertThat(journal().find(mine.id(), YOU).block()).isNull();
        assertThat(get(journal().find(mine.id(), ME))).isEqualTo(mine);
    }

    @Test
    void refusesMoreThanTheRoomHolds() {
        open();
        open();

        assertThatExceptionOfType(RoomFull.class)
                .isThrownBy(() -> journal()
                        .open(Openings.one(ME, request(), LONG, 2, null))
                        .block());
        assertThat(get(journal().counts()).queued()).isEqualTo(2);
    }

    @Test
    void countsWhatHasNotEndedByWhereItStands() {
        open();
        open();
        open();
        claim();
        append(claim(), processing());

        assertThat(get(journal().open()))
                .isEqualTo(Map.of(Status.QUEUED, 1, Status.SUBMITTING, 1, Status.PROCESSING, 1));
    }

    @Test
    void claimsTheOneThatHasWaitedLongest() {
        Generation first = open();
        Generation second = open();

        assertThat(claim().id()).isEqualTo(first.id());
        assertThat(claim().id()).isEqualTo(second.id());
        assertThat(journal().claimNext("a", Openings.upTo(ROOMY), 1).next().block())
                .isNull();
    }

    @Test
    void claimsNoMoreThanMayBeInFlight() {
        open();
        open();
        Hold first = claim();

        assertThat(journal().claimNext("a", Openings.upTo(1), 1).next().block()).isNull();

        append(first, processing());
        assertThat(journal().claimNext("a", Openings.upTo(1), 1).next().block()).isNull();
    }

    @Test
    void claimsNoMoreAtOnceThanTheLimitLeaves() {
        IntStream.range(0, 6).forEach(_ -> open());
        claim();

        List<Hold> claimed = get(journal().claimNext("a", Openings.upTo(4), 5).collectList());

        assertThat(claimed)
                .hasSize(3)
                .allMatch(hold -> hold.generation().status() == Status.SUBMITTING && hold.epoch() == 1);
        assertThat(journal().claimable(Openings.upTo(4), 5).block()).isZero();
        assertThat(journal().claimable(Openings.upTo(6), 5).block()).isEqualTo(2);
    }

    @Test
    void claimsSeveralAtOnceInTheOrderOfTheLine() {
        for (int i = 0; i < 12; i++) {
            get(journal().open(Openings.weighted(ME, 1, i % 2 == 0 ? Priority.BATCH : Priority.INTERACTIVE)));
            get(journal().open(Openings.weighted(YOU, 1, Priority.INTERACTIVE)));
            get(journal().open(Openings.weighted(THEY, 3, Priority.BATCH)));
        }
        List<GenerationId> line = get(journal().room(100, Openings.upTo(ROOMY).batchPatience())).line().stream()
                .map(Waiting::id)
                .toList();

        List<GenerationId> claimed = get(Flux.just(1, 7, 2, 8, 4, 8, 6)
                .concatMap(most -> journal().claimNext("a", Openings.upTo(ROOMY), most))
                .map(Hold::id)
                .collectList());

        assertThat(claimed).isEqualTo(line);
    }

    @Test
    void countsAnOverdueOneNoLongerAsInFlight() {
        open();
        open();
        append(append(claim(), processing()), new Overdue());

        assertThat(journal().claimNext("a", Openings.upTo(1), 1).next().block()).isNotNull();
    }

    @Test
    void givesEachOfManyClaimantsAnotherOne() {
        IntStream.range(0, 50).forEach(_ -> open());

        List<Hold> claimed = get(Flux.range(0, 60)
                .flatMap(i -> journal().claimNext("a", Openings.upTo(40), 1 + i % 3), 60)
                .collectList());

        assertThat(claimed).extracting(Hold::id).doesNotHaveDuplicates().hasSize(40);
    }

    @Test
    void putsOneThatCameBackFirstInItsLine() {
        Generation first = open();
        open();
        append(claim(), new Queued(WaitingFor.BUSY));

        assertThat(claim().id()).isEqualTo(first.id());
    }

    @Test
    void sharesPlacesByTheCallersWeights() {
        for (int i = 0; i < 100; i++) {
            get(journal().open(Openings.weighted(ME, 1, Priority.INTERACTIVE)));
            get(journal().open(Openings.weighted(YOU, 1, Priority.INTERACTIVE)));
            get(journal().open(Openings.weighted(THEY, 3, Priority.INTERACTIVE)));
        }

        Map<CallerId, Long> claimed = claimedOneAfterTheOther(100);

        assertThat(claimed).containsEntry(ME, 20L).containsEntry(YOU, 20L).containsEntry(THEY, 60L);
    }

    @Test
    void sharesNoPlaceWithWhoIsAwayAndOwesThemNothingAfterwards() {
        for (int i = 0; i < 60; i++) {
            get(journal().open(Openings.weighted(ME, 1, Priority.INTERACTIVE)));
        }
        claimedOneAfterTheOther(40);
        for (int i = 0; i < 60; i++) {
            get(journal().open(Openings.weighted(YOU, 1, Priority.INTERACTIVE)));
        }

        assertThat(claimedOneAfterTheOther(20)).containsEntry(ME, 10L).containsEntry(YOU, 10L);
    }

    @Test
    void letsALightCallerPassBehindAHeavyOne() {
        for (int i = 0; i < 200; i++) {
            get(journal().open(Openings.weighted(ME, 1, Priority.INTERACTIVE)));
        }
        claimedOneAfterTheOther(10);

        GenerationId light = get(journal().open(Openings.weighted(YOU, 1, Priority.INTERACTIVE)))
                .first()
                .id();

        assertThat(List.of(claim().id(), claim().id())).contains(light);
    }

    @Test
    void takesNothingOfAShareForWhatCameBack() {
        for (int i = 0; i < 20; i++) {
            get(journal().open(Openings.weighted(ME, 1, Priority.INTERACTIVE)));
            get(journal().open(Openings.weighted(YOU, 1, Priority.INTERACTIVE)));
        }
        for (int i = 0; i < 5; i++) {
            append(claim(), new Queued(WaitingFor.BUSY));
        }

        assertThat(claimedOneAfterTheOther(20)).containsEntry(ME, 10L).containsEntry(YOU, 10L);
    }

    @Test
    void takesInteractiveBeforeBatchUntilThatHasWaitedLongEnough() {
        GenerationId batch = get(journal().open(Openings.weighted(ME, 1, Priority.BATCH)))
                .first()
                .id();
        GenerationId interactive = get(journal().open(Openings.weighted(ME, 1, Priority.INTERACTIVE)))
                .first()
                .id();
        assertThat(claim().id()).isEqualTo(interactive);

        get(journal().open(Openings.weighted(ME, 1, Priority.INTERACTIVE)));
        now.updateAndGet(before -> before.plus(Duration.ofMinutes(10)));
        assertThat(claim().id()).isEqualTo(batch);
    }

    @Test
    void foretellsTheLineAsItIsThenClaimed() {
        Random random = new Random(7);
        List<CallerId> callers = List.of(ME, YOU, THEY);
        for (int i = 0; i < 60; i++) {
            int who = random.nextInt(3);
            get(journal()
                    .open(Openings.weighted(
                            callers.get(who), 1 + who, random.nextBoolean() ? Priority.BATCH : Priority.INTERACTIVE)));
            if (i % 3 == 0) {
                append(claim(), new Rejected(WHY));
            }
        }

        List<GenerationId> foretold = get(journal().room(ROOMY, Duration.ofMinutes(10))).line().stream()
                .map(Waiting::id)
                .toList();

        assertThat(foretold).hasSize(40);
        assertThat(foretold).allSatisfy(id -> assertThat(claim().id()).isEqualTo(id));
    }

    private Map<CallerId, Long> claimedOneAfterTheOther(int claims) {
        return IntStream.range(0, claims)
                .mapToObj(_ -> endAfter(Duration.ofSeconds(10), claim()))
                .map(ended -> ended.generation().caller())
                .collect(Collectors.groupingBy(caller -> caller, Collectors.counting()));
    }

    private Hold endAfter(Duration took, Hold claimed) {
        Hold processing = append(claimed, processing());
        now.updateAndGet(before -> before.plus(took));
        return append(processing, completed());
    }

    @Test
    void countsWhatWasReallyTakenOfAShareAndNotWhatWasExpected() {
        for (int i = 0; i < 60; i++) {
            get(journal().open(Openings.weighted(ME, 1, Priority.INTERACTIVE)));
            get(journal().open(Openings.weighted(YOU, 1, Priority.INTERACTIVE)));
        }

        Map<CallerId, Long> claimed = IntStream.range(0, 40)
                .mapToObj(_ -> claim())
                .map(hold ->
                        endAfter(Duration.ofSeconds(hold.generation().caller().equals(ME) ? 3 : 1), hold))
                .collect(Collectors.groupingBy(hold -> hold.generation().caller(), Collectors.counting()));

        assertThat(claimed).containsEntry(ME, 10L).containsEntry(YOU, 30L);
    }

    @Test
    void claimsAsManyAsTheLimitThatWasLearnt() {
        open();
        open();
        Limit none = new Limit(5, 0, true, Instant.EPOCH, now.get());

        assertThat(get(journal().learn(none, (_, _) -> new Limit(1, 0, false, Instant.EPOCH, now.get())))
                        .tasks())
                .isEqualTo(1);

        claim();
        assertThat(journal().claimNext("a", Openings.upTo(ROOMY), 1).next().block())
                .isNull();
        assertThat(get(journal().room(ROOMY, LONG)).limit()).contains(new Limit(1, 0, false, Instant.EPOCH, now.get()));
    }

    @Test
    void triesALimitThatStoodFullForLongWithOneMore() {
        open();
        open();
        open();
        Limit one = new Limit(1, 0, false, Instant.EPOCH, now.get());
        get(journal().learn(one, (_, _) -> one));
        claim();
        now.updateAndGet(before -> before.plusSeconds(29));
        assertThat(journal().claimNext("a", Openings.upTo(ROOMY), 1).next().block())
                .isNull();

        now.updateAndGet(before -> before.plusSeconds(1));

        assertThat(journal().claimNext("a", Openings.upTo(ROOMY), 1).next().block())
                .isNotNull();
        now.updateAndGet(before -> before.plusSeconds(30));
        assertThat(journal().claimNext("a", Openings.upTo(ROOMY), 1).next().block())
                .as("one more than the limit, not two")
                .isNull();
    }

    @Test
    void acceptsAWholeBatchOrNothingOfIt() {
        BatchId batch = BatchId.next();
        open();

        assertThatExceptionOfType(RoomFull.class)
                .isThrownBy(() ->
                        journal().open(Openings.batch(ME, batch, 3, 3, null)).block());
        assertThat(journal().findBatch(batch, ME).block()).isNull();

        List<Generation> accepted =
                get(journal().open(Openings.batch(ME, batch, 3, 4, null))).generations();
        assertThat(get(journal().findBatch(batch, ME))).isEqualTo(accepted).hasSize(3);
        assertThat(journal().findBatch(batch, YOU).block()).isNull();
    }

    @Test
    void givesTheSameBatchForTheSameKeyWhileAnyOfItMayHaveCost() {
        Opening.Key key = new Opening.Key("/v1/batches", "k", "body");
        List<Generation> first = get(journal().open(Openings.batch(ME, BatchId.next(), 2, ROOMY, key)))
                .generations();
        get(journal().withdraw(first.getFirst().id()));

        assertThat(get(journal().open(Openings.batch(ME, BatchId.next(), 2, ROOMY, key)))
                        .generations())
                .extracting(Generation::id)
                .isEqualTo(first.stream().map(Generation::id).toList());

        get(journal().withdraw(first.getLast().id()));
        assertThat(get(journal().open(Openings.batch(ME, BatchId.next(), 2, ROOMY, key)))
                        .generations())
                .extracting(Generation::id)
                .doesNotContainAnyElementsOf(first.stream().map(Generation::id).toList());
    }

    @Test
    void findsTheBatchOfAKeyUnderTheIdThatItHadFirst() {
        Opening.Key key = new Opening.Key("/v1/batches", "k", "body");
        BatchId batch = BatchId.next();

        assertThat(get(journal().open(Openings.batch(ME, batch, 2, ROOMY, key))).batch())
                .isEqualTo(batch);
        assertThat(get(journal().open(Openings.batch(ME, BatchId.next(), 2, ROOMY, key)))
                        .batch())
                .isEqualTo(batch);
    }

    @Test
    void withdrawsOfABatchWhatIsQueuedAndMarksWhatIsOnItsWay() {
        BatchId batch = BatchId.next();
        get(journal().open(Openings.batch(ME, batch, 3, ROOMY, null)));
        Hold submitting = claim();
        Hold processing = append(claim(), new Processing("up-1", 1L, 99L, "{}"));

        assertThat(journal().withdraw(batch, YOU).block()).isNull();
        List<Generation> withdrawn = get(journal().withdraw(batch, ME));

        assertThat(withdrawn)
                .extracting(Generation::status)
                .containsExactly(Status.SUBMITTING, Status.PROCESSING, Status.CANCELLED);
        assertThat(append(submitting, new Queued(null)).generation().status()).isEqualTo(Status.CANCELLED);
        assertThat(append(processing, new Overdue()).generation().status()).isEqualTo(Status.OVERDUE);
        assertThat(get(journal().withdraw(batch, ME)))
                .as("again it changes nothing")
                .extracting(Generation::status)
                .containsExactly(Status.CANCELLED, Status.OVERDUE, Status.CANCELLED);
    }

    @Test
    void refusesMoreRequestsAMinuteThanMayBe() {
        Allowance two = new Allowance(1, 2, null);
        get(journal().open(Openings.costing(ME, two, 1)));
        now.updateAndGet(before -> before.plusSeconds(20));
        assertThat(get(journal().open(Openings.costing(ME, two, 1))).quota())
                .extracting(Quota::requestsLeft, Quota::nextRequest)
                .containsExactly(0L, Duration.ofSeconds(40));

        assertThatExceptionOfType(QuotaExceeded.class)
                .isThrownBy(() -> journal().open(Openings.costing(ME, two, 1)).block())
                .satisfies(exceeded -> assertThat(exceeded.retryAfter()).isEqualTo(Duration.ofSeconds(40)));
        get(journal().open(Openings.costing(YOU, two, 1)));

        now.updateAndGet(before -> before.plusSeconds(40));
        get(journal().open(Openings.costing(ME, two, 1)));
    }

    @Test
    void countsABatchAsOneRequest() {
        get(journal().open(Openings.batch(ME, BatchId.next(), 5, ROOMY, null)));

        assertThat(get(journal().quota(ME, Openings.PLENTY)).requests()).isEqualTo(1);
    }

    @Test
    void setsCreditsAsideAndGivesBackWhatWasNotSpent() {
        Allowance ten = new Allowance(1, 1000, 10L);
        Generation first = get(journal().open(Openings.costing(ME, ten, 6))).first();
        assertThatExceptionOfType(QuotaExceeded.class)
                .isThrownBy(() -> journal().open(Openings.costing(ME, ten, 5)).block())
                .matches(exceeded -> !exceeded.isOfRequests());

        get(journal().withdraw(first.id()));

        assertThat(get(journal().open(Openings.costing(ME, ten, 10))).quota())
                .extracting(Quota::creditsLeft)
                .isEqualTo(Optional.of(0L));
        append(claim(), new Processing("up-1", 3L, 99L, "{}"));
        assertThat(get(journal().quota(ME, ten)).creditsLeft())
                .as("what it really cost")
                .contains(7L);
        now.updateAndGet(before -> before.plus(Duration.ofDays(1)));
        assertThat(get(journal().quota(ME, ten)).creditsLeft()).contains(10L);
    }

    @Test
    void remembersHowLongEachModelTook() {
        for (int seconds : List.of(3, 4, 5)) {
            open();
            Hold processing = append(claim(), processing());
            now.updateAndGet(before -> before.plusSeconds(seconds));
            append(processing, completed());
        }

        assertThat(get(journal().durations(2)))
                .containsExactly(new Took("", Duration.ofSeconds(4)), new Took("", Duration.ofSeconds(5)));
    }

    @Test
    void writesWhateverTheUpstreamSaid() {
        open();
        String odd = "nul \0 and half a \ud83e character";

        Hold hold = get(journal()
                .append(claim(), new Processing("up" + odd, 1L, 99L, odd), new Receipt("up" + odd, 1L, 99L, odd, "a")));

        assertThat(get(journal().find(hold.id())).status()).isEqualTo(Status.PROCESSING);
    }

    @Test
    void appendsOnceOfTwoThatSawTheSame() {
        open();
        Hold hold = claim();

        assertThat(journal().append(hold, processing()).block()).isNotNull();
        assertThat(journal().append(hold, processing()).block()).isNull();
        assertThat(get(journal().find(hold.id())).log()).hasSize(3);
    }

    @Test
    void appendsNothingForAnOwnerWhoseGenerationWasAdopted() {
        open();
        Hold stale = append(claim(), processing());

        List<Hold> adopted = get(journal().adopt("b", LONG, _ -> new Unknown(WHY, 1)));

        assertThat(journal().append(stale, completed()).block()).isNull();
        assertThat(journal().append(adopted.getFirst(), completed()).block()).isNotNull();
    }

    @Test
    void takesAGenerationBackFromUnknownWhenItsAnswerTurnsUpLate() {
        open();
        Hold stale = claim();
        get(journal().adopt("b", LONG, _ -> new Unknown(WHY, 1)));
        assertThat(get(journal().find(stale.id())).status()).isEqualTo(Status.UNKNOWN);

        Hold late = get(journal().append(stale, processing(), new Receipt("up-1", 1L, 99L, "{}", "a")));

        assertThat(late.generation().status()).isEqualTo(Status.PROCESSING);
        assertThat(late.epoch()).isGreaterThan(stale.epoch());
        assertThat(append(late, completed()).generation().status()).isEqualTo(Status.COMPLETED);
    }

    @Test
    void leavesAGenerationUnknownWhenALateAnswerSaysNothing() {
        open();
        Hold stale = claim();
        get(journal().adopt("b", LONG, _ -> new Unknown(WHY, 1)));

        assertThat(journal()
                        .append(stale, new Unknown(WHY, 1), new Receipt(null, null, null, "<html>", "a"))
                        .block())
                .isNull();
    }

    @Test
    void adoptsASubmitAsProcessingWhenItsReceiptSaysSo() {
        open();
        Hold hold = claim();
        journal()
                .append(
                        new Hold(hold.generation(), hold.epoch() - 1),
                        processing(),
                        new Receipt("up-7", 3L, 42L, "{}", "a"))
                .block();

        assertThat(get(journal().adopt("b", LONG, _ -> new Unknown(WHY, 1))))
                .singleElement()
                .satisfies(adopted -> {
                    assertThat(adopted.generation().status()).isEqualTo(Status.PROCESSING);
                    assertThat(adopted.generation().upstreamId()).contains("up-7");
                    assertThat(adopted.generation().credits()).isEqualTo(new Credits(3, 42L, 0));
                });
    }

    @Test
    void adoptsASubmitWhoseReceiptToldNothingOfCredits() {
        open();
        Hold hold = claim();
        journal()
                .append(
                        new Hold(hold.generation(), hold.epoch() - 1),
                        processing(),
                        new Receipt("up-7", null, null, "{}", "a"))
                .block();

        assertThat(get(journal().adopt("b", LONG, _ -> new Unknown(WHY, 1))))
                .singleElement()
                .satisfies(adopted -> assertThat(adopted.generation().credits()).isEqualTo(new Credits(1, null, 0)));
    }

    @Test
    void givesTheSameGenerationForTheSameKeyAndBody() {
        Generation first = openWith(ME, "/v1/generations", "k", "body");

        assertThat(openWith(ME, "/v1/generations", "k", "body")).isEqualTo(first);
        assertThat(get(journal().counts()).queued()).isEqualTo(1);
    }

    @Test
    void refusesAnotherBodyUnderTheSameKey() {
        openWith(ME, "/v1/generations", "k", "body");

        assertThatExceptionOfType(KeyReused.class).isThrownBy(() -> openWith(ME, "/v1/generations", "k", "another"));
    }

    @Test
    void keepsTheKeysOfCallersAndPathsApart() {
        Generation first = openWith(ME, "/v1/generations", "k", "body");

        assertThat(openWith(YOU, "/v1/generations", "k", "another").id()).isNotEqualTo(first.id());
        assertThat(openWith(ME, "/api/v1/generate", "k", "another").id()).isNotEqualTo(first.id());
    }

    @Test
    void freesAKeyWhenItsGenerationEndedWithoutCredits() {
        Generation first = openWith(ME, "/v1/generations", "k", "body");
        get(journal().withdraw(first.id()));

        assertThat(openWith(ME, "/v1/generations", "k", "another").id()).isNotEqualTo(first.id());
    }

    @Test
    void keepsAKeyBoundWhileNobodyKnowsWhetherItCost() {
        Generation first = openWith(ME, "/v1/generations", "k", "body");
        append(claim(), new Unknown(WHY, 1));

        assertThat(openWith(ME, "/v1/generations", "k", "body").id()).isEqualTo(first.id());
    }

    @Test
    void freesAKeyAfterADay() {
        Generation first = openWith(ME, "/v1/generations", "k", "body");
        now.updateAndGet(before -> before.plus(Duration.ofHours(24)));

        assertThat(openWith(ME, "/v1/generations", "k", "another").id()).isNotEqualTo(first.id());
    }

    @Test
    void bindsNothingWhenTheRoomIsFull() {
        open();
        Opening.Key key = new Opening.Key("/v1/generations", "k", "body");
        assertThatExceptionOfType(RoomFull.class)
                .isThrownBy(() -> journal()
                        .open(Openings.one(ME, request(), LONG, 1, key))
                        .block());

        assertThat(openWith(ME, "/v1/generations", "k", "another")).isNotNull();
    }

    @Test
    void makesOneGenerationOfManyAtTheSameInstant() {
        List<GenerationId> ids = get(Flux.range(0, 50)
                .flatMap(
                        _ -> journal().open(Openings.one(ME, request(), LONG, ROOMY, new Opening.Key("/p", "k", "b"))),
                        50)
                .map(accepted -> accepted.first().id())
                .collectList());

        assertThat(ids).hasSize(50);
        assertThat(ids.stream().distinct()).hasSize(1);
    }

    @Test
    void forgetsEndingsThatAreOlderThanTheyAreKept() {
        open();
        Hold old = append(append(claim(), processing()), completed());
        now.updateAndGet(before -> before.plus(Duration.ofDays(10)));
        open();
        Hold young = append(append(claim(), processing()), completed());
        Generation queued = open();
        now.updateAndGet(before -> before.plus(Duration.ofDays(6)));

        assertThat(get(journal().forgetWhatIsOld())).isEqualTo(1);

        assertThat(journal().find(old.id()).block()).isNull();
        assertThat(get(journal().find(young.id())).log()).hasSize(4);
        assertThat(get(journal().find(queued.id()))).isEqualTo(queued);
    }

    @Test
    void forgetsInSmallBatchesTheOldestFirst() {
        List<GenerationId> ended = new ArrayList<>();
        for (int i = 0; i < Housekeeping.AT_ONCE * 2 + 1; i++) {
            ended.add(get(journal().withdraw(open().id())).id());
            now.updateAndGet(before -> before.plusSeconds(1));
        }
        now.updateAndGet(before -> before.plus(Duration.ofDays(16)));

        assertThat(get(journal().forgetWhatIsOld())).isEqualTo(Housekeeping.AT_ONCE);
        assertThat(journal().find(ended.get(Housekeeping.AT_ONCE - 1)).block()).isNull();
        assertThat(journal().find(ended.get(Housekeeping.AT_ONCE)).block()).isNotNull();
        assertThat(get(journal().forgetWhatIsOld())).isEqualTo(Housekeeping.AT_ONCE);
        assertThat(get(journal().forgetWhatIsOld())).isEqualTo(1);
        assertThat(get(journal().forgetWhatIsOld())).isZero();
    }

    @Test
    void erasesWhatAPersonWroteAndGotAndKeepsWhatItCost() {
        open();
        Hold hold = append(append(claim(), processing()), completed());

        get(journal().erase(hold.id()));

        Generation erased = get(journal().find(hold.id()));
        assertThat(erased.request().prompt()).isEmpty();
        assertThat(erased.request().body()).isEqualTo("{}");
        assertThat(erased.imageUrls()).isEmpty();
        assertThat(erased.status()).isEqualTo(Status.COMPLETED);
        assertThat(erased.credits().used()).isEqualTo(1);
    }

    @Test
    void submitsNothingOfARestoredBackupUntilItIsDecidedAbout() {
        Generation queuedInTheBackup = open();
        now.updateAndGet(before -> before.plusSeconds(1));
        get(restored().pauseIfRestored());
        now.updateAndGet(before -> before.plusSeconds(1));
        Generation newer = open();

        assertThat(journal().claimNext("a", Openings.upTo(ROOMY), 1).next().block())
                .isNull();
        assertThat(get(journal().restoration())).isEqualTo(1);
        assertThat(get(journal().room(ROOMY, LONG)).isPaused()).isTrue();

        journal().giveUpWhatIsInDoubt().then(journal().release()).block();

        assertThat(get(journal().find(queuedInTheBackup.id())).status()).isEqualTo(Status.UNKNOWN);
        assertThat(claim().id()).isEqualTo(newer.id());
        assertThat(journal().restoration().block()).isNull();
    }

    @Test
    void submitsWhatWasQueuedInARestoredBackupOnceItIsReleased() {
        Generation given = open();
        Generation released = open();
        get(restored().pauseIfRestored());

        assertThat(get(journal().giveUp(given.id())).status()).isEqualTo(Status.UNKNOWN);
        assertThat(journal().giveUp(given.id()).block()).isNull();
        journal().release().block();

        assertThat(claim().id()).isEqualTo(released.id());
    }

    @Test
    void saysOfNothingThatWasQueuedInARestoredBackupThatItCostNothing() {
        Generation withdrawn = open();
        get(journal().open(opening(ME, request(), Duration.ofSeconds(10)))).first();
        get(restored().pauseIfRestored());
        now.updateAndGet(before -> before.plusSeconds(20));

        assertThat(get(journal().withdraw(withdrawn.id())).status()).isEqualTo(Status.UNKNOWN);
        assertThat(get(journal().endWaitsThatAreOver(_ -> new Rejected(WHY)))).isZero();
    }

    @Test
    void pausesNothingIfItWasNotRestored() {
        Generation queued = open();

        assertThat(get(journal().pauseIfRestored())).isFalse();

        assertThat(claim().id()).isEqualTo(queued.id());
    }

    @Test
    void claimsNothingInAPauseAndTheSameAfterIt() {
        Generation queued = open();

        Pause pause = get(journal().pause("kim", "maintenance"));

        assertThat(get(journal().pause())).isEqualTo(pause).isEqualTo(new Pause(now.get(), "kim", "maintenance"));
        assertThat(get(journal().claimable(Openings.upTo(ROOMY), 1))).isZero();
        assertThat(journal().claimNext("a", Openings.upTo(ROOMY), 1).next().block())
                .isNull();
        assertThat(get(journal().room(ROOMY, LONG)).isPaused()).isTrue();
        assertThat(get(journal().isPaused())).isTrue();

        assertThat(get(journal().resume())).isEqualTo(pause);

        assertThat(journal().pause().block()).isNull();
        assertThat(journal().resume().block()).isNull();
        assertThat(get(journal().isPaused())).isFalse();
        assertThat(claim().id()).isEqualTo(queued.id());
    }

    @Test
    void keepsAPauseGoingForAnotherReason() {
        Instant began = get(journal().pause("kim", "maintenance")).since();
        now.updateAndGet(before -> before.plusSeconds(1));

        journal().pause("ada", "money").block();

        assertThat(get(journal().pause())).isEqualTo(new Pause(began, "ada", "money"));
    }

    @Test
    void doubtsNothingInAPauseAndEndsWhatWaitsTooLong() {
        get(journal().open(opening(ME, request(), Duration.ofSeconds(10))));
        get(journal().pause("kim", "maintenance"));
        now.updateAndGet(before -> before.plusSeconds(20));

        assertThat(journal().restoration().block()).isNull();
        assertThat(get(journal().endWaitsThatAreOver(_ -> new Rejected(WHY)))).isEqualTo(1);
    }

    @Test
    void keepsSubmitsBackUntilBothThePauseAndTheRestorationAreOver() {
        Generation queued = open();
        get(restored().pauseIfRestored());
        get(journal().pause("kim", "maintenance"));

        journal().release().block();
        assertThat(get(journal().isPaused())).isTrue();

        get(restored().pauseIfRestored());
        get(journal().resume());
        assertThat(get(journal().restoration())).isEqualTo(1);
        assertThat(get(journal().isPaused())).isTrue();

        journal().release().block();
        assertThat(claim().id()).isEqualTo(queued.id());
    }

    @Test
    void erasesNothingThatIsUnderWay() {
        Generation queued = open();

        assertThat(journal().erase(queued.id()).block()).isNull();
        assertThat(get(journal().find(queued.id()))).isEqualTo(queued);
    }

    @Test
    void adoptsWhatIsUnderWayAndLeavesTheRest() {
        Generation submitting = open();
        Generation processing = open();
        Generation queued = open();
        claim();
        append(claim(), processing());

        List<Hold> adopted = get(journal().adopt("b", LONG, _ -> new Unknown(WHY, 1)));

        assertThat(adopted)
                .extracting(Hold::id, hold -> hold.generation().status())
                .containsExactlyInAnyOrder(
                        org.assertj.core.api.Assertions.tuple(submitting.id(), Status.UNKNOWN),
                        org.assertj.core.api.Assertions.tuple(processing.id(), Status.PROCESSING));
        assertThat(get(journal().find(queued.id())).status()).isEqualTo(Status.QUEUED);
    }

    @Test
    void endsOnlyWaitsThatAreOver() {
        Generation brief = get(journal().open(opening(ME, request(), Duration.ofSeconds(10))))
                .first();
        Generation patient = open();
        GenerationEvent ending = new Rejected(WHY);

        assertThat(get(journal().endWaitsThatAreOver(_ -> ending))).isZero();
        now.updateAndGet(before -> before.plusSeconds(10));
        assertThat(get(journal().endWaitsThatAreOver(_ -> ending))).isEqualTo(1);

        assertThat(get(journal().find(brief.id())).status()).isEqualTo(Status.REJECTED);
        assertThat(get(journal().find(patient.id())).status()).isEqualTo(Status.QUEUED);
    }

    @Test
    void withdrawsAQueuedOneAtOnce() {
        Generation queued = open();

        assertThat(get(journal().withdraw(queued.id())).status()).isEqualTo(Status.CANCELLED);
        assertThat(journal().claimNext("a", Openings.upTo(ROOMY), 1).next().block())
                .isNull();
    }

    @Test
    void withdrawsASubmittingOneWhenItTurnsOutNotToBeTaken() {
        open();
        Hold hold = claim();

        get(journal().withdraw(hold.id()));

        assertThat(append(hold, new Queued(WaitingFor.BUSY)).generation().last().event())
                .isEqualTo(new Cancelled());
    }

    @Test
    void withdrawsNothingThatTheUpstreamTook() {
        open();
        Hold hold = claim();
        get(journal().withdraw(hold.id()));

        assertThat(append(hold, processing()).generation().status()).isEqualTo(Status.PROCESSING);
        assertThat(get(journal().withdraw(hold.id())).status()).isEqualTo(Status.PROCESSING);
    }

    @Test
    void findsByTheUpstreamsIdForItsOwnerOnly() {
        open();
        Hold hold = append(claim(), processing());

        assertThat(get(journal().findByUpstreamId("up-1", ME)).id()).isEqualTo(hold.id());
        assertThat(journal().findByUpstreamId("up-1", YOU).block()).isNull();
        assertThat(journal().findByUpstreamId("up-2", ME).block()).isNull();
    }

    @Test
    void listsTheCallersOwnNewestFirstPageByPage() {
        List<GenerationId> ids =
                new ArrayList<>(IntStream.range(0, 5).mapToObj(_ -> open().id()).toList());
        get(journal().open(opening(YOU, request(), LONG)));
        Collections.reverse(ids);

        Page first = get(journal().list(ME, List.of(), null, 3));
        Page rest =
                get(journal().list(ME, List.of(), first.generations().getLast().id(), 3));

        assertThat(first.generations()).extracting(Generation::id).isEqualTo(ids.subList(0, 3));
        assertThat(first.more()).isTrue();
        assertThat(rest.generations()).extracting(Generation::id).isEqualTo(ids.subList(3, 5));
        assertThat(rest.more()).isFalse();
    }

    @Test
    void listsByStatus() {
        open();
        Generation second = open();
        claim();

        assertThat(get(journal().list(ME, List.of(Status.QUEUED, Status.FAILED), null, 10))
                        .generations())
                .extracting(Generation::id)
                .containsExactly(second.id());
    }

    @Test
    void tellsEveryCommitOnceAndInTheOrderOfEachLog() {
        List<Recorded> told = Collections.synchronizedList(new ArrayList<>());
        journal().onCommit(generation -> told.add(generation.last()));
        open();
        append(append(claim(), processing()), completed());

        assertThat(told)
                .extracting(Recorded::status)
                .containsExactly(Status.QUEUED, Status.SUBMITTING, Status.PROCESSING, Status.COMPLETED);
    }

    @Test
    void tellsNothingWhereNothingHasChanged() {
        open();
        Hold hold = append(append(claim(), processing()), completed());
        open();
        Hold processing = append(claim(), processing());
        List<Recorded> told = Collections.synchronizedList(new ArrayList<>());
        journal().onCommit(generation -> told.add(generation.last()));

        get(journal().withdraw(hold.id()));
        get(journal().withdraw(processing.id()));
        get(journal().adopt("b", LONG, _ -> new Unknown(WHY, 1)));

        assertThat(told).isEmpty();
    }

    @Test
    void keepsTheFirstSecretOfEachName() {
        assertThat(get(journal().secret("tickets", "first"))).isEqualTo("first");
        assertThat(get(journal().secret("tickets", "second"))).isEqualTo("first");
        assertThat(get(journal().secret("others", "second"))).isEqualTo("second");
    }

    @Test
    void owesADeliveryForEveryEndingOfWhoWantsToBeTold() {
        GenerationId told = openTold();
        open();
        Hold unknown = append(claim(), new Unknown(WHY, 1));
        append(claim(), new Rejected(WHY));

        assertThat(unknown.id()).isEqualTo(told);
        assertThat(get(deliveries().of(told))).singleElement().satisfies(owed -> {
            assertThat(owed.ending()).isEqualTo(unknown.generation().last().id());
            assertThat(owed.state()).isEqualTo(Delivery.State.PENDING);
            assertThat(owed.url()).isEqualTo(HOOK);
            assertThat(owed.endedAt()).isEqualTo(now.get());
        });
        assertThat(get(deliveries().pending())).isEqualTo(1);
    }

    @Test
    void owesAnotherDeliveryForTheEndingAfterAnUnknownThatWasTakenBack() {
        GenerationId told = openTold();
        Hold submitting = claim();
        append(submitting, new Unknown(WHY, 1));
        Hold back = get(journal().append(submitting, processing(), new Receipt("up-1", 1L, 99L, "{}", "a")));
        append(back, completed());

        assertThat(get(deliveries().of(told)))
                .extracting(owed -> owed.ending().sequence())
                .containsExactly(3L, 5L);
    }

    @Test
    void owesNothingForAnEndingThatWasNotCommitted() {
        GenerationId told = openTold();
        Hold stale = claim();
        append(stale, processing());

        assertThat(journal().append(stale, new Unknown(WHY, 1)).block()).isNull();
        assertThat(get(deliveries().of(told))).isEmpty();
    }

    @Test
    void owesADeliveryToWhoWithdrewOrWaitedTooLong() {
        GenerationId withdrawn = openTold();
        get(journal().withdraw(withdrawn));
        GenerationId late = openTold();
        now.set(now.get().plus(LONG));
        get(journal().endWaitsThatAreOver(_ -> new Rejected(WHY)));

        assertThat(get(deliveries().of(withdrawn))).hasSize(1);
        assertThat(get(deliveries().of(late))).hasSize(1);
    }

    @Test
    void givesADeliveryThatIsDueToOneOfManyAndToOthersLaterIfItIsNotSettled() {
        GenerationId told = ended();
        List<Delivery> due = due();

        List<Delivery> taken = get(Flux.range(0, 10)
                .flatMap(_ -> deliveries().take(due.getFirst(), LONG), 10)
                .collectList());

        assertThat(taken)
                .singleElement()
                .satisfies(it -> assertThat(it.attempts()).isEqualTo(1));
        assertThat(due()).isEmpty();
        now.set(now.get().plus(LONG));
        assertThat(due())
                .singleElement()
                .satisfies(it -> assertThat(it.ending().generation()).isEqualTo(told));
    }

    @Test
    void settlesADeliveryOnceAndOnlyByTheNewestAttempt() {
        GenerationId told = ended();
        Delivery first = get(deliveries().take(due().getFirst(), LONG));
        now.set(now.get().plus(LONG));
        Delivery second = get(deliveries().take(due().getFirst(), LONG));

        assertThat(get(deliveries().settle(first, Delivery.State.GONE, "late", null)))
                .isFalse();
        assertThat(get(deliveries().settle(second, Delivery.State.DELIVERED, "answered 200", null)))
                .isTrue();
        assertThat(get(deliveries().settle(second, Delivery.State.GONE, "again", null)))
                .isFalse();

        assertThat(get(deliveries().of(told))).singleElement().satisfies(it -> {
            assertThat(it.state()).isEqualTo(Delivery.State.DELIVERED);
            assertThat(it.lastAttempt()).isEqualTo("answered 200");
            assertThat(it.nextAt()).isNull();
            assertThat(it.deliveredAt()).isEqualTo(now.get());
        });
        assertThat(get(deliveries().pending())).isZero();
    }

    @Test
    void passesOverWhoeverHasNoPlaceForAnotherDelivery() {
        ended();

        assertThat(get(deliveries().due(List.of("me example.com"), List.of(), 9)))
                .isEmpty();
        assertThat(get(deliveries().due(List.of(), List.of("me"), 9))).isEmpty();
        assertThat(get(deliveries().due(List.of("me other.example"), List.of("you"), 9)))
                .hasSize(1);
    }

    @Test
    void forgetsWhatItOwesWithTheGenerationAndErasesItOnRequest() {
        GenerationId erased = ended();
        get(journal().erase(erased));
        assertThat(get(deliveries().of(erased))).isEmpty();
        assertThat(get(journal().find(erased)).request().webhookUrl()).isNull();

        GenerationId old = ended();
        now.set(now.get().plus(Duration.ofDays(16)));
        get(journal().forgetWhatIsOld());
        assertThat(get(deliveries().of(old))).isEmpty();
    }

    private GenerationId openTold() {
        GenerationRequest request =
                new GenerationRequest("a fox", null, 0, "{\"prompt\":\"a fox\"}", Priority.INTERACTIVE, Map.of(), HOOK);
        return get(journal().open(opening(ME, request, LONG))).first().id();
    }

    private GenerationId ended() {
        GenerationId id = openTold();
        append(append(claim(), processing()), completed());
        return id;
    }

    private List<Delivery> due() {
        return get(deliveries().due(List.of(), List.of(), 9));
    }

    @Test
    void keepsLogsWithoutGapsUnderManyHands() {
        List<Generation> opened = IntStream.range(0, 20).mapToObj(_ -> open()).toList();

        get(Flux.range(0, 200)
                .flatMap(
                        _ -> journal()
                                .claimNext("a", Openings.upTo(ROOMY), 1)
                                .next()
                                .flatMap(hold -> journal().append(hold, new Queued(WaitingFor.BUSY))),
                        20)
                .then(Mono.just(true)));

        assertThat(opened)
                .allSatisfy(generation -> assertThat(
                                get(journal().find(generation.id())).log())
                        .extracting(Recorded::sequence)
                        .isEqualTo(IntStream.rangeClosed(
                                        1,
                                        get(journal().find(generation.id()))
                                                .log()
                                                .size())
                                .mapToObj(i -> (long) i)
                                .toList()));
    }

    Generation open() {
        return get(journal().open(opening(ME, request(), LONG))).first();
    }

    private static Opening opening(CallerId caller, GenerationRequest request, Duration waitAtMost) {
        return Openings.one(caller, request, waitAtMost, ROOMY, null);
    }

    private Generation openWith(CallerId caller, String path, String key, String body) {
        return get(journal().open(Openings.one(caller, request(), LONG, ROOMY, new Opening.Key(path, key, body))))
                .first();
    }

    private Hold claim() {
        return get(journal().claimNext("a", Openings.upTo(ROOMY), 1).next());
    }

    private Hold append(Hold hold, GenerationEvent event) {
        return get(journal().append(hold, event));
    }

    private static GenerationEvent processing() {
        return new Processing("up-1", 1L, 99L, "{}");
    }

    private static GenerationEvent completed() {
        return new Completed(List.of("https://a/1.png"), "{}");
    }

    static GenerationRequest request() {
        return new GenerationRequest("a fox", null, 0, "{\"prompt\":\"a fox\"}", Priority.INTERACTIVE, Map.of());
    }

    static <T> T get(Mono<T> mono) {
        @Nullable T value = mono.block(Duration.ofSeconds(10));
        if (value == null) {
            throw new AssertionError("Nothing came of " + mono);
        }
        return value;
    }
}
