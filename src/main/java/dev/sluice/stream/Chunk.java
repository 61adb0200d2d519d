package dev.sluice.stream;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Bytes in the framing of a chunk, for any number of sockets. From some number on they lie outside of the heap: there a
 * socket takes them as they are, and copies them otherwise. That memory is given back by the garbage collection, since
 * nobody knows when the last of many sockets is done.
 */
final class Chunk {

    /** Smaller crowds are too many, all in all, for memory that lives until the next collection. */
    private static final int MANY = 64;

    private final byte[] bytes;
    private int takers;
    private volatile @Nullable ByteBuffer shared;

    Chunk(byte[] content) {
        byte[] size = (Integer.toHexString(content.length) + "\r\n").getBytes(US_ASCII);
        ByteBuffer chunk = ByteBuffer.allocate(size.length + content.length + 2);
        bytes = chunk.put(size).put(content).put((byte) '\r').put((byte) '\n').array();
    }

    /**
     * Writes and flushes it from there on towards the socket; to be called on the socket's own thread.
     *
     * @param asItIs nothing on the way to the socket changes bytes
     * @return whether many have taken it
     */
    boolean write(ChannelHandlerContext from, boolean asItIs) {
        ByteBuffer direct = shared();
        if (direct == null) {
            from.writeAndFlush(Unpooled.wrappedBuffer(bytes));
        } else {
            int sent = asItIs ? EmptyQueue.send(from.channel(), direct) : 0;
            if (sent < bytes.length) {
                from.writeAndFlush(rest(direct, sent));
            }
        }
        return direct != null;
    }

    private @Nullable ByteBuffer shared() {
        ByteBuffer direct = shared;
        if (direct == null && takers++ > MANY) { // counted roughly: more than one thread may do so at a time
            direct = ByteBuffer.allocateDirect(bytes.length).put(bytes).flip();
            shared = direct;
        }
        return direct;
    }

    /** A buffer of its own around the bytes of all: what Netty keeps in a buffer while it is being written is for one thread. */
    private static ByteBuf rest(ByteBuffer direct, int sent) {
        return Unpooled.wrappedBuffer(direct.duplicate().position(sent));
    }
}
