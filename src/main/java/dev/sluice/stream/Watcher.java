package dev.sluice.stream;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.FluxSink;

/**
 * One watcher's place in a channel. Sends only what is asked for: recorded frames from its place on, each once and none
 * left out; then the newest news, of which a slow reader misses some; then a heartbeat when it is due. Completes after the
 * ending, or with a farewell when the streams are drained.
 */
final class Watcher {

    private final Channel channel;
    private final FluxSink<Frame> sink;
    private final Duration retry;
    private final AtomicInteger wakes = new AtomicInteger();

    private int place;
    private boolean headIsSent;
    private @Nullable Frame lastNews;
    private volatile boolean beatIsDue;
    private volatile boolean leaving;
    private volatile long sentAtTick;
    private volatile long tick;

    /**
     * @param after the sequence of the last event that this watcher has seen, 0 for none
     * @param tick the hub's clock now: silence is counted from here
     */
    Watcher(Channel channel, long after, FluxSink<Frame> sink, Duration retry, long tick) {
        this.channel = channel;
        this.place = (int) after;
        this.sink = sink;
        this.retry = retry;
        this.tick = tick;
        this.sentAtTick = tick;
    }

    /** There may be something to send; safe from any thread, and sends on one at a time. */
    void wake() {
        if (wakes.getAndIncrement() != 0) {
            return; // the one who is sending sees the count and goes round again
        }
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
        if (leaving || (headIsSent && place >= channel.recorded().size() && channel.hasEnded())) {
            sink.complete();
        }
    }

    private @Nullable Frame next() {
        if (!headIsSent) {
            headIsSent = true;
            return Frames.retryAfter(retry);
        }
        if (leaving) {
            sink.complete();
            return null;
        }
        if (place < channel.recorded().size()) {
            return channel.recorded().get(place++);
        }
        Frame news = channel.news();
        if (news != null && news != lastNews) {
            lastNews = news;
            return news;
        }
        if (beatIsDue) {
            beatIsDue = false;
            return Frames.HEARTBEAT;
        }
        return null;
    }
}
