package dev.sluice.stream;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Bytes that the sockets of several threads write at the same time, as buffers: none of these takes them at once. */
class ChunkTests {

    private static final int MORE_THAN_A_FEW = 100;

    private final Chunk chunk = new Chunk("data: {}\n\n".getBytes(US_ASCII));
    private final List<ByteBuf> written =
            Stream.generate(this::write).limit(MORE_THAN_A_FEW).toList();

    @Test
    void givesEachSocketTheSameBytes() {
        assertThat(written)
                .allSatisfy(buffer -> assertThat(buffer.toString(US_ASCII)).isEqualTo("a\r\ndata: {}\n\n\r\n"));
    }

    @Test
    void liesOutsideOfTheHeapOnceManyTakeIt() {
        assertThat(written.getFirst().isDirect()).isFalse();
        assertThat(written.getLast().isDirect()).isTrue();
    }

    /** Netty keeps in it how far it has come; two threads with one of these would send each other's part. */
    @Test
    void givesNoTwoSocketsTheSameStateOfBeingWritten() {
        ByteBuf one = written.getLast();
        ByteBuf another = write();

        assertThat(one.internalNioBuffer(0, 3)).isNotSameAs(another.internalNioBuffer(3, 5));
    }

    @Test
    void isStillThereForTheNextWhenSocketsAreDoneWithIt() {
        written.forEach(ByteBuf::release);

        assertThat(write().toString(US_ASCII)).endsWith("data: {}\n\n\r\n");
    }

    private ByteBuf write() {
        EmbeddedChannel socket = new EmbeddedChannel(new ChannelInboundHandlerAdapter());
        ChannelHandlerContext from = socket.pipeline().firstContext();
        chunk.write(from, true);
        return socket.readOutbound();
    }
}
