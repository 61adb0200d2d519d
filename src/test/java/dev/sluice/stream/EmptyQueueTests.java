package dev.sluice.stream;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollSocketChannel;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Bytes that go past the queue of a channel, on real sockets. */
class EmptyQueueTests {

    private static final Logger log = LoggerFactory.getLogger(EmptyQueueTests.class);
    private static final int MORE_THAN_A_SOCKET_TAKES = 8_000_000;
    private static final int MORE_THAN_A_FEW = 100;
    private static final int CHUNKS = 300;

    private EventLoopGroup loop;
    private ServerSocket server;
    private Channel channel;
    private Socket reader;

    @BeforeEach
    void connect() throws Exception {
        assumeTrue(Epoll.isAvailable(), "Netty has no native transport for this system, and nothing goes past a queue");
        loop = new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory());
        server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        channel = new Bootstrap()
                .group(loop)
                .channel(EpollSocketChannel.class)
                .option(ChannelOption.SO_SNDBUF, 20_000)
                .handler(new ChannelInboundHandlerAdapter())
                .connect(server.getLocalSocketAddress())
                .sync()
                .channel();
        reader = server.accept();
        reader.setSoTimeout(20_000);
    }

    @AfterEach
    void disconnect() throws IOException {
        if (loop != null) {
            loop.shutdownGracefully(0, 5, TimeUnit.SECONDS);
            reader.close();
            server.close();
        }
    }

    @Test
    void sendsAtOnceWhatTheSocketTakes() throws Exception {
        ByteBuffer bytes = direct("data: {}\n\n");

        int sent = onTheLoop(() -> EmptyQueue.send(channel, bytes));

        assertThat(sent).isEqualTo(10);
        assertThat(reader.getInputStream().readNBytes(10)).asString(US_ASCII).isEqualTo("data: {}\n\n");
        assertThat(bytes.remaining()).as("what the next socket finds").isEqualTo(10);
    }

    @Test
    void sendsNoMoreThanTheSocketTakes() throws Exception {
        ByteBuffer bytes = ByteBuffer.allocateDirect(MORE_THAN_A_SOCKET_TAKES);

        int sent = onTheLoop(() -> EmptyQueue.send(channel, bytes));
        int sentInAll = sent;
        for (int more = sent; more > 0; sentInAll += more) {
            more = onTheLoop(() -> EmptyQueue.send(channel, bytes));
        }

        assertThat(sent).isPositive().isLessThan(MORE_THAN_A_SOCKET_TAKES);
        assertThat(reader.getInputStream().readNBytes(sentInAll)).hasSize(sentInAll);
    }

    @Test
    void overtakesNothingThatWaits() throws Exception {
        onTheLoop(() -> channel.write(Unpooled.copiedBuffer("first ", US_ASCII)));

        int sent = onTheLoop(() -> EmptyQueue.send(channel, direct("second")));

        assertThat(sent).isZero();
    }

    /** The number of a closed socket soon belongs to another connection. */
    @Test
    void sendsNothingToASocketThatIsClosed() throws Exception {
        channel.close().sync();
        try (Socket another = new Socket(server.getInetAddress(), server.getLocalPort());
                Socket itsReader = server.accept()) {
            int sent = onTheLoop(() -> EmptyQueue.send(channel, direct("not for you")));

            another.shutdownOutput();
            assertThat(sent).isZero();
            assertThat(itsReader.getInputStream().readAllBytes()).isEmpty();
        }
    }

    @Test
    void leavesItToTheChannelToMeetABrokenSocket() throws Exception {
        reader.setSoLinger(true, 0);
        reader.close(); // resets the connection

        Chunk chunk = shared("data: {}\n\n");
        for (int i = 0; i < 100 && channel.isActive(); i++) {
            onTheLoop(() -> write(chunk));
            TimeUnit.MILLISECONDS.sleep(1);
        }

        channel.closeFuture().get(20, TimeUnit.SECONDS);
    }

    @Test
    void bringsASlowReaderEveryByteInOrder() throws Exception {
        long seed = Long.getLong("sluice.tests.seed", System.nanoTime());
        log.info("A slow reader is told chunks with the seed {}", seed);
        Random random = new Random(seed);
        StringBuilder told = new StringBuilder();
        for (int i = 0; i < CHUNKS; i++) {
            String content = i + ":" + "x".repeat(random.nextInt(random.nextBoolean() ? 1_000 : 100_000)) + "\n";
            told.append(Integer.toHexString(content.length()))
                    .append("\r\n")
                    .append(content)
                    .append("\r\n");
            Chunk chunk = shared(content);
            loop.execute(() -> write(chunk));
        }
        loop.execute(() -> channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE));

        byte[] read = slowly(reader.getInputStream(), random);

        assertThat(new String(read, US_ASCII)).isEqualTo(told.toString());
    }

    private Object write(Chunk chunk) {
        chunk.write(channel.pipeline().firstContext(), true);
        return chunk;
    }

    private static byte[] slowly(InputStream bytes, Random random) throws Exception {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        byte[] some = new byte[50_000];
        for (int n = bytes.read(some); n >= 0; n = bytes.read(some, 0, 1 + random.nextInt(some.length))) {
            all.write(some, 0, n);
            if (random.nextInt(20) == 0) {
                TimeUnit.MILLISECONDS.sleep(2);
            }
        }
        return all.toByteArray();
    }

    /** One that so many have taken that it lies outside of the heap. */
    private static Chunk shared(String content) {
        Chunk chunk = new Chunk(content.getBytes(US_ASCII));
        EmbeddedChannel others = new EmbeddedChannel(new ChannelInboundHandlerAdapter());
        for (int i = 0; i < MORE_THAN_A_FEW; i++) {
            chunk.write(others.pipeline().firstContext(), true);
        }
        others.releaseOutbound();
        return chunk;
    }

    private static ByteBuffer direct(String text) {
        byte[] bytes = text.getBytes(US_ASCII);
        return ByteBuffer.allocateDirect(bytes.length).put(bytes).flip();
    }

    private <T> T onTheLoop(Callable<T> work) throws Exception {
        return loop.submit(work).get(20, TimeUnit.SECONDS);
    }
}
