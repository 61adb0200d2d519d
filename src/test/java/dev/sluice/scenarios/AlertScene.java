package dev.sluice.scenarios;

import static org.awaitility.Awaitility.await;

import dev.sluice.journal.EmbeddedDatabase;
import dev.sluice.simulator.Pace;
import dev.sluice.simulator.Simulator;
import dev.sluice.simulator.SimulatorSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/** A Sluice, all that it depends on, and a Prometheus that scrapes it: where things go wrong and are mended. */
final class AlertScene implements AutoCloseable {

    static final Duration PATIENCE = Duration.ofSeconds(60);

    /** Long enough for a few scrapes on a slow machine. */
    private static final String WINDOW = "4s";

    /** Longer than an alert takes to fire. */
    private static final Duration LEASE = Duration.ofSeconds(8);

    private static final String[] SETTINGS = {
        "sluice.upstream.balance-every=250ms",
        "sluice.upstream.submit-timeout=1s",
        "resilience4j.circuitbreaker.instances.submit.minimum-number-of-calls=2",
        "resilience4j.circuitbreaker.instances.submit.sliding-window-size=2",
        "resilience4j.circuitbreaker.instances.submit.wait-duration-in-open-state=1s",
        "sluice.webhook.allow-private-addresses=true",
        "sluice.webhook.signing-secret=whsec_Z2VuZXJhbC1nZW5lcmFsLWdlbmVyYWwtZ2VuZXJhbA=="
    };

    private final Path store;
    private final int management = Prometheus.freePort();
    private final int anotherManagement = Prometheus.freePort();
    private final Simulator simulator =
            Simulator.start(SimulatorSettings.defaults().withPace(Pace.fixed(Duration.ofMillis(150))));
    private final Receiver receiver = Receiver.start();
    private final Prometheus prometheus;
    private final List<String> queued = new ArrayList<>();
    private RunningSluice sluice;
    private @Nullable StoreInUse inUse;
    private @Nullable ChildSluice another;

    AlertScene(Path directory) {
        store = directory.resolve("store");
        sluice = sluice();
        prometheus = Prometheus.start(directory, AlertRules.inAHurry(WINDOW), management, anotherManagement);
        awaitScraped(1);
        // The first answers of a process take longer than a scrape may, and it counts as down.
        await().atMost(PATIENCE).until(() -> prometheus.firing().isEmpty());
    }

    private RunningSluice sluice(String... more) {
        return RunningSluice.inFrontOf(simulator, store, settings(management, more));
    }

    private static String[] settings(int management, String... more) {
        return Stream.of(Stream.of("management.server.port=" + management), Stream.of(SETTINGS), Stream.of(more))
                .flatMap(these -> these)
                .toArray(String[]::new);
    }

    private void awaitScraped(int replicas) {
        await().atMost(PATIENCE)
                .until(() -> prometheus.ask("sluice_generations_accepted_total").size() == replicas);
    }

    Set<String> firedWithin(Duration time) {
        return prometheus.firedWithin(time);
    }

    Set<String> firing() {
        return prometheus.firing();
    }

    void nothing() {}

    void stopSluice() {
        sluice.close();
    }

    void startSluice() {
        sluice = sluice();
    }

    void loseTheUpstream() {
        simulator.goDown();
    }

    void findTheUpstream() {
        simulator.comeBack();
        awaitEndings();
    }

    void queueWhileTheUpstreamIsLost() {
        loseTheUpstream();
        IntStream.range(0, 3).forEach(_ -> queue("held"));
    }

    void queueForLong() {
        queueWhileTheUpstreamIsLost();
        await().atMost(PATIENCE).until(() -> firing().contains("SluiceQueueStuck"));
        findTheUpstream();
    }

    void queueUnderAWrongKey() {
        simulator.changeKey("nb_another");
        queue("refused for its key");
    }

    /** What is queued is kept back for half a minute after a refusal of the key. */
    void correctTheKey() {
        simulator.changeKey(SimulatorSettings.KEY);
        awaitEndings();
    }

    private void queue(String prompt) {
        queued.add(sluice.alice().accepted(prompt));
    }

    private void awaitEndings() {
        queued.forEach(id ->
                await().atMost(PATIENCE).until(() -> sluice.alice().ending(id).has("finishedAt")));
    }

    void spend() {
        IntStream.range(0, 5).forEach(_ -> queue("goes well"));
        awaitEndings();
    }

    void buyCredits() {
        simulator.holdCredits(100_000_000);
    }

    void burn() {
        simulator.faults().everySubmit().failAndCharge();
        IntStream.range(0, 8).forEach(_ -> queue("fails at once"));
        awaitEndings();
    }

    void loseAnAnswer() {
        simulator.faults().nextSubmit().loseTheAnswer();
        queue("is lost");
        awaitEndings();
    }

    void mendTheUpstream() {
        simulator.faults().clear();
    }

    void slowTheStoreDown() {
        inUse = StoreInUse.mostOfTheTime(store);
    }

    void lockTheStore() {
        inUse = StoreInUse.allTheTime(store);
    }

    void freeTheStore() {
        if (inUse != null) {
            inUse.close();
            inUse = null;
        }
    }

    /** The one that polls stands still, and another one lives. */
    void pauseTheReplicaThatPolls() {
        String[] shared = Stream.concat(
                        EmbeddedDatabase.settingsOfANewOne().stream(),
                        Stream.of("sluice.store.lease=" + LEASE.toMillis() + "ms"))
                .toArray(String[]::new);
        sluice.close();
        simulator.keep(Pace.fixed(Duration.ofMinutes(5)));
        another = ChildSluice.inFrontOf(simulator, store, settings(anotherManagement, shared))
                .awaitReady();
        String id = another.alice().accepted("polled");
        Client alice = another.alice();
        await().atMost(PATIENCE).until(() -> isProcessing(alice, id));
        sluice = sluice(shared);
        awaitScraped(2);
        await().atMost(PATIENCE)
                .until(() -> prometheus.ask("sluice_upstream_tasks == 1").size() == 2);
        another.pause();
    }

    private static boolean isProcessing(Client caller, String id) {
        return caller.get("/v1/generations/" + id)
                .json()
                .path("status")
                .stringValue("")
                .equals("processing");
    }

    /** A day is too long for a test: the delivery is made a day older, in the table, and all else is as it would be. */
    void giveAWebhookUp() {
        receiver.answers(500, Map.of());
        ObjectNode body = Client.JSON.createObjectNode().put("prompt", "nobody is told");
        body.putObject("sluice").put("webhookUrl", receiver.url());
        sluice.alice().post("/v1/generations", body.toString());
        await().atMost(PATIENCE).until(() -> !receiver.posts().isEmpty());
        await().atMost(PATIENCE).until(() -> StoreInUse.change(store, """
            update delivery set ended_at = ended_at - 86400000, next_at = 0
            where state = 'pending' and last_attempt is not null
            """) == 1);
    }

    void mendTheReceiver() {
        receiver.answers(204, Map.of());
    }

    @Override
    public void close() {
        freeTheStore();
        if (another != null) {
            another.close();
        }
        prometheus.close();
        sluice.close();
        receiver.close();
        simulator.close();
    }
}
