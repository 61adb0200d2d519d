package dev.sluice.bench;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** How often the image API is called for one generation, however many watch it; and by the textbook. */
final class Polls {

    private static final Duration LIFE = Duration.ofSeconds(20);
    private static final Duration OVERTIME = Duration.ofSeconds(60);

    private Polls() {}

    static void run() {
        for (int watchers : List.of(1, 100, 10_000)) {
            try (Upstream upstream = Upstream.start(LIFE);
                    Sluice sluice = Sluice.inFrontOf(upstream.address(), "sluice.upstream.balance-every=1h")) {
                sluice.holdSubmits();
                String id = sluice.accept("watched by " + watchers);
                try (Watchers crowd =
                        Watchers.open(sluice.api(), watchers, _ -> Sluice.eventsOf(id), Sluice.AUTHORIZATION)) {
                    long before = upstream.calls();
                    sluice.letSubmitsGo();
                    crowd.awaitEnds(LIFE.plus(OVERTIME));
                    print("sluice", watchers, upstream.calls() - before);
                }
            }
        }
        for (int watchers : List.of(1, 100, 1_000)) {
            try (Upstream upstream = Upstream.start(LIFE);
                    Textbook textbook = Textbook.inFrontOf(upstream.address())) {
                String id = textbook.accept();
                long before = upstream.calls() - 1; // its submit
                try (Watchers crowd = Watchers.open(textbook.address(), watchers, _ -> "/" + id + "/events", "")) {
                    crowd.awaitEnds(LIFE.plus(OVERTIME));
                    print("textbook", watchers, upstream.calls() - before);
                }
            }
        }
    }

    private static void print(String peer, int watchers, long calls) {
        Map<String, Double> figures = new LinkedHashMap<>();
        figures.put("watchers", (double) watchers);
        figures.put("calls", (double) calls);
        Comparison.print("polls peer=" + peer, figures);
    }
}
