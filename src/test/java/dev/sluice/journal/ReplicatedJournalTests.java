package dev.sluice.journal;

import static dev.sluice.journal.JournalContract.get;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import dev.sluice.generation.Allowance;
import dev.sluice.generation.CallerId;
import dev.sluice.generation.Generation;
import dev.sluice.generation.GenerationEvent;
import dev.sluice.generation.GenerationEvent.Completed;
import dev.sluice.generation.GenerationEvent.Processing;
import dev.sluice.generation.GenerationEvent.Queued;
import dev.sluice.generation.GenerationEvent.Unknown;
import dev.sluice.generation.GenerationId;
import dev.sluice.generation.Priority;
import dev.sluice.generation.Problem;
import dev.sluice.generation.ProblemType;
import dev.sluice.generation.Status;
import dev.sluice.generation.WaitingFor;
import dev.sluice.journal.Wire.Cut;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Two replicas on one log. */
@Order(3)
class ReplicatedJournalTests {

    private static final Logger log = LoggerFactory.getLogger(ReplicatedJournalTests.class);
    private static final CallerId ME = new CallerId("me");
    private static final Duration LEASE = Duration.ofSeconds(1);
    private static final Duration LONGEST_SUBMIT = Duration.ofMillis(500);
    private static final Problem WHY = new Problem(ProblemType.OUTCOME_UNKNOWN, "lost");
    private static final GenerationEvent COMPLETED = new Completed(List.of("https://a/1.png"), "{}");

    @SuppressWarnings("NullAway.Init")
    private DatabaseProperties database;

    @SuppressWarnings("NullAway.Init")
    private Replica one;

    @SuppressWarnings("NullAway.Init")
    private Replica other;

    private record Replica(PostgreSqlStore store, Journal journal) {

        static Replica on(DatabaseProperties database) {
            return on(database, CommitFate.ASKED_FOR);
        }

        static Replica on(DatabaseProperties database, Duration commitsAreAskedFor) {
            PostgreSqlStore store = PostgreSqlStore.open(database, LEASE, commitsAreAskedFor);
            return new Replica(
                    store,
                    new Journal(
                            store,
                            InstantSource.system(),
                            new Keeping(Duration.ofDays(15), new Keeping.Idempotency(Duration.ofHours(24)))));
        }

        Generation open() {
            return get(journal.open(Openings.costing(ME, Openings.PLENTY, 1))).first();
        }

        Hold claim() {
            return get(
                    journal.claimNext(journal.owner(), Openings.upTo(1000), 1).next());
        }

        Hold processing() {
            return get(journal.append(claim(), new Processing("up-1", 1L, 99L, "{}")));
        }

        List<Hold> adopt() {
            return get(journal.adopt(journal.owner(), LONGEST_SUBMIT, _ -> new Unknown(WHY, 1)));
        }

        Status status(GenerationId id) {
            return get(journal.find(id)).status();
        }
    }

    @BeforeEach
    void start() {
        database = EmbeddedDatabase.anew();
        one = Replica.on(database);
        other = Replica.on(database);
    }

    @AfterEach
    void stop() {
        one.store().close();
        other.store().close();
    }

    @Test
    void claimEachGenerationOnceAndNoMoreThanMayBeInFlight() {
        IntStream.range(0, 60).forEach(_ -> one.open());

        List<Hold> claimed = get(Flux.range(0, 100)
                .flatMap(
                        i -> journal(i)
                                .claimNext("r" + i % 2, Openings.upTo(40), 1)
                                .next(),
                        50)
                .collectList());

        assertThat(claimed).extracting(Hold::id).doesNotHaveDuplicates().hasSize(40);
    }

    @Test
    void makeOneGenerationOfOneKeyAtTheSameInstant() {
        Opening.Key key = new Opening.Key("/p", "k", "b");

        List<GenerationId> ids = get(Flux.range(0, 40)
                .flatMap(
                        i -> journal(i)
                                .open(Openings.one(
                                        ME, Openings.request(Priority.INTERACTIVE), Duration.ofHours(1), 100, key)),
                        40)
                .map(accepted -> accepted.first().id())
                .collectList());

        assertThat(ids).hasSize(40);
        assertThat(ids.stream().distinct()).hasSize(1);
    }

    @Test
    void acceptNoMoreThanQuotaAndRoomAllow() {
        Allowance ten = new Allowance(1, 10, null);

        List<Accepted> accepted = get(Flux.range(0, 40)
                .flatMap(i -> journal(i).open(Openings.costing(ME, ten, 1)).onErrorComplete(QuotaExceeded.class), 40)
                .collectList());

        assertThat(accepted).hasSize(10);
        List<Accepted> placed = get(Flux.range(0, 40)
                .flatMap(
                        i -> journal(i)
                                .open(Openings.one(
                                        new CallerId("you"),
                                        Openings.request(Priority.INTERACTIVE),
                                        Duration.ofHours(1),
                                        15,
                                        null))
                                .onErrorComplete(RoomFull.class),
                        40)
                .collectList());
        assertThat(placed).hasSize(5);
    }

    @Test
    void loseNoLesson() {
        Limit none = new Limit(1, 0, true, Instant.EPOCH, Instant.EPOCH);

        Flux.range(0, 100)
                .flatMap(
                        i -> journal(i)
                                .learn(
                                        none,
                                        (known, _) -> new Limit(
                                                known.tasks() + 1,
                                                known.filled(),
                                                known.rising(),
                                                known.loweredAt(),
                                                known.triedAt())),
                        20)
                .blockLast();

        assertThat(get(one.journal().room(1, Duration.ofHours(1))).limit())
                .contains(new Limit(101, 0, true, Instant.EPOCH, Instant.EPOCH));
    }

    @Test
    void loseNoWithdrawalOfWhatComesBackAtThatMoment() {
        for (int i = 0; i < 20; i++) {
            Hold hold = claimed();

            Mono.when(
                            one.journal().append(hold, new Queued(WaitingFor.BUSY)),
                            other.journal().withdraw(hold.id()))
                    .block();

            assertThat(one.status(hold.id())).isEqualTo(Status.CANCELLED);
        }
    }

    @Test
    void hearWhatTheOtherRecordsAndNotWhatTheyRecordThemselves() {
        List<Hint> heard = Collections.synchronizedList(new ArrayList<>());
        List<Hint> ownHeard = Collections.synchronizedList(new ArrayList<>());
        other.journal().onCommitElsewhere(heard::add);
        one.journal().onCommitElsewhere(ownHeard::add);
        await().until(this::bothListen);

        Generation opened = one.open();
        one.processing();

        await().untilAsserted(() -> assertThat(heard)
                .containsExactly(
                        new Hint(opened.id(), 1, Status.QUEUED),
                        new Hint(opened.id(), 2, Status.SUBMITTING),
                        new Hint(opened.id(), 3, Status.PROCESSING)));
        assertThat(ownHeard).isEmpty();
    }

    private boolean bothListen() {
        return get(one.store()
                        .read(db -> db.sql("select count(*) from pg_stat_activity where query = 'listen sluice' and"
                                        + " datname = current_database()")
                                .query(Integer.class)
                                .single()))
                == 2;
    }

    @Test
    void takeOverAtOnceWhatWasGivenBack() {
        one.open();
        Hold left = one.processing();

        assertThat(other.adopt()).as("its owner lives").isEmpty();
        get(one.journal().leave().thenReturn(true));

        assertThat(one.journal().maySubmit()).isFalse();
        assertThat(other.adopt()).extracting(Hold::id).containsExactly(left.id());
        assertThat(one.journal().append(left, COMPLETED).block()).isNull();
    }

    @Test
    void withdrawWhatWasQueuedForARequestThatDiedWithItsReplica() {
        GenerationId held = get(one.journal().open(Openings.held(new CallerId("me"))))
                .first()
                .id();
        assertThat(other.adopt()).as("its replica lives").isEmpty();

        get(one.journal().leave().thenReturn(true));

        assertThat(other.adopt()).extracting(Hold::id).containsExactly(held);
        assertThat(get(other.journal().find(held)).status()).isEqualTo(Status.CANCELLED);
    }

    @Test
    void takeOverFromWhoDoesNotRenewAndLetItWriteNothingWhenItWakes() {
        one.open();
        Hold left = one.processing();
        one.open();
        Hold submitting = one.claim();
        await().until(() -> isSteady(other));

        one.store().lease().hold(true);
        Instant paused = Instant.now();
        await().until(() -> !one.journal().maySubmit());
        assertThat(one.journal().claimNext("a", Openings.upTo(10), 1).next().block())
                .isNull();
        List<Hold> adopted = new ArrayList<>();
        await().pollInterval(Duration.ofMillis(20)).until(() -> {
            adopted.addAll(other.adopt());
            return !adopted.isEmpty();
        });
        Duration polledAgain = Duration.between(paused, Instant.now());
        await().pollInterval(Duration.ofMillis(20)).until(() -> {
            adopted.addAll(other.adopt());
            return adopted.size() == 2;
        });
        Duration submitEnded = Duration.between(paused, Instant.now());
        log.info(
                "Adoption: leaseMillis={} processingMillis={} submittingMillis={}",
                LEASE.toMillis(),
                polledAgain.toMillis(),
                submitEnded.toMillis());

        assertThat(adopted).extracting(Hold::id).containsExactly(left.id(), submitting.id());
        assertThat(polledAgain).isLessThan(LEASE.multipliedBy(2));
        assertThat(submitEnded).isGreaterThan(LEASE.multipliedBy(2).plus(LONGEST_SUBMIT));
        assertThat(other.status(submitting.id())).isEqualTo(Status.UNKNOWN);
        long term = one.journal().term();
        one.store().lease().hold(false);
        await().until(() -> one.journal().term() > term);
        assertThat(one.journal().append(left, COMPLETED).block()).isNull();
        assertThat(get(one.journal().underWay(one.journal().owner()))).isEmpty();
    }

    @Test
    void takeOverNothingRightAfterTheyStartedOrAnOutage() {
        one.open();
        one.processing();
        one.store().lease().hold(true);
        await().until(() -> leaseIsOver(one));

        Replica justStarted = Replica.on(database);
        try {
            assertThat(justStarted.adopt()).isEmpty();
            await().until(() -> !justStarted.adopt().isEmpty());
            assertThat(isSteady(justStarted)).isTrue();
        } finally {
            justStarted.store().close();
        }
    }

    @Test
    void waitForWhoStopsInTheMiddleOfItsTurnForSecondsOnly() throws InterruptedException {
        other.open();
        CountDownLatch wakes = new CountDownLatch(1);
        Mono<Boolean> stops = one.store()
                .write(
                        Turn.QUEUE,
                        db -> {
                            db.sql("update line set position = 1").update();
                            return awaitQuietly(wakes);
                        },
                        _ -> {});
        List<Throwable> failures = Collections.synchronizedList(new ArrayList<>());
        stops.subscribe(_ -> {}, failures::add);
        await().until(() -> isInATurn());

        Instant asked = Instant.now();
        assertThat(other.claim()).isNotNull();
        assertThat(Duration.between(asked, Instant.now())).isBetween(Duration.ofMillis(500), Duration.ofSeconds(4));

        wakes.countDown();
        await().until(() -> !failures.isEmpty());
        assertThat(failures.getFirst()).isInstanceOf(JournalUnavailable.class);
    }

    private boolean isInATurn() {
        return get(other.store()
                        .read(db -> db.sql("select count(*) from pg_locks where locktype = 'advisory'")
                                .query(Integer.class)
                                .single()))
                > 0;
    }

    private static boolean awaitQuietly(CountDownLatch latch) {
        try {
            return latch.await(20, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void answerWhatBecameOfACommitWhoseAnswerWasLost() {
        try (Wire wire = new Wire(database)) {
            Replica far = Replica.on(wire.through(database));
            try {
                wire.cutTheNext(Cut.BEFORE_ITS_ANSWER_ARRIVES);
                Generation accepted = far.open();
                assertThat(get(one.journal().find(accepted.id()))).isEqualTo(accepted);

                wire.cutTheNext(Cut.BEFORE_THE_COMMIT_ARRIVES);
                assertThatExceptionOfType(JournalUnavailable.class).isThrownBy(far::open);
                assertThat(get(one.journal().counts()).queued()).isEqualTo(1);
            } finally {
                far.store().close();
            }
        }
    }

    @Test
    void sayThatItIsUnknownWhatBecameOfACommitIfNobodyTells() {
        try (Wire wire = new Wire(database)) {
            Replica far = Replica.on(wire.through(database), Duration.ofSeconds(1));
            try {
                wire.cutTheNextForGood(Cut.BEFORE_ITS_ANSWER_ARRIVES);
                assertThatExceptionOfType(JournalUnavailable.class)
                        .isThrownBy(far::open)
                        .withMessageContaining("it is not known whether it was done");
            } finally {
                far.store().close();
            }
        }
    }

    @Test
    void goOnAfterEveryConnectionWasCut() {
        try (Wire wire = new Wire(database)) {
            Replica far = Replica.on(wire.through(database));
            List<Hint> heard = Collections.synchronizedList(new ArrayList<>());
            far.journal().onCommitElsewhere(heard::add);
            try {
                Generation before = far.open();
                wire.down(true);
                assertThatExceptionOfType(JournalUnavailable.class).isThrownBy(far::open);
                await().until(() -> !far.journal().maySubmit());

                wire.down(false);

                await().ignoreExceptions().until(() -> far.status(before.id()) == Status.QUEUED);
                await().until(() -> far.journal().maySubmit());
                assertThat(far.journal().term()).isGreaterThan(1);
                await().until(() -> {
                    one.open();
                    return !heard.isEmpty();
                });
            } finally {
                far.store().close();
            }
        }
    }

    @Test
    void commitSoManyRowsASecond() {
        int rows = 2000;
        Instant began = Instant.now();
        Flux.range(0, rows)
                .flatMap(
                        i -> (i % 2 == 0 ? one : other)
                                .store()
                                .write(
                                        db -> db.sql("insert into receipt (generation, at, answer) values ('x', 0, '')")
                                                .update(),
                                        _ -> {}),
                        64)
                .blockLast();
        double receipts = rows / (Duration.between(began, Instant.now()).toNanos() / 1e9);
        began = Instant.now();
        Flux.range(0, rows / 4)
                .flatMap(i -> journal(i).open(Openings.costing(ME, Openings.PLENTY, 1)), 64)
                .blockLast();
        double opened = rows / 4 / (Duration.between(began, Instant.now()).toNanos() / 1e9);
        began = Instant.now();
        Flux.range(0, rows / 4)
                .flatMap(
                        i -> journal(i)
                                .claimNext("r" + i % 2, Openings.upTo(rows), 1)
                                .next(),
                        64)
                .blockLast();
        double claimed = rows / 4 / (Duration.between(began, Instant.now()).toNanos() / 1e9);

        log.info(
                "PostgreSQL: rowsPerSecond={} openedPerSecond={} claimedPerSecond={}",
                (long) receipts,
                (long) opened,
                (long) claimed);
        assertThat(receipts).isGreaterThan(50);
    }

    private Hold claimed() {
        one.open();
        return one.claim();
    }

    private Journal journal(int i) {
        return (i % 2 == 0 ? one : other).journal();
    }

    private static boolean isSteady(Replica replica) {
        return get(replica.store().read(db -> replica.store().lease().deadBefore(db))) > 0;
    }

    private boolean leaseIsOver(Replica replica) {
        return get(other.store()
                        .read(db -> db.sql("select count(*) from replica where id = ? and lease_until < extract(epoch"
                                        + " from clock_timestamp()) * 1000")
                                .param(replica.journal().owner())
                                .query(Integer.class)
                                .single()))
                == 1;
    }
}
