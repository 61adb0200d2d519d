package dev.sluice.scenarios;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** Callers who ask for what is theirs at a steady pace, by JSON and by streams, and time every answer. */
final class GoodCallers implements AutoCloseable {

    private static final Duration PACE = Duration.ofMillis(25);
    private static final int ONE_IN_STREAMS = 4;

    private final ScheduledExecutorService pace = Executors.newSingleThreadScheduledExecutor();
    private final List<Long> answers = Collections.synchronizedList(new ArrayList<>());
    private final List<String> failures = Collections.synchronizedList(new ArrayList<>());
    private final Client client;
    private int begun;

    GoodCallers(Client client) {
        this.client = client;
        pace.scheduleAtFixedRate(this::beginOne, 0, PACE.toNanos(), TimeUnit.NANOSECONDS);
    }

    private void beginOne() {
        int number = begun++;
        Thread.ofVirtual().start(() -> ask(number));
    }

    private void ask(int number) {
        long start = System.nanoTime();
        try {
            if (number % ONE_IN_STREAMS == 0) {
                try (EventStream stream = client.streamOf("of a good caller")) {
                    stream.awaits("queued");
                    answers.add(System.nanoTime() - start);
                    stream.awaits("completed");
                }
            } else {
                int status = client.get("/v1/generations?limit=1").status();
                answers.add(System.nanoTime() - start);
                if (status != 200) {
                    failures.add("status " + status);
                }
            }
        } catch (RuntimeException | AssertionError e) {
            failures.add(String.valueOf(e));
        }
    }

    /** How many asked for a generation. */
    int generations() {
        return (begun + ONE_IN_STREAMS - 1) / ONE_IN_STREAMS;
    }

    List<String> failures() {
        return List.copyOf(failures);
    }

    int count() {
        return answers.size();
    }

    /** What 99 of 100 answers stayed under, of all since the last time this was asked. */
    Duration p99AndForget() {
        synchronized (answers) {
            List<Long> sorted = answers.stream().sorted().toList();
            answers.clear();
            return sorted.isEmpty() ? Duration.ZERO : Duration.ofNanos(sorted.get(sorted.size() * 99 / 100));
        }
    }

    @Override
    public void close() {
        pace.shutdownNow();
        pace.close();
    }
}
