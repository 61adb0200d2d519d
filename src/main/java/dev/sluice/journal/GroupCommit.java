package dev.sluice.journal;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/**
 * One thread for work that has to be done one after the other: what has arrived while it was busy is committed together, so
 * that one sync of the disk serves many.
 */
final class GroupCommit {

    private static final Duration LOOKS_UP_EVERY = Duration.ofMillis(100);

    private final BlockingQueue<Ticket<?>> waiting = new ArrayBlockingQueue<>(Lane.WAITING_WORK);
    private final int together;
    private final Consumer<List<Ticket<?>>> commit;
    private final Runnable atTheEnd;
    private final Thread thread;
    private volatile boolean closed;

    /**
     * @param together as much work as shares one commit: bounds how long the first of it waits for the last
     * @param commit runs them, commits and answers them; called on that thread only, and must not throw
     * @param atTheEnd called on that thread once all is done
     */
    GroupCommit(String name, int together, Consumer<List<Ticket<?>>> commit, Runnable atTheEnd) {
        this.together = together;
        this.commit = commit;
        this.atTheEnd = atTheEnd;
        thread = Thread.ofPlatform().daemon().name(name).unstarted(this::commitUntilClosed);
    }

    void start() {
        thread.start();
    }

    /** As {@link Store#write} says. */
    <T> Mono<T> run(Store.Work<T> work, Consumer<? super T> committed) {
        return Mono.<T>create(answer -> {
                    Ticket<T> ticket = new Ticket<>(work, committed, answer);
                    if (closed || !waiting.offer(ticket)) {
                        answer.error(new JournalUnavailable(
                                closed
                                        ? "The log is closed"
                                        : Lane.WAITING_WORK + " pieces of work are waiting for the log already"));
                        return;
                    }
                    answer.onDispose(Schedulers.parallel()
                            .schedule(ticket::giveUp, Lane.LONGEST_WAIT.toMillis(), TimeUnit.MILLISECONDS));
                })
                .publishOn(Schedulers.parallel()); // never run a caller's pipeline on the log's thread
    }

    private void commitUntilClosed() {
        List<Ticket<?>> group = new ArrayList<>(together);
        try {
            while (!closed || !waiting.isEmpty()) {
                Ticket<?> first = waiting.poll(LOOKS_UP_EVERY.toMillis(), TimeUnit.MILLISECONDS);
                if (first != null) {
                    if (first.begin()) {
                        group.add(first);
                    }
                    takeAlong(group);
                    if (!group.isEmpty()) {
                        commit.accept(group);
                    }
                    group.clear();
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            atTheEnd.run();
        }
    }

    /**
     * Fills the group with what waits by now. Only for the commit that has it, which may have waited for its turn since. Each
     * goes from the queue to the group with nothing between that could fail, even for want of memory (the group has room
     * from the start): what is in neither is answered by nobody.
     */
    void takeAlong(List<Ticket<?>> group) {
        Ticket<?> next = nextFor(group);
        while (next != null) {
            if (next.begin()) {
                group.add(next);
            }
            next = nextFor(group);
        }
    }

    private @Nullable Ticket<?> nextFor(List<Ticket<?>> group) {
        return group.size() < together ? waiting.poll() : null;
    }

    /** Takes no more work. */
    void close() {
        closed = true;
    }

    /** Waits until all work that was taken is done, but no longer than that; answers whether it is. */
    boolean awaitEnd(Duration atMost) throws InterruptedException {
        if (!thread.join(atMost)) {
            return false;
        }
        List<Ticket<?>> late = new ArrayList<>();
        waiting.drainTo(late);
        late.stream().filter(Ticket::begin).forEach(ticket -> ticket.lost(new JournalUnavailable("The log is closed")));
        return true;
    }

    @Override
    public String toString() {
        return thread.getName();
    }
}
