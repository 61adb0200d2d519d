package dev.sluice.scenarios;

import dev.sluice.simulator.Simulator;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** One process of several on the same log, with a cable of its own to the database and one to the upstream. */
final class ChaosReplica implements AutoCloseable {

    /** Sweeps, and attempts to connect again, are a second apart and more, however short it is. */
    static final Duration LEASE = Duration.ofSeconds(3);

    static final Duration LONGEST_SUBMIT = Duration.ofSeconds(2);

    /** It adopts when its renewals were on time for two leases; then it may take a sweep. */
    private static final Duration UNTIL_STEADY = LEASE.multipliedBy(2).plusMillis(500);

    private static final Pattern OWNER = Pattern.compile("sluice-[0-9a-f-]{36}");
    private static final Path OUTPUTS = Path.of("target", "chaos");
    private static final Path NO_DIRECTORY = Path.of("target", "never-made");

    private final PollWatch polls;
    private final CompletableFuture<String> owner = new CompletableFuture<>();
    private final Cable database;
    private final Cable upstream;
    private final ChildSluice sluice;
    private Instant steadyFrom = Instant.MAX;
    private Instant downSince = Instant.MAX;

    private ChaosReplica(StoppableDatabase postgres, Simulator simulator, PollWatch polls, int tasks) {
        this.polls = polls;
        database = new Cable(postgres.port(), this::hearWhoItIs);
        upstream = new Cable(simulator.baseUrl().getPort(), asked -> polls.hear(owner.getNow("somebody"), asked));
        sluice = ChildSluice.inFrontOf(
                upstream.through(simulator.baseUrl()),
                NO_DIRECTORY,
                postgres.settings(
                        // Otherwise the cable would not see what is asked, but a number for it.
                        "spring.datasource.url=jdbc:postgresql://localhost:" + database.port()
                                + "/postgres?prepareThreshold=0",
                        "sluice.store.lease=" + LEASE.toMillis() + "ms",
                        "sluice.upstream.submit-timeout=" + LONGEST_SUBMIT.toMillis() + "ms",
                        "sluice.admission.limit.initial=" + tasks,
                        "sluice.admission.limit.min=" + tasks,
                        "sluice.admission.max-wait=15s",
                        "sluice.admission.drop-in-max-wait=5s",
                        "sluice.polling.initial-delay=300ms",
                        "sluice.polling.interval=200ms"));
    }

    static ChaosReplica start(StoppableDatabase postgres, Simulator simulator, PollWatch polls, int tasks) {
        return new ChaosReplica(postgres, simulator, polls, tasks);
    }

    private void hearWhoItIs(String asked) {
        if (!owner.isDone()) {
            Matcher found = OWNER.matcher(asked);
            if (found.find()) {
                owner.complete(found.group());
            }
        }
    }

    ChaosReplica awaitReady() {
        sluice.awaitReady();
        return this;
    }

    boolean isReady() {
        boolean isReady = sluice.isReady() && sluice.isAlive();
        if (isReady && steadyFrom.equals(Instant.MAX)) {
            isDisturbed(); // by its own start
        }
        return isReady;
    }

    /** It adopts from nobody for a while. */
    void isDisturbed() {
        steadyFrom = Instant.now().plus(UNTIL_STEADY);
    }

    boolean isSteady() {
        return isReady() && Instant.now().isAfter(steadyFrom);
    }

    /** Under which name it owns generations. */
    String owner() {
        return owner.join();
    }

    URI api() {
        return sluice.api();
    }

    ChildSluice sluice() {
        return sluice;
    }

    Cable database() {
        return database;
    }

    void cutOff() {
        downSince = Instant.now();
        database.down();
    }

    void reconnect() {
        database.up();
        wasCutOff(downSince);
    }

    /** Until now it could not know who owns what. */
    void wasCutOff(Instant since) {
        polls.wasCutOff(owner(), since, Instant.now());
        isDisturbed();
    }

    @Override
    public void close() {
        try (database;
                upstream;
                sluice) {
            steadyFrom = Instant.MAX;
        }
        keepItsOutput();
    }

    /** For whoever wonders later. */
    private void keepItsOutput() {
        try {
            Files.createDirectories(OUTPUTS);
            Files.writeString(OUTPUTS.resolve(owner.getNow("nobody") + ".log"), sluice.output());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
