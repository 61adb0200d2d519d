package dev.sluice.bench;

import dev.sluice.bench.Comparison.Peer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicReference;

/**
 * One generation and all who watch it: what a delivered event costs, and how long after it was recorded it is at each
 * socket. Sluice lives a generation; nchan is then told the very same events, at the same pace.
 */
final class FanOut {

    private static final Duration SETTLES = Duration.ofSeconds(2);
    private static final Duration LONGEST_OVERTIME = Duration.ofSeconds(60);

    private FanOut() {}

    static void run() {
        int watchers = Asked.number("watchers", 5_000);
        Duration life = Duration.ofSeconds(Asked.number("seconds", 20));
        AtomicReference<Life> told = new AtomicReference<>();
        try (Upstream upstream = Upstream.start(life);
                OfSluice sluice = new OfSluice(upstream, watchers, life, told);
                OfNchan nchan = new OfNchan(watchers, told)) {
            for (int i = 0; i < Asked.number("warm", 20); i++) { // what is compiled meanwhile is not what is asked
                sluice.round();
            }
            nchan.round();
            Comparison.of("fanout", List.of(sluice, nchan));
        }
    }

    /** @param recorded when each event was recorded, by its place */
    private static Map<String, Double> figures(
            Watchers watchers, Map<Integer, Long> recorded, Duration cpu, long delivered) {
        List<long[]> byEvent = recorded.entrySet().stream()
                .filter(event -> event.getKey() > 1) // the first was recorded before anybody watched
                .map(event -> watchers.lateness(event.getKey(), event.getValue()))
                .toList();
        long[] all = Watchers.merged(byEvent);
        int last = recorded.keySet().stream().mapToInt(Integer::intValue).max().orElse(0);
        Map<String, Double> figures = new LinkedHashMap<>();
        figures.put("delivered", (double) delivered);
        figures.put("cpuMicros", cpu.toNanos() / 1_000.0 / delivered);
        figures.put("p50Millis", Watchers.percentile(all, 50) / 1_000);
        figures.put("p99Millis", Watchers.percentile(all, 99) / 1_000);
        figures.put(
                "lastMillis",
                Watchers.mean(byEvent.stream().mapToLong(times -> times.length == 0 ? 0 : times[times.length - 1]))
                        / 1_000);
        figures.put("lost", (double) watchers.lost(2, last));
        figures.put("repeated", (double) watchers.repeated());
        return figures;
    }

    private static void print(Child peer, Threads before) {
        System.out.println("fanout threads " + Threads.of(peer).millisSince(before));
    }

    /** Sluice, whose own log says when each event was recorded. */
    private static final class OfSluice implements Peer {

        private final int watchers;
        private final Duration life;
        private final AtomicReference<Life> told;
        private final Sluice sluice;

        OfSluice(Upstream upstream, int watchers, Duration life, AtomicReference<Life> told) {
            this.watchers = watchers;
            this.life = life;
            this.told = told;
            this.sluice = Sluice.inFrontOf(upstream.address());
        }

        @Override
        public String name() {
            return "sluice";
        }

        @Override
        public Map<String, Double> round() {
            sluice.holdSubmits();
            String id = sluice.accept("watched by many");
            try (Watchers crowd =
                            Watchers.open(sluice.api(), watchers, _ -> Sluice.eventsOf(id), Sluice.AUTHORIZATION);
                    Scribe scribe = Scribe.at(sluice.api().resolve(Sluice.eventsOf(id)))) {
                Until.isOver(SETTLES);
                long deliveredBefore = crowd.events();
                Duration before = sluice.child().cpu();
                Threads threads = Threads.of(sluice.child());
                sluice.letSubmitsGo();
                crowd.awaitEnds(life.plus(LONGEST_OVERTIME));
                Duration cpu = sluice.child().cpu().minus(before);
                print(sluice.child(), threads);
                told.set(Life.of(scribe.lines()));
                return figures(crowd, Life.recorded(sluice.database(), id), cpu, crowd.events() - deliveredBefore);
            }
        }

        @Override
        public void close() {
            sluice.close();
        }
    }

    /** nginx with nchan, told what Sluice told; "recorded" is the moment at which its publisher begins to publish. */
    private static final class OfNchan implements Peer {

        private final int watchers;
        private final AtomicReference<Life> told;
        private final Nginx nginx = Nginx.withNchan();
        private int channel;

        OfNchan(int watchers, AtomicReference<Life> told) {
            this.watchers = watchers;
            this.told = told;
        }

        @Override
        public String name() {
            return "nchan";
        }

        @Override
        public Map<String, Double> round() {
            Life life = told.get();
            String id = "watched" + channel++;
            nginx.publish(
                    id, new Life.Told(0, "queued", 1, life.events().getFirst().data()));
            try (Watchers crowd = Watchers.open(nginx.address(), watchers, _ -> "/watch?id=" + id, "")) {
                Until.isOver(SETTLES);
                long deliveredBefore = crowd.events();
                Duration before = nginx.child().cpu();
                Threads threads = Threads.of(nginx.child());
                Map<Integer, Long> recorded = tell(id, life);
                crowd.awaitEnds(LONGEST_OVERTIME);
                Duration cpu = nginx.child().cpu().minus(before);
                print(nginx.child(), threads);
                return figures(crowd, recorded, cpu, crowd.events() - deliveredBefore);
            }
        }

        /** And ends the streams, as an ending does. */
        private Map<Integer, Long> tell(String id, Life life) {
            Map<Integer, Long> recorded = new TreeMap<>();
            long began = System.nanoTime();
            for (Life.Told event : new ArrayList<>(life.events())) {
                Until.nanos(began + event.offset() * 1_000);
                if (event.place() > 0) {
                    recorded.put(event.place(), Wall.micros());
                }
                nginx.publish(id, event);
            }
            nginx.end(id);
            return recorded;
        }

        @Override
        public void close() {
            nginx.close();
        }
    }
}
