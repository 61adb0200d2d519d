package dev.sluice.bench;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Whole generations, each recorded durably and watched by who asked for it, as fast as they go; and as the store grows. */
final class Generations {

    private static final String BODY = "{\"prompt\":\"a fox by the sea at night\"}";
    private static final int WARM_UP = 3_000;
    private static final Duration LONGEST = Duration.ofMinutes(10);

    private Generations() {}

    static void run() {
        int callers = Asked.number("callers", 64);
        int most = Asked.number("generations", 100_000);
        try (Upstream upstream = Upstream.start(Duration.ZERO)) {
            doubleTheStore(upstream, callers, most);
        }
    }

    private static void doubleTheStore(Upstream upstream, int callers, int most) {
        try (Sluice sluice = Sluice.inFrontOf(
                upstream.address(), "sluice.polling.initial-delay=1ms", "sluice.polling.interval=10ms")) {
            long inStore = ask(sluice, callers, WARM_UP).micros().length;
            while (inStore < most) {
                int next = (int) Math.min(Math.max(WARM_UP, inStore), most - inStore); // each step doubles the store
                Duration before = sluice.child().cpu();
                Callers.Answered answered = ask(sluice, callers, next);
                Map<String, Double> figures = new LinkedHashMap<>();
                figures.put("inStoreBefore", (double) inStore);
                figures.put("perSecond", answered.perSecond());
                figures.put("cpuMicros", sluice.child().cpu().minus(before).toNanos() / 1_000.0 / next);
                figures.put("p50Millis", Watchers.percentile(answered.micros(), 50) / 1_000);
                figures.put("p99Millis", Watchers.percentile(answered.micros(), 99) / 1_000);
                Comparison.print("generations", figures);
                inStore += next;
            }
        }
    }

    private static Callers.Answered ask(Sluice sluice, int callers, int generations) {
        List<String> head = List.of(
                "POST /v1/generations HTTP/1.1",
                "Host: " + sluice.api().getAuthority(),
                "Accept: text/event-stream",
                "Content-Type: application/json",
                "Content-Length: " + BODY.length());
        return Callers.ask(
                sluice.api(),
                String.join("\r\n", head) + "\r\n" + Sluice.AUTHORIZATION + "\r\n" + BODY,
                callers,
                generations,
                LONGEST);
    }
}
