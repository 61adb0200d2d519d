package dev.sluice.stream;

import dev.sluice.generation.Status;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Frames in the format of WHATWG HTML, server-sent events. Every field is ours or one line of JSON, so that nothing that a
 * caller or the upstream wrote can end a line.
 */
final class Frames {

    /** A comment: it keeps proxies from cutting a quiet line, and clients do not see it. */
    static final Frame HEARTBEAT = new Frame(ascii(":\n\n"), null);

    private Frames() {}

    /** The first and the last that a watcher sees: when to come back if the line is cut. */
    static Frame retryAfter(Duration pause) {
        return new Frame(ascii("retry: " + pause.toMillis() + "\n\n"), null);
    }

    /** A recorded event with its id, or news without one. */
    static Frame of(Moment moment) {
        byte[] id =
                moment.recorded() ? Frame.idLine(moment.generation().last().id().toString()) : new byte[0];
        byte[] json = GenerationJson.bytes(GenerationJson.withoutEcho(moment.generation(), moment.progress()));
        return frame(name(moment), id, json, moment);
    }

    /** An event of no single generation. */
    static Frame event(String name, String id, byte[] json) {
        return frame(name, Frame.idLine(id), json, null);
    }

    private static Frame frame(String name, byte[] id, byte[] json, @Nullable Moment moment) {
        byte[] head = ascii("event: " + name + "\n");
        ByteArrayOutputStream frame = new ByteArrayOutputStream(head.length + id.length + json.length + 8);
        frame.writeBytes(head);
        frame.writeBytes(id);
        frame.writeBytes(ascii("data: "));
        frame.writeBytes(json);
        frame.writeBytes(ascii("\n\n"));
        return new Frame(frame.toByteArray(), head.length, head.length + id.length, moment);
    }

    static Frame news(String event, byte[] json) {
        ByteArrayOutputStream frame = new ByteArrayOutputStream(json.length + 64);
        frame.writeBytes(ascii("event: " + event + "\ndata: "));
        frame.writeBytes(json);
        frame.writeBytes(ascii("\n\n"));
        return new Frame(frame.toByteArray(), null);
    }

    private static String name(Moment moment) {
        Status status = moment.generation().status();
        return moment.recorded() || status == Status.QUEUED ? status.word() : "progress";
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
