package dev.sluice.stream;

import dev.sluice.generation.CallerId;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.FluxSink;

/**
 * One watcher of one channel or several. Sends only what is asked for: recorded frames from its place in each on, each
 * once and none left out; then the newest news, of which a slow reader misses some; then a heartbeat when it is due. The
 * channels take turns, so that none keeps another waiting. Completes after the last ending, or with a farewell when the
 * streams are drained.
 */
final class Watcher {

    private final CallerId caller;
    private final FluxSink<Frame> sink;
    private final Executor thread;
    private final Duration retry;
    private final Bookmarks bookmarks;

    /** Begins as if somebody were sending already: nothing is sent before it has its seats. */
    private final AtomicInteger wakes = new AtomicInteger(1);

    private List<Seat> seats = List.of();
    private int turn;
    private boolean headIsSent;
    private boolean closingIsSent;
    private volatile boolean beatIsDue;
    private volatile boolean leaving;
    private volatile long sentAtTick;
    private volatile long tick;

    /**
     * @param caller whose generations are watched
     * @param tick the hub's clock now: silence is counted from here
     */
    Watcher(CallerId caller, FluxSink<Frame> sink, Duration retry, Bookmarks bookmarks, long tick) {
        this.caller = caller;
        this.sink = sink;
        this.thread = Crowd.threadOf(sink.contextView());
        this.retry = retry;
        this.bookmarks = bookmarks;
        this.tick = tick;
        this.sentAtTick = tick;
    }

    /** The thread that serves it best; any other may. */
    Executor thread() {
        return thread;
    }

    boolean isOf(CallerId whom) {
        return caller.equals(whom);
    }

    /** Takes its seats and begins to send; to be called once. */
    void begin(List<Seat> taken) {
        seats = taken;
        sendUntilNobodyWakes();
    }

    /** There may be something to send; safe from any thread, and sends on one at a time. */
    void wake() {
        if (wakes.getAndIncrement() == 0) {
            sendUntilNobodyWakes();
        }
        // else the one who is sending sees the count and goes round again
    }

    private void sendUntilNobodyWakes() {
        int seen = 1;
        do {
            sendWhatIsAskedFor();
            seen = wakes.addAndGet(-seen);
        } while (seen != 0);
    }

    /** Called at every tick of the hub's clock: silence for as many of them makes a heartbeat. */
    void tick(long now, long silence) {
        tick = now;
        if (now - sentAtTick >= silence) {
            beatIsDue = true;
            wake();
        }
    }

    /** Ends the stream early; its client comes back to where it stopped. */
    void leave() {
        leaving = true;
        wake();
    }

    private void sendWhatIsAskedFor() {
        while (!sink.isCancelled() && sink.requestedFromDownstream() > 0) {
            Frame next = next();
            if (next == null) {
                break;
            }
            sentAtTick = tick;
            sink.next(next);
        }
        if (leaving || closingIsSent || (headIsSent && !bookmarks.haveAClosing() && isAtTheEnd())) {
            sink.complete();
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
