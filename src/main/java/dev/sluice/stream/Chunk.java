package dev.sluice.stream;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
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
    private volatile @Nullable ByteBuf shared;

    Chunk(byte[] content) {
        byte[] size = (Integer.toHexString(content.length) + "\r\n").getBytes(US_ASCII);
        ByteBuffer chunk = ByteBuffer.allocate(size.length + content.length + 2);
        bytes = chunk.put(size).put(content).put((byte) '\r').put((byte) '\n').array();
    }

    /**
     * To be written once, by one socket: a view of its own, since how much of it is written is for one thread, on the bytes
     * of all, which no socket gives back.
     */
    ByteBuf toBeWritten() {
        ByteBuf direct = shared;
        if (direct == null && takers++ > MANY) { // counted roughly: more than one thread may do so at a time
            ByteBuffer copy = ByteBuffer.allocateDirect(bytes.length).put(bytes).flip();
            direct = Unpooled.unreleasableBuffer(Unpooled.wrappedBuffer(copy));
            shared = direct;
        }
        return direct == null ? Unpooled.wrappedBuffer(bytes) : direct.duplicate();
    }
}
