package dev.sluice.stream;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Bytes that the sockets of several threads write at the same time. */
class ChunkTests {

    private static final int MORE_THAN_A_FEW = 100;

    private final Chunk chunk = new Chunk("data: {}\n\n".getBytes(US_ASCII));
    private final List<ByteBuf> taken =
            Stream.generate(chunk::toBeWritten).limit(MORE_THAN_A_FEW).toList();

    @Test
    void givesEachSocketTheSameBytes() {
        assertThat(taken)
                .allSatisfy(buffer -> assertThat(buffer.toString(US_ASCII)).isEqualTo("a\r\ndata: {}\n\n\r\n"));
    }

    @Test
    void liesOutsideOfTheHeapOnceManyTakeIt() {
        assertThat(taken.getFirst().isDirect()).isFalse();
        assertThat(taken.getLast().isDirect()).isTrue();
    }

    /** Netty keeps in it how far it has come; two threads with one of these would send each other's part. */
    @Test
    void givesNoTwoSocketsTheSameStateOfBeingWritten() {
        ByteBuf one = taken.getLast();
        ByteBuf another = chunk.toBeWritten();

        assertThat(one.internalNioBuffer(0, 3)).isNotSameAs(another.internalNioBuffer(3, 5));
    }

    @Test
    void isStillThereForTheNextWhenSocketsAreDoneWithIt() {
        taken.forEach(ByteBuf::release);

        assertThat(chunk.toBeWritten().toString(US_ASCII)).endsWith("data: {}\n\n\r\n");
    }
}
