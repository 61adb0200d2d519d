package dev.sluice.bench;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** Thousands of streams over a thousand generations that are under way, for as long as it takes to see a leak. */
final class Many {

    private static final Duration SAMPLE_EVERY = Duration.ofSeconds(10);

    /** Until all are submitted and what was compiled for that is done. */
    private static final Duration SETTLES = Duration.ofSeconds(20);

    private static final Duration OVERTIME = Duration.ofMinutes(2);

    /** Queued, submitting, processing, completed. */
    private static final int RECORDED = 4;

    private Many() {}

    static void run() {
        int streams = Asked.number("watchers", 15_000);
        int generations = Asked.number("generations", 1_000);
        Duration length = Duration.ofSeconds(Asked.number("seconds", 600));
        try (Upstream upstream = Upstream.start(length.plus(SETTLES));
                Sluice sluice = Sluice.inFrontOf(upstream.address(), "sluice.polling.max-attempts=100000")) {
            sluice.holdSubmits();
            List<String> ids = IntStream.range(0, generations)
                    .mapToObj(i -> sluice.accept("one of many " + i))
                    .toList();
            try (Watchers watchers = Watchers.open(
                    sluice.api(), streams, i -> Sluice.eventsOf(ids.get(i % generations)), Sluice.AUTHORIZATION)) {
                sluice.letSubmitsGo();
                Until.isOver(SETTLES);
                long calls = upstream.calls();
                measure(sluice, watchers, length.minus(SAMPLE_EVERY));
                Map<String, Double> pace = new LinkedHashMap<>();
                pace.put("upstreamCallsPerSecond", (upstream.calls() - calls) / (double) length.toSeconds());
                Comparison.print("many", pace);
                watchers.awaitEnds(OVERTIME);
                Map<String, Double> outcome = new LinkedHashMap<>();
                outcome.put("lost", (double) watchers.lost(1, RECORDED));
                outcome.put("repeated", (double) watchers.repeated());
                outcome.put("events", (double) watchers.events());
                Comparison.print("many", outcome);
            }
        }
    }

    /** Samples, and what became of memory from the first quarter of them to the last. */
    private static void measure(Sluice sluice, Watchers watchers, Duration length) {
        List<Double> resident = new ArrayList<>();
        Duration atFirst = sluice.child().cpu();
        long began = System.nanoTime();
        long deliveredAtFirst = watchers.events();
        for (int sample = 1; sample <= length.dividedBy(SAMPLE_EVERY); sample++) {
            Duration before = sluice.child().cpu();
            Until.nanos(began + SAMPLE_EVERY.multipliedBy(sample).toNanos());
            resident.add(sluice.child().residentKib() / 1024.0);
            Map<String, Double> figures = new LinkedHashMap<>();
            figures.put("residentMib", resident.getLast());
            figures.put(
                    "corePercent", 100.0 * sluice.child().cpu().minus(before).toNanos() / SAMPLE_EVERY.toNanos());
            figures.put("open", (double) watchers.stillOpen());
            Comparison.print("many sample=" + sample, figures);
        }
        Map<String, Double> figures = new LinkedHashMap<>();
        figures.put("corePercent", 100.0 * sluice.child().cpu().minus(atFirst).toNanos() / (System.nanoTime() - began));
        figures.put("deliveredPerSecond", (watchers.events() - deliveredAtFirst) * 1e9 / (System.nanoTime() - began));
        int quarter = Math.max(1, resident.size() / 4);
        figures.put("firstQuarterMib", median(resident.subList(0, quarter)));
        figures.put("lastQuarterMib", median(resident.subList(resident.size() - quarter, resident.size())));
        Comparison.print("many", figures);
    }

    private static double median(List<Double> figures) {
        return figures.stream().sorted().toList().get(figures.size() / 2);
    }
}
