package dev.sluice.scenarios;

import static org.awaitility.Awaitility.await;

import dev.sluice.simulator.Ledger;
import dev.sluice.simulator.Simulator;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Three replicas under load on one database, what can be done to them, and what was measured meanwhile. */
final class ChaosScene implements AutoCloseable {

    private static final Logger logger = LoggerFactory.getLogger(ChaosScene.class);
    private static final Duration LEASE = ChaosReplica.LEASE;
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int REPLICAS = 3;
    private static final String[] POLLED = {"processing", "overdue"};
    private static final Pattern ADOPTED = Pattern.compile("Generation taken up again");

    private final StoppableDatabase database;
    private final Simulator simulator;
    private final CrashLoad load;
    private final Random random;
    private final ChaosLog log;
    private final int tasks;
    private final PollWatch polls = new PollWatch();
    private final ChaosCounts counts = new ChaosCounts();
    private final List<ChaosReplica> replicas = new ArrayList<>();
    private List<URI> reached = List.of();

    ChaosScene(StoppableDatabase database, Simulator simulator, CrashLoad load, Random random, int tasks) {
        this.database = database;
        this.simulator = simulator;
        this.load = load;
        this.random = random;
        this.tasks = tasks;
        this.log = new ChaosLog(database);
    }

    /** All at once, as a deployment does. */
    void begin() {
        for (int i = 0; i < REPLICAS; i++) {
            replicas.add(start());
        }
        allAreThere();
    }

    private ChaosReplica start() {
        return ChaosReplica.start(database, simulator, polls, tasks);
    }

    Simulator simulator() {
        return simulator;
    }

    ChaosLog log() {
        return log;
    }

    PollWatch polls() {
        return polls;
    }

    ChaosCounts counts() {
        return counts;
    }

    /** Callers are told where whoever is there is; they find out by themselves who is not any more. */
    void reach() {
        List<URI> now = replicas.stream()
                .filter(ChaosReplica::isReady)
                .map(ChaosReplica::api)
                .toList();
        if (!now.isEmpty() && !now.equals(reached)) {
            reached = now;
            load.reach(now.toArray(URI[]::new));
        }
    }

    void allAreThere() {
        replicas.forEach(ChaosReplica::awaitReady);
        reach();
    }

    void allAreSteady() {
        allAreThere();
        until("all are steady", () -> replicas.stream().allMatch(ChaosReplica::isSteady));
    }

    /** Nothing under way waits for its adoption: what is adopted from now on is adopted from the living. */
    void nobodyIsMissing() {
        until(
                "nothing of the dead is left",
                () -> log.ownedByOthersThan(
                                replicas.stream().map(ChaosReplica::owner).toList())
                        == 0);
    }

    /** One that owns something at each of these, while another one is there that may adopt it. */
    ChaosReplica oneThatHas(String... statuses) {
        return oneOf(
                "one has something at each of " + List.of(statuses),
                replica -> Stream.of(statuses)
                        .noneMatch(status -> log.owned(replica.owner(), status).isEmpty()));
    }

    ChaosReplica one() {
        return oneOf("one is there beside a steady one", _ -> true);
    }

    private ChaosReplica oneOf(String what, Predicate<ChaosReplica> condition) {
        List<ChaosReplica> found = new ArrayList<>();
        until(what, () -> {
            reach();
            List<ChaosReplica> candidates = replicas.stream()
                    .filter(ChaosReplica::isReady)
                    .filter(one -> replicas.stream().anyMatch(other -> other != one && other.isSteady()))
                    .filter(condition)
                    .toList();
            if (!candidates.isEmpty()) {
                found.add(candidates.get(random.nextInt(candidates.size())));
            }
            return !found.isEmpty();
        });
        return found.getFirst();
    }

    /** SIGKILL; another one is started in its place while the rest take over. */
    void kill(ChaosReplica victim) {
        Instant death = Instant.now();
        victim.sluice().kill();
        counts.kills++;
        List<String> submitting = log.owned(victim.owner(), "submitting");
        submitting.forEach(id -> counts.lostSubmits.put(id, death));
        replace(victim);
        awaitAdoptionFrom(victim, death);
    }

    /** SIGTERM: it gives back what it owns. */
    void terminate(ChaosReplica victim) {
        Instant told = Instant.now();
        victim.sluice().terminate();
        counts.drains++;
        victim.sluice().awaitEnd();
        counts.longestDrain = longer(counts.longestDrain, Duration.between(told, Instant.now()));
        replace(victim);
        awaitAdoptionFrom(victim, Instant.now());
    }

    private void replace(ChaosReplica victim) {
        replicas.remove(victim);
        victim.close();
        replicas.add(start());
    }

    /** SIGSTOP, until others have what it owned and for so much longer, and SIGCONT. */
    void pause(ChaosReplica victim, Duration atLeast) {
        pause(victim, atLeast, () -> {});
    }

    /** @param whenPaused done once it stands still */
    void pause(ChaosReplica victim, Duration atLeast, Runnable whenPaused) {
        victim.sluice().pause();
        Instant since = Instant.now();
        note("Paused", victim);
        counts.pauses++;
        try {
            whenPaused.run();
            List<String> submitting = log.owned(victim.owner(), "submitting");
            awaitAdoptionFrom(victim, since);
            someTime(Duration.between(Instant.now(), since.plus(atLeast)));
            Ledger ledger = simulator.ledger();
            Instant answered = Instant.now().minusMillis(1_000);
            submitting.stream()
                    .filter(id -> ledger.accepted(log.prompt(id)).stream()
                            .anyMatch(submit -> submit.at().isBefore(answered)))
                    .forEach(counts.answeredMeanwhile::add);
        } finally {
            victim.sluice().resume();
            note("Resumed", victim);
            victim.isDisturbed();
        }
        someTime(Duration.ofMillis(1_500)); // it hears what was said meanwhile
    }

    /** Its connections to the database, once. */
    void cut(ChaosReplica victim) {
        victim.database().cut();
        victim.isDisturbed();
        counts.cuts++;
    }

    void loseTheAnswersToCommits(ChaosReplica victim, int most) {
        victim.database().loseTheAnswersToCommits(most);
        victim.isDisturbed();
        counts.cuts++;
    }

    /** It alone cannot reach the database: the others take it for dead. */
    void cutOff(ChaosReplica victim, Duration atLeast) {
        Instant since = Instant.now();
        counts.cuts++;
        victim.cutOff();
        try {
            awaitAdoptionFrom(victim, since);
            someTime(Duration.between(Instant.now(), since.plus(atLeast)));
        } finally {
            victim.reconnect();
        }
    }

    /** Nobody can reach the database, and nobody adopts from anybody when it is back. */
    void stopTheDatabase(Duration length) {
        allAreThere();
        nobodyIsMissing();
        long before = adoptions();
        counts.outages++;
        Instant since = Instant.now();
        try {
            database.stop();
            someTime(length);
            database.start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        replicas.forEach(it -> it.wasCutOff(since));
        allAreSteady();
        counts.adoptedFromTheLiving += adoptions() - before;
    }

    private long adoptions() {
        return replicas.stream()
                .mapToLong(it -> ADOPTED.matcher(it.sluice().output()).results().count())
                .sum();
    }

    private void awaitAdoptionFrom(ChaosReplica victim, Instant since) {
        if (log.owned(victim.owner(), POLLED).isEmpty()) {
            return;
        }
        until(
                "what it owned is adopted",
                () -> log.owned(victim.owner(), POLLED).isEmpty());
        counts.adoptions++;
        Duration took = Duration.between(since, Instant.now());
        counts.longestAdoption = longer(counts.longestAdoption, took);
        logger.info("Adopted: from={} afterLeases={}", victim.owner(), ChaosCounts.inLeases(took));
    }

    private static void note(String what, ChaosReplica victim) {
        logger.info("{}: replica={}", what, victim.owner());
    }

    private static Duration longer(Duration one, Duration other) {
        return one.compareTo(other) > 0 ? one : other;
    }

    void someTime(Duration length) {
        if (!length.isNegative()) {
            CrashLoad.pause(length);
        }
    }

    /** So many leases, in tenths. */
    Duration leases(int fromTenths, int toTenths) {
        return LEASE.multipliedBy(random.nextInt(fromTenths, toTenths)).dividedBy(10);
    }

    boolean isTails() {
        return random.nextBoolean();
    }

    int upTo(int most) {
        return 1 + random.nextInt(most);
    }

    private static void until(String what, BooleanSupplier condition) {
        await().alias(what)
                .atMost(PATIENCE)
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(20))
                .until(condition::getAsBoolean);
    }

    /** One that is there now. */
    Optional<ChaosReplica> anyone() {
        return replicas.stream().filter(ChaosReplica::isReady).findFirst();
    }

    @Override
    public void close() {
        load.lose();
        log.close();
        replicas.forEach(ChaosReplica::close);
    }
}
