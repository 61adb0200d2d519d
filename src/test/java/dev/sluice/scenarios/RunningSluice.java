package dev.sluice.scenarios;

import dev.sluice.SluiceApplication;
import dev.sluice.simulator.Simulator;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;

/** A Sluice in this process, in front of a simulator, with the callers alice, bob and carol, and a pace for tests. */
final class RunningSluice implements AutoCloseable {

    static final String ALICE = "alice-key-for-tests";
    static final String BOB = "bob-key-for-tests";
    static final String CAROL_WHO_MAY_PASS_THROUGH = "carol-key-for-tests";

    private static final List<String> FOR_TESTS = List.of(
            "server.port=0",
            "management.server.port=0",
            "management.server.address=127.0.0.1",
            "sluice.clients[0].id=alice",
            "sluice.clients[0].key=" + ALICE,
            "sluice.clients[1].id=bob",
            "sluice.clients[1].key=" + BOB,
            "sluice.clients[2].id=carol",
            "sluice.clients[2].key=" + CAROL_WHO_MAY_PASS_THROUGH,
            "sluice.clients[2].pass-through=true",
            "sluice.polling.initial-delay=150ms",
            "sluice.polling.interval=100ms",
            "sluice.polling.max-attempts=1000",
            "sluice.admission.busy-pause=100ms",
            "sluice.upstream.submit-timeout=3s",
            "resilience4j.ratelimiter.instances.submit.limit-for-period=1000",
            "resilience4j.ratelimiter.instances.poll.limit-for-period=1000",
            "resilience4j.circuitbreaker.instances.submit.minimum-number-of-calls=1000",
            "resilience4j.circuitbreaker.instances.busy.minimum-number-of-calls=1000");

    private final ConfigurableApplicationContext context;

    private RunningSluice(ConfigurableApplicationContext context) {
        this.context = context;
    }

    /** @param settings further properties, as {@code name=value}; they win */
    static RunningSluice inFrontOf(Simulator simulator, Path store, String... settings) {
        return new RunningSluice(new SpringApplicationBuilder(SluiceApplication.class)
                .run(settings(simulator, store, settings).stream()
                        .map(setting -> "--" + setting)
                        .toArray(String[]::new)));
    }

    /** All properties, each once, as {@code name=value}. */
    static List<String> settings(Simulator simulator, Path store, String... settings) {
        List<String> given = List.of(settings);
        List<String> all = new ArrayList<>(given);
        all.add("sluice.store.path=" + store);
        Stream.concat(
                        FOR_TESTS.stream(),
                        Stream.of(
                                "sluice.upstream.base-url=" + simulator.baseUrl(),
                                "sluice.upstream.api-key=nb_simulator"))
                .filter(usual -> given.stream().noneMatch(setting -> replaces(setting, usual)))
                .forEach(all::add);
        return all;
    }

    private static boolean replaces(String setting, String usual) {
        String name = usual.substring(0, usual.indexOf('=') + 1);
        return setting.startsWith(name)
                || (name.equals("sluice.upstream.api-key=") && setting.startsWith("sluice.upstream.api-key-file="));
    }

    /** As a newcomer starts it: everybody is demo. */
    static RunningSluice onTheSimulator(Simulator simulator, Path store, String... arguments) {
        List<String> all = new ArrayList<>(List.of(arguments));
        all.addAll(List.of(
                "--server.port=0",
                "--management.server.port=0",
                "--sluice.upstream.base-url=" + simulator.baseUrl(),
                "--sluice.upstream.api-key=nb_simulator",
                "--sluice.store.path=" + store));
        return new RunningSluice(new SpringApplicationBuilder(SluiceApplication.class)
                .profiles("simulator")
                .run(all.toArray(String[]::new)));
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

    URI api() {
        return URI.create("http://127.0.0.1:" + context.getEnvironment().getProperty("local.server.port"));
    }

    URI management() {
        return URI.create("http://127.0.0.1:" + context.getEnvironment().getProperty("local.management.port"));
    }

    @Override
    public void close() {
        context.close();
    }
}
