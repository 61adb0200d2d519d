package dev.sluice.scenarios;

import java.net.URI;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;

/** Callers behind a balancer, and all that they were told while replicas come and go. */
final class RollingLoad {

    /** What callers were told that is no failure, counted. */
    enum Seen {
        ENDINGS,
        LINES_CUT,
        RESUMED,
        TOLD_TO_RETRY,
        TOLD_TO_ASK_AGAIN
    }

    private final URI api;
    private final Queue<CrashRecord> records = new ConcurrentLinkedQueue<>();
    private final Queue<String> failures = new ConcurrentLinkedQueue<>();
    private final Map<Seen, AtomicLong> counts = new EnumMap<>(Seen.class);
    private final List<Thread> callers;
    private volatile boolean stopping;

    private RollingLoad(URI api, int streaming, int waiting) {
        this.api = api;
        for (Seen seen : Seen.values()) {
            counts.put(seen, new AtomicLong());
        }
        callers = IntStream.range(0, streaming + waiting)
                .mapToObj(i -> new RollingCaller(this, i, i < streaming))
                .map(caller -> Thread.ofVirtual().unstarted(caller))
                .toList();
    }

    /**
     * @param streaming callers that stream what they ask for, each with somebody who watches the same from elsewhere
     * @param waiting callers that ask and wait for the ending
     */
    static RollingLoad of(URI api, int streaming, int waiting) {
        RollingLoad load = new RollingLoad(api, streaming, waiting);
        load.callers.forEach(Thread::start);
        return load;
    }

    /** No caller asks for another one; returns when those that are under way were followed to their endings. */
    void finish() throws InterruptedException {
        stopping = true;
        for (Thread caller : callers) {
            caller.join();
        }
    }

    boolean goesOn() {
        return !stopping;
    }

    URI api() {
        return api;
    }

    void count(Seen seen) {
        countOf(seen).incrementAndGet();
    }

    long seen(Seen seen) {
        return countOf(seen).get();
    }

    private AtomicLong countOf(Seen seen) {
        return Objects.requireNonNull(counts.get(seen));
    }

    /** Somebody begins to watch. */
    CrashRecord begin(CrashRecord record) {
        records.add(record);
        return record;
    }

    List<CrashRecord> records() {
        return List.copyOf(records);
    }

    /** A caller met something that it was not told to try again. */
    void failed(String what) {
        failures.add(what);
    }

    List<String> failures() {
        return List.copyOf(failures);
    }
}
