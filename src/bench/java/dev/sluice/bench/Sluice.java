package dev.sluice.bench;

import dev.sluice.simulator.SimulatorSettings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.springframework.util.FileSystemUtils;

/** Sluice as it is shipped: the jar, the options of the image, the embedded store, quotas that nothing here comes near. */
final class Sluice implements AutoCloseable {

    static final String KEY = "bench-key-for-everybody";
    static final String[] AUTHORIZED = {"Authorization", "Bearer " + KEY, "Content-Type", "application/json"};

    /** A line of a request. */
    static final String AUTHORIZATION = "Authorization: Bearer " + KEY + "\r\n";

    private static final Pattern READY = Pattern.compile("Sluice is ready: api=(\\S+) management=(\\S+)");
    private static final Pattern ID = Pattern.compile("\"id\":\"([^\"]+)\"");

    private final Child child;
    private final Path store;
    private final URI api;
    private final URI management;

    private Sluice(Child child, Path store) {
        this.child = child;
        this.store = store;
        MatchResult ready = child.hears(READY);
        this.api = URI.create(ready.group(1).replace("localhost", "127.0.0.1"));
        this.management = URI.create(ready.group(2).replace("localhost", "127.0.0.1"));
    }

    /** @param settings further properties, as {@code name=value} */
    static Sluice inFrontOf(URI upstream, String... settings) {
        Path store = Child.HOME.resolve("store");
        try {
            FileSystemUtils.deleteRecursively(store);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        List<String> command = new ArrayList<>(List.of(
                Child.java("java"),
                "@src/docker/jvm.options",
                "-XX:MaxRAM=" + Asked.word("memory", "1g"),
                "-XX:StartFlightRecording:filename=" + Child.HOME.resolve("sluice.jfr")
                        + ",settings=profile,jdk.CPUTimeSample#enabled=true,jdk.CPUTimeSample#throttle=2ms",
                "-jar",
                jar()));
        if (!Boolean.getBoolean("bench.profile")) {
            command.removeIf(option -> option.startsWith("-XX:StartFlightRecording"));
        }
        Stream.concat(
                        Stream.of(
                                "server.port=0",
                                "management.server.port=0",
                                "sluice.upstream.base-url=" + upstream,
                                "sluice.upstream.api-key=" + SimulatorSettings.KEY,
                                "sluice.store.path=" + store,
                                "sluice.clients[0].id=bench",
                                "sluice.clients[0].key=" + KEY,
                                "sluice.clients[0].requests-per-minute=1000000000",
                                "sluice.clients[0].pass-through=true",
                                "sluice.stream.max=19000",
                                "sluice.stream.max-per-client=19000",
                                "sluice.admission.limit.initial=1000",
                                "sluice.admission.limit.max=1000",
                                "sluice.admission.queue-capacity=100000",
                                "resilience4j.ratelimiter.instances.submit.limit-for-period=100000",
                                "resilience4j.ratelimiter.instances.poll.limit-for-period=100000"),
                        Stream.of(settings))
                .map(setting -> "--" + setting)
                .forEach(command::add);
        return new Sluice(Child.start("sluice", Map.of("MALLOC_ARENA_MAX", "2"), command), store);
    }

    private static String jar() {
        try (Stream<Path> built = Files.list(Path.of("target"))) {
            return built.map(Path::toString)
                    .filter(name -> name.matches(".*/sluice-[^/]*\\.jar"))
                    .findFirst()
                    .orElseThrow(() -> new IllegalStateException("There is no jar: mvn -DskipTests package"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Child child() {
        return child;
    }

    URI api() {
        return api;
    }

    /** Where its log lies. */
    Path database() {
        return store.resolve("sluice.db");
    }

    /** From now on what is accepted stays queued. */
    void holdSubmits() {
        Call.post(
                management.resolve("/actuator/submits"),
                "{\"why\":\"the bench is getting ready\"}",
                "Content-Type",
                "application/json");
    }

    void letSubmitsGo() {
        Call.delete(management.resolve("/actuator/submits"));
    }

    /** A generation that is accepted, and its id. */
    String accept(String prompt) {
        return Call.post(
                        api.resolve("/v1/generations"),
                        "{\"prompt\":\"" + prompt + "\"}",
                        Stream.concat(Stream.of(AUTHORIZED), Stream.of("Prefer", "respond-async"))
                                .toArray(String[]::new))
                .transform(body -> ID.matcher(body)
                        .results()
                        .findFirst()
                        .orElseThrow(() -> new IllegalStateException("No id: " + body))
                        .group(1));
    }

    static String eventsOf(String id) {
        return "/v1/generations/" + id + "/events";
    }

    @Override
    public void close() {
        child.close();
    }
}
