package dev.sluice.scenarios;

import java.net.URI;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;

/** Hundreds of callers, where they find Sluice, and all that they were told. */
final class CrashLoad {

    /** What callers do and are told, counted since Sluice was last reached. */
    enum Seen {
        ASKED,
        ASKED_AGAIN_BY_THE_LAST_EVENT,
        WITHDREW,
        LEFT_THE_QUEUE,
        TOLD_PROCESSING,
        TOLD_REJECTED,
        CUT_OFF
    }

    private final Queue<CrashRecord> records = new ConcurrentLinkedQueue<>();
    private final Queue<String> unpaid = new ConcurrentLinkedQueue<>();
    private final Queue<String> faults = new ConcurrentLinkedQueue<>();
    private final Map<Seen, AtomicLong> counts = new EnumMap<>(Seen.class);
    private final List<Thread> callers;
    private volatile CompletableFuture<List<URI>> addresses = new CompletableFuture<>();
    private boolean wasEverReached;
    private volatile boolean stopping;

    private CrashLoad(int callers, Random random) {
        for (Seen seen : Seen.values()) {
            counts.put(seen, new AtomicLong());
        }
        this.callers = IntStream.range(0, callers)
                .mapToObj(i -> new CrashCaller(this, i, new Random(random.nextLong())))
                .map(caller -> Thread.ofVirtual().unstarted(caller))
                .toList();
    }

    static CrashLoad of(int callers, Random random) {
        CrashLoad load = new CrashLoad(callers, random);
        load.callers.forEach(Thread::start);
        return load;
    }

    /** Sluice is to be found there from now on, at each of several addresses if there are several replicas. */
    void reach(URI... now) {
        counts.values().forEach(count -> count.set(0));
        wasEverReached = true;
        CompletableFuture<List<URI>> before = addresses;
        if (!before.complete(List.of(now))) {
            addresses = CompletableFuture.completedFuture(List.of(now));
        }
    }

    boolean wasEverReached() {
        return wasEverReached;
    }

    /** Whoever wants something waits until Sluice is reached again. */
    void lose() {
        if (addresses.isDone()) { // whoever waits already goes on waiting for the same
            addresses = new CompletableFuture<>();
        }
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

    /** Where Sluice is, waited for; somewhere else each time, since no address is better than another. */
    URI api() {
        List<URI> now = addresses.join();
        return now.get(ThreadLocalRandom.current().nextInt(now.size()));
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

    /** A caller was told that this prompt cost nothing. */
    void isUnpaid(String prompt) {
        unpaid.add(prompt);
    }

    List<String> unpaid() {
        return List.copyOf(unpaid);
    }

    /** Something that no caller may ever be told; the one that was ends with it. */
    AssertionError fault(String what) {
        faults.add(what);
        return new AssertionError(what);
    }

    List<String> faults() {
        return List.copyOf(faults);
    }

    static void pause(Duration length) {
        new CompletableFuture<>()
                .completeOnTimeout(true, length.toMillis(), TimeUnit.MILLISECONDS)
                .join();
    }
}
