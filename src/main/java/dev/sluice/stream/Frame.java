package dev.sluice.stream;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What is sent to a watcher at once: bytes that all watchers share, and what they tell. */
public final class Frame {

    private final byte[] bytes;
    private final @Nullable Moment moment;

    Frame(byte[] bytes, @Nullable Moment moment) {
        this.bytes = bytes;
        this.moment = moment;
    }

    /**
     * News that is of no generation: an event without an id.
     *
     * @param json one line
     */
    public static Frame news(String event, byte[] json) {
        return Frames.news(event, json);
    }

    /** The frame in {@code text/event-stream}; shared, never to be written to. */
    public byte[] bytes() {
        return bytes;
    }

    /** What it tells; empty for the head, a heartbeat and a farewell. */
    public Optional<Moment> moment() {
        return Optional.ofNullable(moment);
    }
}
