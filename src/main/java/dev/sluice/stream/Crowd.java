package dev.sluice.stream;

import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import reactor.util.context.Context;
import reactor.util.context.ContextView;

/**
 * Those who watch a channel, by the threads that serve them: one task for each thread goes round all of its own, instead
 * of one signal to another thread for each watcher.
 */
final class Crowd {

    private static final Executor AT_ONCE = Runnable::run;

    private final Map<Executor, Set<Watcher>> byThread = new ConcurrentHashMap<>();

    /** Says that what is told to whoever has this context is taken on that thread. */
    static Context servedBy(Executor thread, Context context) {
        return context.put(Crowd.class, thread);
    }

    /** The thread that serves whoever has this context; whoever has something to tell if it does not say. */
    static Executor threadOf(ContextView context) {
        return context.<Executor>getOrEmpty(Crowd.class).orElse(AT_ONCE);
    }

    void add(Watcher watcher) {
        byThread.compute(watcher.thread(), (_, watchers) -> {
            Set<Watcher> joined = watchers == null ? ConcurrentHashMap.newKeySet() : watchers;
            joined.add(watcher);
            return joined;
        });
    }

    void remove(Watcher watcher) {
        byThread.computeIfPresent(watcher.thread(), (_, watchers) -> {
            watchers.remove(watcher);
            return watchers.isEmpty() ? null : watchers;
        });
    }

    boolean isEmpty() {
        return byThread.isEmpty();
    }

    /** @param served called once all have been served, on the thread of the last */
    void wake(Runnable served) {
        AtomicInteger unserved = new AtomicInteger(1);
        Runnable oneLess = () -> {
            if (unserved.decrementAndGet() == 0) {
                served.run();
            }
        };
        byThread.forEach((thread, watchers) -> {
            unserved.incrementAndGet();
            thread.execute(() -> {
                watchers.forEach(Watcher::wake);
                oneLess.run();
            });
        });
        oneLess.run();
    }
}
