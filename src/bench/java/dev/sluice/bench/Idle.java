package dev.sluice.bench;

import dev.sluice.bench.Comparison.Peer;
import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/** What a stream costs in memory on which nothing happens but heartbeats. */
final class Idle {

    /** Opened and closed before anything is measured: what comes once is no stream's cost. */
    private static final int WARM_UP = 1_000;

    private static final Duration WARM_UP_SETTLES = Duration.ofSeconds(5);

    private Idle() {}

    static void run() {
        int streams = Asked.number("watchers", 10_000);
        Duration silence = Duration.ofSeconds(Asked.number("seconds", 35)); // two heartbeats
        try (Upstream upstream = Upstream.start(Duration.ofHours(1))) {
            Comparison.of("idle", List.of(new OfSluice(upstream, streams, silence), new OfNchan(streams, silence)));
        }
    }

    private static double kibEach(long before, long after, int streams) {
        return (after - before) / (double) streams;
    }

    private record OfSluice(Upstream upstream, int streams, Duration silence) implements Peer {

        @Override
        public String name() {
            return "sluice";
        }

        @Override
        public Map<String, Double> round() {
            try (Sluice sluice = Sluice.inFrontOf(upstream.address())) {
                sluice.holdSubmits();
                String id = sluice.accept("watched in silence");
                open(sluice, WARM_UP, id).close();
                Until.isOver(WARM_UP_SETTLES);
                LongSupplier tidied = () -> tidied(sluice);
                long before = sluice.child().residentKib();
                long tidiedBefore = tidied.getAsLong();
                try (Watchers watchers = open(sluice, streams, id)) {
                    Until.isOver(silence);
                    long after = sluice.child().residentKib();
                    Map<String, Double> figures = new LinkedHashMap<>();
                    figures.put("kibEach", kibEach(before, after, streams));
                    figures.put("kibEachWithoutGarbage", kibEach(tidiedBefore, tidied.getAsLong(), streams));
                    figures.put("residentMib", after / 1024.0);
                    figures.put("open", (double) watchers.stillOpen());
                    return figures;
                }
            }
        }

        private static Watchers open(Sluice sluice, int streams, String id) {
            return Watchers.open(sluice.api(), streams, _ -> Sluice.eventsOf(id), Sluice.AUTHORIZATION);
        }

        /** Resident once the garbage is away. */
        private static long tidied(Sluice sluice) {
            try {
                Process order = new ProcessBuilder(
                                Child.java("jcmd"), "" + sluice.child().pid(), "GC.run")
                        .start();
                order.getInputStream().readAllBytes();
                order.waitFor(1, TimeUnit.MINUTES);
            } catch (IOException e) {
                throw new IllegalStateException("jcmd could not be run", e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            return sluice.child().residentKib();
        }

        @Override
        public void close() {}
    }

    private record OfNchan(int streams, Duration silence) implements Peer {

        @Override
        public String name() {
            return "nchan";
        }

        @Override
        public Map<String, Double> round() {
            try (Nginx nginx = Nginx.withNchan()) {
                nginx.publish("silent", new Life.Told(0, "queued", 1, "{}"));
                Watchers.open(nginx.address(), WARM_UP, _ -> "/watch?id=silent", "")
                        .close();
                Until.isOver(WARM_UP_SETTLES);
                long before = nginx.child().residentKib();
                try (Watchers watchers = Watchers.open(nginx.address(), streams, _ -> "/watch?id=silent", "")) {
                    Until.isOver(silence);
                    long after = nginx.child().residentKib();
                    Map<String, Double> figures = new LinkedHashMap<>();
                    figures.put("kibEach", kibEach(before, after, streams));
                    figures.put("residentMib", after / 1024.0);
                    figures.put("open", (double) watchers.stillOpen());
                    return figures;
                }
            }
        }

        @Override
        public void close() {}
    }
}
