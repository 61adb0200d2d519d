package dev.sluice.scenarios;

import static org.awaitility.Awaitility.await;

import dev.sluice.scenarios.EventStream.Event;
import dev.sluice.simulator.Simulator;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Callers who ask for generations without end, follow each to its ending however often the line is cut, and remember all
 * that they were told. A caller that does not know whether it was heard asks again under the same key.
 */
final class CrashLoad {

    private final Simulator simulator;
    private final CountDownLatch stopping = new CountDownLatch(1);
    private final Map<String, Told> toldByPrompt = new ConcurrentHashMap<>();
    private final ConcurrentLinkedQueue<String> faults = new ConcurrentLinkedQueue<>();
    private final Map<String, AtomicLong> seen = new ConcurrentHashMap<>();
    private final AtomicLong cutLines = new AtomicLong();
    private volatile @Nullable URI api;

    /** What one caller was told of one generation. */
    private static final class Told {
        private @Nullable String id;
        private final List<Event> events = new ArrayList<>();
    }

    /** How it went; faults are empty when every promise was kept. */
    record Verdict(int generations, int unknown, int doubled, int lost, int gaps, int repeats, List<String> faults) {
        @Override
        public String toString() {
            return "generations=%d unknown=%d doubled=%d lost=%d gaps=%d repeats=%d"
                    .formatted(generations, unknown, doubled, lost, gaps, repeats);
        }
    }

    CrashLoad(Simulator simulator) {
        this.simulator = simulator;
    }

    /** Sluice is to be found there from now on. */
    void reach(URI now) {
        cutLines.set(0);
        api = now;
    }

    /** No caller asks for another one; those that are under way are followed to their endings. */
    void stop() {
        stopping.countDown();
    }

    /** How many events of that name all callers together have been told. */
    long seen(String name) {
        return seen.computeIfAbsent(name, _ -> new AtomicLong()).get();
    }

    /** How many lines were cut, or ended early, since Sluice was last reached. */
    long cutLines() {
        return cutLines.get();
    }

    /** Asks for one after the other. */
    void call(int caller) {
        for (int i = 0; stopping.getCount() > 0; i++) {
            String prompt = "crash " + caller + "." + i;
            Told told = new Told();
            toldByPrompt.put(prompt, told);
            while (!isOver(told)) {
                try {
                    follow(prompt, told, i % 2 == 0);
                } catch (RuntimeException unreachable) {
                    cutLines.incrementAndGet();
                }
                pause();
            }
        }
    }

    private static boolean isOver(Told told) {
        return !told.events.isEmpty()
                && List.of("completed", "failed", "rejected", "unknown", "timed_out", "cancelled")
                        .contains(told.events.getLast().name());
    }

    private void follow(String prompt, Told told, boolean overPost) {
        Client client = new Client(Objects.requireNonNull(api), RunningSluice.ALICE);
        try (EventStream stream = open(client, prompt, told, overPost)) {
            if (stream.status() != 200) {
                return;
            }
            int taken = 0;
            while (!stream.hasEnded() || taken < stream.recorded().size()) {
                List<Event> recorded = stream.recorded();
                for (; taken < recorded.size(); taken++) {
                    told.events.add(recorded.get(taken));
                    told.id = recorded.get(taken).json().path("id").stringValue();
                    seen.computeIfAbsent(recorded.get(taken).name(), _ -> new AtomicLong())
                            .incrementAndGet();
                }
                pause();
            }
            if (!isOver(told)) {
                cutLines.incrementAndGet();
            }
        }
    }

    /** With the last event if there was one: by GET, or by the very POST again; under its key in any case. */
    private static EventStream open(Client client, String prompt, Told told, boolean overPost) {
        String key = "\"" + prompt + "\"";
        if (told.events.isEmpty()) {
            return client.postStream(
                    "/v1/generations", Client.prompt(prompt), "Accept", "text/event-stream", "Idempotency-Key", key);
        }
        String last = told.events.getLast().id();
        return overPost
                ? client.postStream(
                        "/v1/generations", Client.prompt(prompt), "Accept", "text/event-stream", "Last-Event-ID", last)
                : client.stream("/v1/generations/" + told.id + "/events", "Last-Event-ID", last);
    }

    private void pause() {
        await().pollDelay(Duration.ofMillis(10)).until(() -> true);
    }

    /** Holds what the callers were told against Sluice's log and the upstream's ledger. */
    Verdict judge(Client client) {
        int unknown = 0;
        int doubled = 0;
        int lost = 0;
        int gaps = 0;
        int repeats = 0;
        for (var entry : toldByPrompt.entrySet()) {
            String prompt = entry.getKey();
            Told told = entry.getValue();
            int paid = simulator.ledger().accepted(prompt).size();
            List<String> truth =
                    ids(client.stream("/v1/generations/" + told.id + "/events").untilItEnds());
            String ending = told.events.getLast().name();
            unknown += ending.equals("unknown") ? 1 : 0;
            if (paid > 1) {
                doubled++;
                faults.add(prompt + " was paid for " + paid + " times");
            }
            if (!ending.equals("completed") && !ending.equals("unknown")
                    || ending.equals("completed") && paid == 0
                    || ending.equals("unknown") && names(told).contains("processing")) {
                lost++;
                faults.add(prompt + " ended " + ending + " after " + names(told) + ", paid " + paid);
            }
            if (ids(told.events).stream().distinct().count() < told.events.size()) {
                repeats++;
                faults.add(prompt + " was told twice: " + ids(told.events));
            } else if (!ids(told.events).equals(truth)) {
                gaps++;
                faults.add(prompt + " was told " + ids(told.events) + " where the log has " + truth);
            }
        }
        return new Verdict(toldByPrompt.size(), unknown, doubled, lost, gaps, repeats, List.copyOf(faults));
    }

    private static List<String> names(Told told) {
        return EventStream.names(told.events);
    }

    private static List<String> ids(List<Event> events) {
        return events.stream().map(Event::id).toList();
    }
}
