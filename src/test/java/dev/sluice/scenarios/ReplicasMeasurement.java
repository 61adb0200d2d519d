package dev.sluice.scenarios;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How much replicas and their PostgreSQL do on this machine. No test: {@code mvn test -Dtest=ReplicasMeasurement} prints
 * the figures of the README's chapter on several replicas, and an ordinary build leaves it out.
 */
class ReplicasMeasurement {

    private static final Logger log = LoggerFactory.getLogger(ReplicasMeasurement.class);
    private static final Path NO_DIRECTORY = Path.of("target", "never-made");
    private static final int GENERATIONS = Integer.getInteger("sluice.measured.generations", 10_000);
    private static final int ROUNDS = Integer.getInteger("sluice.measured.rounds", 3);
    /** For each replica, before it is measured: what is compiled while it is measured is not what is asked. */
    private static final int WARM_UP = Integer.getInteger("sluice.measured.warm", 1_000);

    private static final int CALLERS = Integer.getInteger("sluice.measured.callers", 32);

    /** Those that every Sluice of a test has. */
    private static final int KNOWN_CALLERS = 3;

    /** What one run came to. */
    private record Run(double perSecond, double databaseShare) {}

    @Test
    void generationsPerSecondOfOneAndOfThree() throws Exception {
        List<Run> ofOne = new ArrayList<>();
        List<Run> ofThree = new ArrayList<>();
        for (int round = 0;
                round < ROUNDS;
                round++) { // in turn, so that a busy moment of the machine is not one's alone
            ofOne.add(run(1));
            ofThree.add(run(3));
        }
        log.info(
                "Throughput: generations={} runs={} oneReplicaPerSecond={} threeReplicasPerSecond={} ratio={}"
                        + " databaseShareOfOne={} databaseShareOfThree={}",
                GENERATIONS,
                ROUNDS,
                Math.round(median(ofOne.stream().map(Run::perSecond).toList())),
                Math.round(median(ofThree.stream().map(Run::perSecond).toList())),
                rounded(median(IntStream.range(0, ROUNDS)
                        .mapToObj(i -> ofThree.get(i).perSecond() / ofOne.get(i).perSecond())
                        .toList())),
                rounded(median(ofOne.stream().map(Run::databaseShare).toList())),
                rounded(median(ofThree.stream().map(Run::databaseShare).toList())));
    }

    @Test
    void memoryOfAnIdleStreamAndTimeOfADeliveredEvent() throws Exception {
        int streams = 2_000;
        try (StoppableDatabase postgres = new StoppableDatabase();
                InstantUpstream upstream = new InstantUpstream();
                ChildSluice sluice = ChildSluice.inFrontOf(
                                upstream.address(),
                                NO_DIRECTORY,
                                postgres.settings(
                                        "sluice.stream.max-per-client=10000", "sluice.polling.initial-delay=40s"))
                        .awaitReady()) {
            watch(sluice, 200).forEach(EventStream::close);
            long before = residentKilobytes(sluice);

            List<EventStream> open = watch(sluice, streams);

            await().until(() -> open.getLast().events().size() > 2);
            long after = residentKilobytes(sluice);
            Duration timeBefore = Cpu.of(Stream.of(sluice.process()));
            long toldBefore = told(open);
            await().atMost(Duration.ofSeconds(90)).until(() -> open.stream().allMatch(EventStream::hasEnded));
            Duration time = Cpu.of(Stream.of(sluice.process())).minus(timeBefore);
            long told = told(open) - toldBefore;
            log.info(
                    "Streams: open={} residentMegabytesBefore={} after={} kilobytesEach={} toldMeanwhile={}"
                            + " cpuMicrosOfEach={}",
                    streams,
                    before / 1024,
                    after / 1024,
                    (after - before) / streams,
                    told,
                    time.toNanos() / 1000 / told);
        }
    }

    /** Recorded events and news. */
    private static long told(List<EventStream> streams) {
        return streams.stream().mapToLong(stream -> stream.events().size()).sum();
    }

    private static List<EventStream> watch(ChildSluice sluice, int streams) {
        String id = sluice.alice().accepted("watched by many");
        return IntStream.range(0, streams)
                .mapToObj(_ -> sluice.alice().stream("/v1/generations/" + id + "/events"))
                .toList();
    }

    /** As Linux tells it. */
    private static long residentKilobytes(ChildSluice sluice) throws IOException {
        return Files.readAllLines(
                        Path.of("/proc", String.valueOf(sluice.process().pid()), "status"))
                .stream()
                .filter(line -> line.startsWith("VmRSS:"))
                .map(line -> line.replaceAll("\\D", ""))
                .mapToLong(Long::parseLong)
                .findFirst()
                .orElseThrow();
    }

    private static Run run(int replicas) throws Exception {
        try (StoppableDatabase postgres = new StoppableDatabase();
                InstantUpstream upstream = new InstantUpstream();
                Connection connection = DriverManager.getConnection(postgres.url())) {
            List<ChildSluice> running = start(replicas, upstream, postgres);
            try {
                ask(running, WARM_UP * replicas);
                awaitEndings(connection, WARM_UP * replicas);
                Duration databaseBefore = databaseTime(postgres);
                Duration sluiceBefore = sluiceTime(running);
                long began = System.nanoTime();

                ask(running, GENERATIONS);
                awaitEndings(connection, GENERATIONS + WARM_UP * replicas);

                double seconds = (System.nanoTime() - began) / 1e9;
                double database = seconds(databaseTime(postgres).minus(databaseBefore));
                double sluice = seconds(sluiceTime(running).minus(sluiceBefore));
                assertThat(upstream.taken()).isEqualTo(GENERATIONS + WARM_UP * replicas);
                Run run = new Run(GENERATIONS / seconds, database / (database + sluice));
                log.info(
                        "Throughput: replicas={} seconds={} perSecond={} databaseCpuSeconds={} sluiceCpuSeconds={}",
                        replicas,
                        rounded(seconds),
                        Math.round(run.perSecond()),
                        rounded(database),
                        rounded(sluice));
                return run;
            } finally {
                running.forEach(ChildSluice::close);
            }
        }
    }

    private static List<ChildSluice> start(int replicas, InstantUpstream upstream, StoppableDatabase postgres) {
        List<String> settings = new ArrayList<>(List.of(postgres.settings(
                "sluice.admission.limit.initial=1000",
                "sluice.admission.limit.max=1000",
                "sluice.admission.queue-capacity=100000",
                "sluice.upstream.submit-timeout=60s",
                "sluice.polling.initial-delay=1ms",
                "sluice.polling.interval=10ms",
                "resilience4j.ratelimiter.instances.submit.limit-for-period=100000",
                "resilience4j.ratelimiter.instances.poll.limit-for-period=100000")));
        for (int i = 0; i < CALLERS; i++) {
            String client = "sluice.clients[" + (KNOWN_CALLERS + i) + "]";
            settings.add(client + ".id=caller" + i);
            settings.add(client + ".key=" + key(i));
            settings.add(client + ".requests-per-minute=1000000");
        }
        List<ChildSluice> started = IntStream.range(0, replicas)
                .mapToObj(_ -> ChildSluice.inFrontOf(upstream.address(), NO_DIRECTORY, settings.toArray(String[]::new)))
                .toList();
        started.forEach(ChildSluice::awaitReady);
        return started;
    }

    private static String key(int caller) {
        return "key-of-caller-" + caller;
    }

    /** Each caller one after the other, on all replicas in turn. */
    private static void ask(List<ChildSluice> replicas, int generations) {
        AtomicInteger asked = new AtomicInteger();
        List<CompletableFuture<Void>> callers = IntStream.range(0, CALLERS)
                .mapToObj(caller -> CompletableFuture.runAsync(
                        () -> {
                            for (int i = asked.getAndIncrement(); i < generations; i = asked.getAndIncrement()) {
                                URI api = replicas.get(i % replicas.size()).api();
                                new Client(api, key(caller)).accepted("measured " + i);
                            }
                        },
                        task -> Thread.ofVirtual().start(task)))
                .toList();
        callers.forEach(CompletableFuture::join);
    }

    private static void awaitEndings(Connection connection, int generations) {
        await().atMost(Duration.ofMinutes(10))
                .pollInterval(Duration.ofMillis(100))
                .until(() -> ended(connection) == generations);
    }

    private static int ended(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet found =
                        statement.executeQuery("select count(*) from generation where finished_at is not null")) {
            found.next();
            return found.getInt(1);
        }
    }

    private static Duration databaseTime(StoppableDatabase postgres) throws IOException {
        return Cpu.of(Stream.of(postgres.process()));
    }

    private static Duration sluiceTime(List<ChildSluice> replicas) {
        return Cpu.of(replicas.stream().map(ChildSluice::process));
    }

    private static double median(List<Double> figures) {
        return figures.stream().sorted().toList().get(figures.size() / 2);
    }

    private static double seconds(Duration duration) {
        return duration.toMillis() / 1000.0;
    }

    private static double rounded(double figure) {
        return Math.round(figure * 100) / 100.0;
    }
}
