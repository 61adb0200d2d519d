package dev.sluice.scenarios;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.generation.EventId;
import dev.sluice.journal.EmbeddedDatabase;
import dev.sluice.journal.Journal;
import dev.sluice.scenarios.Client.Answer;
import dev.sluice.simulator.Ledger;
import dev.sluice.simulator.Pace;
import dev.sluice.simulator.Simulator;
import dev.sluice.simulator.SimulatorSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Several replicas on one PostgreSQL, in front of one upstream; one scene after the other, since each has bounds in time. */
@Order(1)
class ReplicasTests {

    private static final Logger log = LoggerFactory.getLogger(ReplicasTests.class);
    private static final Path NO_DIRECTORY = Path.of("target", "never-made");
    private static final Duration LEASE = Duration.ofSeconds(3);
    private static final Duration POLLED_EVERY = Duration.ofMillis(100);

    private final List<String> database = EmbeddedDatabase.settingsOfANewOne();

    private String[] settings(String... more) {
        return Stream.of(database, List.of("sluice.store.lease=" + LEASE.toSeconds() + "s"), List.of(more))
                .flatMap(List::stream)
                .toArray(String[]::new);
    }

    private RunningSluice replica(Simulator simulator, String... more) {
        return RunningSluice.inFrontOf(simulator, NO_DIRECTORY, settings(more));
    }

    private static Simulator simulator(Duration takes) {
        return Simulator.start(
                SimulatorSettings.defaults().withPace(Pace.fixed(takes)).withCredits(1_000_000));
    }

    @Test
    void tellAWatcherOnOneWhatAnotherRecordsWithinMilliseconds() {
        try (Simulator simulator = simulator(Duration.ofMillis(400));
                RunningSluice a = replica(simulator);
                RunningSluice b = replica(simulator)) {
            Map<String, Long> recorded = new ConcurrentHashMap<>();
            Stream.of(a, b)
                    .forEach(replica -> replica.part(Journal.class)
                            .onCommit(it ->
                                    recorded.put(new EventId(it.id(), it.sequence()).toString(), System.nanoTime())));
            List<Long> micros = new ArrayList<>();
            for (int i = 0; i < 30; i++) {
                String id = a.alice().accepted("watched " + i);
                EventStream stream = b.alice().stream("/v1/generations/" + id + "/events");
                List<EventStream.Event> story = stream.untilItEnds();
                assertThat(EventStream.names(story)).containsExactly(STORY);
                EventStream.Event last = story.getLast();
                long arrived = stream.arrivals().getOrDefault(last.id(), Long.MAX_VALUE);
                micros.add((arrived - recorded.getOrDefault(last.id(), 0L)) / 1000);
            }
            micros.sort(null);
            log.info(
                    "Seen elsewhere: events={} medianMicros={} p90Micros={} mostMicros={}",
                    micros.size(),
                    micros.get(15),
                    micros.get(27),
                    micros.getLast());

            assertThat(micros.get(15)).isLessThan(50_000);
        }
    }

    @Test
    void pollEachGenerationOnceHoweverManyWatchItWhereverAndHoldTheLimitTogether() {
        try (Simulator simulator = Simulator.start(SimulatorSettings.defaults()
                        .withPace(Pace.fixed(Duration.ofSeconds(1)))
                        .withTaskLimit(4));
                RunningSluice a =
                        replica(simulator, "sluice.admission.limit.initial=4", "sluice.admission.limit.max=4");
                RunningSluice b =
                        replica(simulator, "sluice.admission.limit.initial=4", "sluice.admission.limit.max=4");
                RunningSluice c =
                        replica(simulator, "sluice.admission.limit.initial=4", "sluice.admission.limit.max=4")) {
            List<RunningSluice> replicas = List.of(a, b, c);
            List<String> ids = IntStream.range(0, 16)
                    .mapToObj(i -> replicas.get(i % 3).alice().accepted("shared " + i))
                    .toList();
            List<EventStream> streams = ids.stream()
                    .flatMap(id -> replicas.stream()
                            .map(replica -> replica.alice().stream("/v1/generations/" + id + "/events")))
                    .toList();

            List<List<String>> stories = streams.stream()
                    .map(stream -> stream.untilItEnds().stream()
                            .map(EventStream.Event::id)
                            .toList())
                    .toList();

            IntStream.range(0, ids.size())
                    .forEach(i -> assertThat(stories.subList(3 * i, 3 * i + 3)).containsOnly(stories.get(3 * i)));
            Ledger ledger = simulator.ledger();
            assertThat(ledger.submitsReceived())
                    .as("nobody met a busy upstream")
                    .isEqualTo(16);
            assertThat(ledger.mostRunningAtOnce()).isLessThanOrEqualTo(4);
            assertThat(ledger.accepted())
                    .allSatisfy(submit -> assertThat(ledger.polls(submit.generationId()))
                            .as("no more polls than one poller makes")
                            .hasSizeLessThanOrEqualTo((int) submit.takes().dividedBy(POLLED_EVERY) + 2));
        }
    }

    @Test
    void keepKeysAndQuotasTogether() {
        try (Simulator simulator = simulator(Duration.ofMillis(300));
                RunningSluice a = replica(simulator, "sluice.clients[1].requests-per-minute=6");
                RunningSluice b = replica(simulator, "sluice.clients[1].requests-per-minute=6")) {
            List<CompletableFuture<Answer>> answers = IntStream.range(0, 8)
                    .mapToObj(i -> (i % 2 == 0 ? a : b)
                            .alice()
                            .postLater("/v1/generations", Client.prompt("once"), "Idempotency-Key", "\"k\""))
                    .toList();
            assertThat(answers.stream()
                            .map(answer -> answer.join().json().path("id").stringValue())
                            .distinct())
                    .hasSize(1);
            assertThat(simulator.ledger().accepted("once")).hasSize(1);

            List<Integer> statuses = IntStream.range(0, 10)
                    .mapToObj(i -> (i % 2 == 0 ? a : b)
                            .bob()
                            .post("/v1/generations", Client.prompt("bob's " + i), "Prefer", "respond-async")
                            .status())
                    .toList();
            assertThat(statuses).filteredOn(status -> status == 202).hasSize(6);
            assertThat(statuses).filteredOn(status -> status == 429).hasSize(4);
        }
    }

    /** The one that is alone when it is submitted has it. */
    @Test
    void handOverAtOnceWhatOneThatStopsIsPolling() {
        try (Simulator simulator = simulator(Duration.ofSeconds(20))) {
            RunningSluice leaves = replica(simulator);
            String id = leaves.alice().accepted("handed over");
            leaves.alice().stream("/v1/generations/" + id + "/events").awaits("processing");
            try (RunningSluice stays = replica(simulator)) {
                EventStream stream = stays.alice().stream("/v1/generations/" + id + "/events");
                String upstreamId = upstreamId(simulator, "handed over");

                leaves.close();

                Instant closed = Instant.now();
                Instant polled = awaitPollAfter(simulator, upstreamId, closed);
                log.info(
                        "Handed over: millis={}",
                        Duration.between(closed, polled).toMillis());
                assertThat(Duration.between(closed, polled)).isLessThan(LEASE);
                assertThat(EventStream.names(stream.untilItEnds())).containsExactly(STORY);
                assertThat(simulator.ledger().submitsReceived("handed over")).isEqualTo(1);
            }
        }
    }

    @Test
    void takeOverWhatOneThatWasKilledLeft() {
        try (Simulator simulator = simulator(Duration.ofSeconds(25));
                ChildSluice killed = child(simulator).awaitReady()) {
            simulator.faults().submitsOf("in the dark").delayTheAnswer(Duration.ofSeconds(60));
            String id = killed.alice().accepted("polled by the killed");
            killed.alice().stream("/v1/generations/" + id + "/events").awaits("processing");
            String upstreamId = upstreamId(simulator, "polled by the killed");
            String lost = killed.alice().accepted("in the dark");
            await().until(() -> simulator.ledger().submitsReceived("in the dark") == 1);
            try (RunningSluice stays = replica(simulator)) {
                await().pollDelay(LEASE.multipliedBy(2).plusSeconds(1)).until(() -> true);

                killed.kill();
                Instant gone = Instant.now();

                Instant polled = awaitPollAfter(simulator, upstreamId, gone);
                log.info(
                        "Taken over: leaseMillis={} millis={}",
                        LEASE.toMillis(),
                        Duration.between(gone, polled).toMillis());
                assertThat(Duration.between(gone, polled)).isLessThan(LEASE.multipliedBy(2));
                assertThat(stays.alice().ending(lost).path("status").stringValue())
                        .isEqualTo("unknown");
                assertThat(stays.alice().ending(id).path("status").stringValue())
                        .isEqualTo("completed");
                assertThat(simulator.ledger().submitsReceived("polled by the killed"))
                        .isEqualTo(1);
                assertThat(simulator.ledger().submitsReceived("in the dark")).isEqualTo(1);
            }
        }
    }

    /** One that is paused, or dead, may hold a turn for a while: who owns what is settled without. */
    @Test
    void takeOverThoughSomebodyHoldsEveryTurn() throws SQLException {
        try (Simulator simulator = simulator(Duration.ofSeconds(25));
                ChildSluice killed = child(simulator).awaitReady()) {
            String id = killed.alice().accepted("left while nobody has a turn");
            killed.alice().stream("/v1/generations/" + id + "/events").awaits("processing");
            String upstreamId = upstreamId(simulator, "left while nobody has a turn");
            try (RunningSluice stays = replica(simulator);
                    Connection holder = DriverManager.getConnection(url(), "postgres", "postgres");
                    Statement turns = holder.createStatement()) {
                await().pollDelay(LEASE.multipliedBy(2).plusSeconds(1)).until(() -> true);
                holder.setAutoCommit(false);
                turns.execute("select pg_advisory_xact_lock(x'736c7569'::int, turn) from generate_series(0, 1) turn");

                killed.kill();
                Instant gone = Instant.now();

                assertThat(Duration.between(gone, awaitPollAfter(simulator, upstreamId, gone)))
                        .isLessThan(LEASE.multipliedBy(2));
                holder.rollback();
                assertThat(stays.alice().ending(id).path("status").stringValue())
                        .isEqualTo("completed");
            }
        }
    }

    private String url() {
        return database.stream()
                .filter(setting -> setting.startsWith("spring.datasource.url="))
                .map(setting -> setting.substring(setting.indexOf('=') + 1))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void letOneThatWakesFromALongPauseWriteNothingAndGoOn() {
        try (Simulator simulator = simulator(Duration.ofSeconds(30));
                ChildSluice paused = child(simulator).awaitReady()) {
            String id = paused.alice().accepted("polled by the paused");
            paused.alice().stream("/v1/generations/" + id + "/events").awaits("processing");
            String upstreamId = upstreamId(simulator, "polled by the paused");
            try (RunningSluice stays = replica(simulator)) {
                await().pollDelay(LEASE.multipliedBy(2).plusSeconds(1)).until(() -> true);

                paused.pause();
                awaitPollAfter(simulator, upstreamId, Instant.now().plusMillis(500));
                paused.resume();

                await().until(() -> paused.output().contains("The lease was renewed late"));
                Instant settled = Instant.now().plus(LEASE);
                assertThat(stays.alice().ending(id).path("status").stringValue())
                        .isEqualTo("completed");
                List<Instant> polls = simulator.ledger().polls(upstreamId).stream()
                        .filter(poll -> poll.isAfter(settled))
                        .toList();
                assertThat(polls)
                        .as("one poller again")
                        .hasSizeLessThanOrEqualTo(
                                (int) Duration.between(settled, Instant.now()).dividedBy(POLLED_EVERY) + 2);
                EventStream story = paused.alice().stream("/v1/generations/" + id + "/events");
                assertThat(EventStream.names(story.untilItEnds())).containsExactly(STORY);
            }
        }
    }

    /** Its deadline for the answer has passed meanwhile as well: what has come is read all the same. */
    @Test
    void hearTheAnswersThatCameWhileOneWasPaused() {
        try (Simulator simulator = simulator(Duration.ofMillis(200));
                ChildSluice paused = child(simulator).awaitReady()) {
            simulator.faults().everySubmit().delayTheAnswer(Duration.ofMillis(1_500));
            List<String> ids = IntStream.range(0, 8)
                    .mapToObj(i -> paused.alice().accepted("answered in the dark " + i))
                    .toList();
            await().until(() -> simulator.ledger().acceptedInAll() == ids.size());

            paused.pause();
            await().pollDelay(Duration.ofSeconds(5)).until(() -> true);
            paused.resume();

            assertThat(ids.stream()
                            .map(id -> paused.alice().ending(id).path("status").stringValue()))
                    .containsOnly("completed");
        }
    }

    @Test
    void outlastAnOutageOfTheDatabase() throws IOException {
        try (StoppableDatabase postgres = new StoppableDatabase();
                Simulator simulator = simulator(Duration.ofSeconds(8));
                RunningSluice a = RunningSluice.inFrontOf(simulator, NO_DIRECTORY, postgres.settings(FOR_AN_OUTAGE));
                RunningSluice b = RunningSluice.inFrontOf(simulator, NO_DIRECTORY, postgres.settings(FOR_AN_OUTAGE))) {
            String id = a.alice().accepted("paid for");
            EventStream stream = b.alice().stream("/v1/generations/" + id + "/events");
            stream.awaits("processing");
            String upstreamId = upstreamId(simulator, "paid for");

            postgres.stop();

            Instant asked = Instant.now();
            Answer refused = a.alice().post("/v1/generations", Client.prompt("never accepted"));
            log.info(
                    "Outage: refusedAfterMillis={}",
                    Duration.between(asked, Instant.now()).toMillis());
            assertThat(refused.status()).isEqualTo(503);
            assertThat(refused.header("Retry-After")).isNotEmpty();
            awaitPollAfter(simulator, upstreamId, Instant.now());
            await().atMost(Duration.ofSeconds(20))
                    .until(() -> simulator.ledger().running() == 0);
            int beats = stream.others().size();
            await().until(() -> stream.others().size() > beats + 4);
            assertThat(stream.hasEnded()).isFalse();

            postgres.start();

            Instant back = Instant.now();
            assertThat(EventStream.names(stream.untilItEnds())).containsExactly(STORY);
            log.info(
                    "Outage: recordedAfterMillis={}",
                    Duration.between(back, Instant.now()).toMillis());
            String next = b.alice().accepted("afterwards");
            await("each replica finds the way back by itself")
                    .atMost(Duration.ofSeconds(5))
                    .until(() -> a.alice().get("/v1/generations/" + next).status() == 200);
            EventStream afterwards = a.alice().stream("/v1/generations/" + next + "/events");
            afterwards.awaits("processing");
            assertThat(simulator.ledger().submitsReceived("paid for")).isEqualTo(1);
            assertThat(simulator.ledger().submitsReceived("never accepted")).isZero();
        }
    }

    private static final String[] FOR_AN_OUTAGE = {"sluice.store.lease=2s", "sluice.stream.heartbeat=200ms"};
    private static final String[] STORY = {"queued", "submitting", "processing", "completed"};

    private static String upstreamId(Simulator simulator, String prompt) {
        return simulator.ledger().accepted(prompt).getFirst().generationId();
    }

    private ChildSluice child(Simulator simulator) {
        return ChildSluice.inFrontOf(simulator, NO_DIRECTORY, settings());
    }

    private static Instant awaitPollAfter(Simulator simulator, String upstreamId, Instant instant) {
        await().atMost(Duration.ofSeconds(20))
                .pollInterval(Duration.ofMillis(20))
                .until(() -> simulator.ledger().polls(upstreamId).stream().anyMatch(poll -> poll.isAfter(instant)));
        return simulator.ledger().polls(upstreamId).stream()
                .filter(poll -> poll.isAfter(instant))
                .findFirst()
                .orElseThrow();
    }
}
