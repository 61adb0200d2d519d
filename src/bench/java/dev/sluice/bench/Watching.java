package dev.sluice.bench;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * One watcher of a stream: counts events, and notes when each recorded one came. Reads lines and knows nothing of chunks,
 * since every server here ends its chunks with lines; what it does for an event is the same for all of them, and little.
 *
 * <p>A recorded event tells its place behind the last dot of its {@code id:} (Sluice) or of its {@code event:} (what the
 * bench publishes elsewhere).
 */
final class Watching extends SimpleChannelInboundHandler<ByteBuf> {

    /** More recorded events than any generation here has. */
    static final int MOST_PLACES = 64;

    private static final int KEPT_OF_A_LINE = 96;
    private static final byte[] OK = "HTTP/1.1 200".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] ID = "id:".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] EVENT = "event:".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] DATA = "data:".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] LAST_CHUNK = {'0', '\r'};

    private final Watchers crowd;
    private final String request;
    private final byte[] line = new byte[KEPT_OF_A_LINE];
    private final long[] arrivals = new long[MOST_PLACES];
    private int length;
    private int place;
    private int lastPlace;
    private boolean hasData;
    private boolean isOpen;
    private volatile int events;
    private volatile int repeated;

    Watching(Watchers crowd, String request) {
        super(ByteBuf.class);
        this.crowd = crowd;
        this.request = request;
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
        context.writeAndFlush(
                context.alloc().buffer(request.length()).writeBytes(request.getBytes(StandardCharsets.US_ASCII)));
    }

    @Override
    protected void channelRead0(ChannelHandlerContext context, ByteBuf bytes) {
        while (bytes.isReadable()) {
            int end = bytes.indexOf(bytes.readerIndex(), bytes.writerIndex(), (byte) '\n');
            int until = end < 0 ? bytes.writerIndex() : end;
            keep(bytes, until - bytes.readerIndex());
            bytes.readerIndex(end < 0 ? until : end + 1);
            if (end >= 0) {
                endOfLine(context);
                length = 0;
            }
        }
    }

    private void keep(ByteBuf bytes, int more) {
        int kept = Math.min(more, KEPT_OF_A_LINE - length);
        if (kept > 0) {
            bytes.getBytes(bytes.readerIndex(), line, length, kept);
            length += kept;
        }
    }

    private void endOfLine(ChannelHandlerContext context) {
        if (!isOpen) {
            open(context);
        } else if (length == 0 || (length == 1 && line[0] == '\r')) {
            endOfEvent();
        } else if (begins(DATA)) {
            hasData = true;
        } else if (begins(ID) || begins(EVENT)) {
            place = Math.max(place, placeInLine());
        } else if (length == LAST_CHUNK.length && begins(LAST_CHUNK)) {
            context.close();
        }
    }

    private void open(ChannelHandlerContext context) {
        if (begins(OK)) {
            isOpen = true;
            crowd.opened();
        } else {
            crowd.refused(new String(line, 0, length, StandardCharsets.US_ASCII));
            context.close();
        }
    }

    private boolean begins(byte[] with) {
        return length >= with.length && Arrays.equals(line, 0, with.length, with, 0, with.length);
    }

    private int placeInLine() {
        int number = 0;
        int dot = length;
        while (dot > 0 && line[dot - 1] != '.') {
            dot--;
        }
        for (int i = dot; dot > 0 && i < length && line[i] >= '0' && line[i] <= '9'; i++) {
            number = number * 10 + line[i] - '0';
        }
        return Math.min(number, MOST_PLACES - 1);
    }

    private void endOfEvent() {
        if (hasData) {
            events = events + 1; // only this connection's event loop writes it
            if (place > lastPlace) {
                arrivals[place] = Wall.micros();
                lastPlace = place;
            } else if (place > 0) {
                repeated = repeated + 1;
            }
        }
        hasData = false;
        place = 0;
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        crowd.ended(isOpen);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        crowd.refused(cause.toString());
        context.close();
    }

    /** Recorded events and news. */
    int events() {
        return events;
    }

    /** Recorded events that came again, or after a later one. */
    int repeated() {
        return repeated;
    }

    /** When the recorded event of that place came, in microseconds of {@link Wall}; 0 if it did not. */
    long arrival(int which) {
        return arrivals[which];
    }
}
