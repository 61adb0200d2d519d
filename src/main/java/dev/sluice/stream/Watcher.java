package dev.sluice.stream;

import dev.sluice.generation.CallerId;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import java.util.concurrent.atomic.AtomicLongFieldUpdater;
import java.util.concurrent.atomic.AtomicReferenceFieldUpdater;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Operators;

/**
 * One watcher of one channel or several. Sends only what is asked for: recorded frames from its place in each on, each
 * once and none left out; then the newest news, of which a slow reader misses some; then a heartbeat when it is due. The
 * channels take turns, so that none keeps another waiting. Completes after the last ending, or with a farewell when the
 * streams are drained. Cancel is over at once.
 *
 * <p>It is its reader's subscription itself, and an object of few fields: thousands are looked at for one event, and each
 * object on the way to a socket is memory that has to be fetched ({@code src/bench/run fanout}).
 */
final class Watcher implements Subscription {

    private static final AtomicIntegerFieldUpdater<Watcher> WAKES =
            AtomicIntegerFieldUpdater.newUpdater(Watcher.class, "wakes");
    private static final AtomicLongFieldUpdater<Watcher> ASKED_FOR =
            AtomicLongFieldUpdater.newUpdater(Watcher.class, "askedFor");
    private static final AtomicReferenceFieldUpdater<Watcher, @Nullable Runnable> WHEN_OVER =
            AtomicReferenceFieldUpdater.newUpdater(Watcher.class, Runnable.class, "whenOver");

    private final CallerId caller;
    private final CoreSubscriber<? super Frame> reader;
    private final Executor thread;
    private final Duration retry;
    private final Bookmarks bookmarks;
    private final LongSupplier clock;

    /** Begins as if somebody were sending already: nothing is sent before it has its seats. */
    private volatile int wakes = 1;

    /** Null before it begins, and once it is over. */
    private volatile @Nullable Runnable whenOver;

    private volatile long askedFor;
    private volatile long sentAt;
    private volatile boolean beatIsDue;
    private volatile boolean leaving;

    // Of whoever is sending:
    private List<Seat> seats = List.of();
    private long sent;
    private int turn;
    private boolean headIsSent;
    private boolean closingIsSent;

    /**
     * @param caller whose generations are watched
     * @param clock the hub's, in ticks: silence is counted from now
     */
    Watcher(
            CallerId caller,
            CoreSubscriber<? super Frame> reader,
            Duration retry,
            Bookmarks bookmarks,
            LongSupplier clock) {
        this.caller = caller;
        this.reader = reader;
        this.thread = Crowd.threadOf(reader.currentContext());
        this.retry = retry;
        this.bookmarks = bookmarks;
        this.clock = clock;
        this.sentAt = clock.getAsLong();
    }

    /** The thread that serves it best; any other may. */
    Executor thread() {
        return thread;
    }

    boolean isOf(CallerId whom) {
        return caller.equals(whom);
    }

    /**
     * Takes its seats and begins to send; to be called once.
     *
     * @param over run once, when all is sent or the reader has cancelled
     */
    void begin(List<Seat> taken, Runnable over) {
        seats = taken;
        whenOver = over;
        reader.onSubscribe(this);
        sendUntilNobodyWakes();
    }

    /** There may be something to send; safe from any thread, and sends on one at a time. */
    void wake() {
        if (WAKES.getAndIncrement(this) == 0) {
            sendUntilNobodyWakes();
        }
        // else the one who is sending sees the count and goes round again
    }

    private void sendUntilNobodyWakes() {
        int seen = 1;
        do {
            sendWhatIsAskedFor();
            seen = WAKES.addAndGet(this, -seen);
        } while (seen != 0);
    }

    /** Called at every tick of the hub's clock: silence for as many of them makes a heartbeat. */
    void tick(long now, long silence) {
        if (now - sentAt >= silence) {
            beatIsDue = true;
            wake();
        }
    }

    /** Ends the stream early; its client comes back to where it stopped. */
    void leave() {
        leaving = true;
        wake();
    }

    @Override
    public void request(long more) {
        if (Operators.validate(more)) {
            Operators.addCap(ASKED_FOR, this, more);
            wake();
        }
    }

    @Override
    public void cancel() {
        Runnable over = WHEN_OVER.getAndSet(this, null);
        if (over != null) {
            over.run();
        }
    }

    private void end(Runnable lastSignal) {
        Runnable over = WHEN_OVER.getAndSet(this, null);
        if (over != null) {
            try {
                lastSignal.run();
            } catch (RuntimeException broken) {
                Operators.onErrorDropped(broken, reader.currentContext());
            } finally {
                over.run();
            }
        }
    }

    private boolean isOver() {
        return whenOver == null;
    }

    private void sendWhatIsAskedFor() {
        while (!isOver() && sent < askedFor) {
            Frame next = next();
            if (next == null) {
                break;
            }
            sent++;
            sentAt = clock.getAsLong();
            try {
                reader.onNext(next);
            } catch (RuntimeException broken) { // the rest of the crowd is served
                end(() -> reader.onError(broken));
            }
        }
        if (leaving || closingIsSent || (headIsSent && !bookmarks.haveAClosing() && isAtTheEnd())) {
            end(reader::onComplete);
        }
    }

    private @Nullable Frame next() {
        if (!headIsSent) {
            headIsSent = true;
            return Frames.retryAfter(retry);
        }
        if (leaving || closingIsSent) {
            return null;
        }
        Frame recorded = inTurn(Seat::nextRecorded);
        if (recorded != null) {
            return bookmarks.mark(recorded, seats);
        }
        if (bookmarks.haveAClosing() && isAtTheEnd()) {
            closingIsSent = true;
            return bookmarks.closing(seats);
        }
        Frame news = inTurn(Seat::nextNews);
        if (news == null && beatIsDue) {
            beatIsDue = false;
            return Frames.HEARTBEAT;
        }
        return news;
    }

    /** The first that any seat has, beginning with the one after the last that had something. */
    private @Nullable Frame inTurn(Function<Seat, @Nullable Frame> what) {
        for (int i = 0; i < seats.size(); i++) {
            int seat = (turn + i) % seats.size();
            Frame found = what.apply(seats.get(seat));
            if (found != null) {
                turn = seat + 1;
                return found;
            }
        }
        return null;
    }

    private boolean isAtTheEnd() {
        for (Seat seat : seats) {
            if (!seat.isAtTheEnding()) {
                return false;
            }
        }
        return true;
    }
}
