package dev.sluice.bench;

import dev.sluice.bench.Comparison.Peer;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** A question that is passed on to the image API and its answer passed back: what it costs to stand in between. */
final class PassThrough {

    private static final int WARM_UP_TIMES = 10;
    private static final Duration LONGEST = Duration.ofMinutes(2);
    private static final String GATEWAY_JAR = "target/bench-gateway/gateway.jar";
    private static final Pattern GATEWAY_LISTENS = Pattern.compile("Netty started on port (\\d+)");

    private PassThrough() {}

    static void run() {
        try (Upstream upstream = Upstream.start(Duration.ofSeconds(1));
                Proxy sluice = ofSluice(upstream.address());
                Proxy gateway = ofGateway(upstream.address());
                Proxy nginx = ofNginx(upstream.address())) {
            List<Proxy> all = List.of(sluice, gateway, nginx);
            for (int i = 0; i < WARM_UP_TIMES; i++) {
                all.forEach(Proxy::round);
            }
            Comparison.of("passthrough", all);
        }
    }

    private static Proxy ofSluice(URI upstream) {
        Sluice sluice = Sluice.inFrontOf(upstream);
        return new Proxy("sluice", sluice.child(), sluice.api());
    }

    private static Proxy ofGateway(URI upstream) {
        if (!Files.exists(Path.of(GATEWAY_JAR))) {
            throw new IllegalStateException(GATEWAY_JAR + " is missing: mvn -f src/bench/gateway package");
        }
        Child gateway = Child.start(
                "gateway",
                List.of(
                        Child.java("java"),
                        "@src/docker/jvm.options",
                        "-XX:MaxRAM=" + Asked.word("memory", "1g"),
                        "-jar",
                        GATEWAY_JAR,
                        "--server.port=0",
                        "--spring.cloud.compatibility-verifier.enabled=false", // it knows Boot 4.0 only
                        "--spring.cloud.gateway.server.webflux.routes[0].id=image-api",
                        "--spring.cloud.gateway.server.webflux.routes[0].uri=" + upstream,
                        "--spring.cloud.gateway.server.webflux.routes[0].predicates[0]=Path=/**"));
        return new Proxy(
                "gateway",
                gateway,
                URI.create("http://127.0.0.1:" + gateway.hears(GATEWAY_LISTENS).group(1)));
    }

    private static Proxy ofNginx(URI upstream) {
        Nginx nginx = Nginx.inFrontOf(upstream);
        return new Proxy("nginx", nginx.child(), nginx.address());
    }

    private record Proxy(String name, Child child, URI address) implements Peer {

        @Override
        public Map<String, Double> round() {
            Duration before = child.cpu();
            Callers.Answered answered = Callers.ask(
                    address,
                    "GET /api/v1/models HTTP/1.1\r\nHost: " + address.getAuthority() + "\r\n" + Sluice.AUTHORIZATION
                            + "Accept: application/json\r\n\r\n",
                    Asked.number("callers", 32),
                    Asked.number("requests", 60_000),
                    LONGEST);
            Duration cpu = child.cpu().minus(before);
            Map<String, Double> figures = new LinkedHashMap<>();
            figures.put("cpuMicros", cpu.toNanos() / 1_000.0 / answered.micros().length);
            figures.put("p50Millis", Watchers.percentile(answered.micros(), 50) / 1_000);
            figures.put("p99Millis", Watchers.percentile(answered.micros(), 99) / 1_000);
            figures.put("perSecond", answered.perSecond());
            return figures;
        }

        @Override
        public void close() {
            child.close();
        }
    }
}
