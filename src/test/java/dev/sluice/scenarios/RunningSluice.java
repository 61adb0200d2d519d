package dev.sluice.scenarios;

import dev.sluice.SluiceApplication;
import dev.sluice.simulator.Simulator;
import dev.sluice.simulator.SimulatorSettings;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.context.event.ApplicationPreparedEvent;
import org.springframework.context.ApplicationListener;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.support.GenericApplicationContext;
import org.springframework.http.client.ReactorResourceFactory;

/** A Sluice in this process, in front of a simulator, with the callers alice, bob and carol, and a pace for tests. */
final class RunningSluice implements AutoCloseable {

    static final String ALICE = "alice-key-for-tests";
    static final String BOB = "bob-key-for-tests";
    static final String CAROL_WHO_MAY_PASS_THROUGH = "carol-key-for-tests";

    private static final List<String> FOR_TESTS = List.of(
            "server.port=0",
            "management.server.port=0",
            "management.server.address=127.0.0.1",
            "sluice.clients[0].requests-per-minute=1000000",
            "sluice.clients[0].id=alice",
            "sluice.clients[0].key=" + ALICE,
            "sluice.clients[1].requests-per-minute=1000000",
            "sluice.clients[1].id=bob",
            "sluice.clients[1].key=" + BOB,
            "sluice.clients[2].requests-per-minute=1000000",
            "sluice.clients[2].id=carol",
            "sluice.clients[2].key=" + CAROL_WHO_MAY_PASS_THROUGH,
            "sluice.clients[2].pass-through=true",
            "sluice.connection.open-after-stop=0s", // no balancer here
            "sluice.polling.initial-delay=150ms",
            "sluice.polling.interval=100ms",
            "sluice.polling.max-attempts=1000",
            "sluice.admission.busy-pause=100ms",
            "sluice.upstream.submit-timeout=3s",
            "sluice.upstream.balance-every=1h", // no question in between those that a test counts
            "resilience4j.ratelimiter.instances.submit.limit-for-period=1000",
            "resilience4j.ratelimiter.instances.poll.limit-for-period=1000",
            "resilience4j.circuitbreaker.instances.submit.minimum-number-of-calls=1000",
            "resilience4j.circuitbreaker.instances.busy.minimum-number-of-calls=1000",
            // A smaller window would lower the minimum to its own size.
            "resilience4j.circuitbreaker.instances.busy.sliding-window-size=1000");

    private static final ReentrantLock LOGGING = new ReentrantLock();

    private final ConfigurableApplicationContext context;

    private RunningSluice(ConfigurableApplicationContext context) {
        this.context = context;
    }

    /** @param settings further properties, as {@code name=value}; they win */
    static RunningSluice inFrontOf(Simulator simulator, Path store, String... settings) {
        return inFrontOf(simulator.baseUrl(), store, settings);
    }

    /** The same in front of whatever listens there. */
    static RunningSluice inFrontOf(URI upstream, Path store, String... settings) {
        return start(application(), arguments(upstream, store, settings));
    }

    /** One at a time sets up the logging of the whole process, which Logback cannot do twice at once; the rest may be many. */
    private static RunningSluice start(SpringApplicationBuilder application, String[] arguments) {
        return alone(() -> application
                .listeners((ApplicationListener<ApplicationPreparedEvent>) _ -> LOGGING.unlock())
                .run(arguments));
    }

    private static RunningSluice alone(Supplier<ConfigurableApplicationContext> start) {
        LOGGING.lock();
        try {
            return new RunningSluice(start.get());
        } finally {
            if (LOGGING.isHeldByCurrentThread()) {
                LOGGING.unlock();
            }
        }
    }

    /** The command line of such a Sluice. */
    static String[] arguments(URI upstream, Path store, String... settings) {
        List<String> all = new ArrayList<>(FOR_TESTS);
        if (Stream.of(settings).anyMatch(setting -> setting.startsWith("sluice.clients-file"))) {
            all.removeIf(setting -> setting.startsWith("sluice.clients["));
        }
        all.add("sluice.upstream.base-url=" + upstream);
        all.add("sluice.store.path=" + store);
        if (Stream.of(settings).noneMatch(setting -> setting.startsWith("sluice.upstream.api-key"))) {
            all.add("sluice.upstream.api-key=" + SimulatorSettings.KEY);
        }
        all.addAll(List.of(settings));
        return lastOfEach(all);
    }

    /** With threads of its own for its sockets: closing it would otherwise stop those of every other one. */
    private static SpringApplicationBuilder application() {
        return new SpringApplicationBuilder(SluiceApplication.class)
                .initializers((GenericApplicationContext context) ->
                        context.registerBean(ReactorResourceFactory.class, () -> {
                            ReactorResourceFactory sockets = new ReactorResourceFactory();
                            sockets.setUseGlobalResources(false);
                            sockets.setShutdownQuietPeriod(Duration.ZERO);
                            return sockets;
                        }));
    }

    /** The command line takes one that is there twice for a list. */
    private static String[] lastOfEach(List<String> settings) {
        Map<String, String> byName = new LinkedHashMap<>();
        settings.forEach(setting -> byName.put(setting.substring(0, setting.indexOf('=')), "--" + setting));
        return byName.values().toArray(String[]::new);
    }

    /** As a newcomer starts it: everybody is demo. */
    static RunningSluice onTheSimulator(Simulator simulator, Path store, String... settings) {
        List<String> all = new ArrayList<>(List.of(settings));
        all.addAll(List.of(
                "server.port=0",
                "management.server.port=0",
                "sluice.upstream.base-url=" + simulator.baseUrl(),
                "sluice.upstream.api-key=" + SimulatorSettings.KEY,
                "sluice.store.path=" + store));
        return start(application().profiles("simulator"), lastOfEach(all));
    }

    /** With these settings, as {@code name=value}, and while no other starts: what it says of itself is not lost. */
    static RunningSluice withOnly(List<String> settings) {
        return alone(() -> application().run(lastOfEach(settings)));
    }

    Client client(String key) {
        return new Client(api(), key);
    }

    Client alice() {
        return client(ALICE);
    }

    Client bob() {
        return client(BOB);
    }

    Client carol() {
        return client(CAROL_WHO_MAY_PASS_THROUGH);
    }

    URI api() {
        return URI.create("http://127.0.0.1:" + context.getEnvironment().getProperty("local.server.port"));
    }

    URI management() {
        return URI.create("http://127.0.0.1:" + context.getEnvironment().getProperty("local.management.port"));
    }

    /** The part of it that has this type. */
    <T> T part(Class<T> type) {
        return context.getBean(type);
    }

    /** All parts of it that have this type. */
    <T> Collection<T> parts(Class<T> type) {
        return context.getBeansOfType(type).values();
    }

    /** From now on the log can neither be written nor read. */
    void loseTheStore() {
        try {
            ((AutoCloseable) context.getBean("store")).close();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        context.close();
    }
}
