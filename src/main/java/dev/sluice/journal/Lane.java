package dev.sluice.journal;

import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;
import reactor.core.scheduler.Schedulers;

/**
 * Threads for one kind of blocking work, with a bounded queue before them. What has begun is not interrupted by whoever
 * no longer waits for it: a connection that is interrupted in the middle of a commit leaves nobody knowing.
 */
final class Lane {

    /** As much work as may wait; more is refused at once rather than late. */
    static final int WAITING_WORK = 10_000;

    /** What has not begun by then never does: its caller is told so rather than kept waiting for a log that is stuck. */
    static final Duration LONGEST_WAIT = Duration.ofSeconds(10);

    private final String name;
    private final ThreadPoolExecutor threads;

    Lane(String name, int threads) {
        AtomicInteger number = new AtomicInteger();
        this.name = name;
        this.threads = new ThreadPoolExecutor(
                threads,
                threads,
                0,
                TimeUnit.SECONDS,
                new ArrayBlockingQueue<>(WAITING_WORK),
                work -> Thread.ofPlatform()
                        .daemon()
                        .name(name + "-" + number.incrementAndGet())
                        .unstarted(work));
    }

    <T> Mono<T> run(Callable<? extends @Nullable T> work) {
        return Mono.<T>create(answer -> {
                    Piece<T> piece = new Piece<>(work, answer);
                    try {
                        threads.execute(piece::begin);
                        answer.onDispose(Schedulers.parallel()
                                .schedule(piece::giveUp, LONGEST_WAIT.toMillis(), TimeUnit.MILLISECONDS));
                    } catch (RejectedExecutionException e) {
                        answer.error(new JournalUnavailable(
                                threads.isShutdown()
                                        ? "The log is closed"
                                        : WAITING_WORK + " pieces of work are waiting for the log already"));
                    }
                })
                .publishOn(Schedulers.parallel()); // never run a caller's pipeline on a thread of the log
    }

    /** One piece of work: either it begins, or it is given up and never does. */
    private static final class Piece<T> {

        private final Callable<? extends @Nullable T> work;
        private final MonoSink<T> answer;
        private final AtomicBoolean decided = new AtomicBoolean();

        Piece(Callable<? extends @Nullable T> work, MonoSink<T> answer) {
            this.work = work;
            this.answer = answer;
        }

        void begin() {
            if (decided.compareAndSet(false, true)) {
                try {
                    answer.success(work.call());
                } catch (Throwable e) { // the thread outlives even memory that ran out
                    answer.error(e);
                }
            }
        }

        void giveUp() {
            if (decided.compareAndSet(false, true)) {
                answer.error(JournalUnavailable.tooBusy());
            }
        }
    }

    /** Takes no more work. */
    void close() {
        threads.shutdown();
    }

    /** Waits until all work that was taken is done, but no longer than that; answers whether it is. */
    boolean awaitEnd(Duration atMost) throws InterruptedException {
        return threads.awaitTermination(atMost.toMillis(), TimeUnit.MILLISECONDS);
    }

    @Override
    public String toString() {
        return name;
    }
}
