package dev.sluice.stream;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What is sent to a watcher at once: bytes that all watchers share, and what they tell. */
public final class Frame {

    private final byte[] bytes;
    private final int head;
    private final int tail;
    private final @Nullable Moment moment;
    private volatile @Nullable Chunk chunk;

    Frame(byte[] bytes, @Nullable Moment moment) {
        this(bytes, 0, 0, moment);
    }

    /**
     * @param head where its id line begins
     * @param tail where what follows its id line begins
     */
    Frame(byte[] bytes, int head, int tail, @Nullable Moment moment) {
        this.bytes = bytes;
        this.head = head;
        this.tail = tail;
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

    /** The same with another id: bytes of its own, but nothing is encoded again. */
    Frame withId(String id) {
        byte[] line = idLine(id);
        ByteArrayOutputStream copy = new ByteArrayOutputStream(bytes.length + line.length);
        copy.write(bytes, 0, head);
        copy.writeBytes(line);
        copy.write(bytes, tail, bytes.length - tail);
        return new Frame(copy.toByteArray(), head, head + line.length, moment);
    }

    /** The same told in other words. */
    public Frame as(byte[] words) {
        return new Frame(words, moment);
    }

    static byte[] idLine(String id) {
        return ("id: " + id + "\n").getBytes(StandardCharsets.US_ASCII);
    }

    /** The frame in {@code text/event-stream}; shared, never to be written to. */
    public byte[] bytes() {
        return bytes;
    }

    /** The frame as a chunk (RFC 9112, section 7.1), the same for all sockets. */
    Chunk chunk() {
        Chunk made = chunk;
        if (made == null) {
            made = new Chunk(bytes); // by some who come at the same moment, each its own
            chunk = made;
        }
        return made;
    }

    /** What it tells; empty for the head, a heartbeat and a farewell. */
    public Optional<Moment> moment() {
        return Optional.ofNullable(moment);
    }
}
