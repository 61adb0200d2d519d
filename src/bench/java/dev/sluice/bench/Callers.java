package dev.sluice.bench;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseDecoder;
import io.netty.handler.codec.http.LastHttpContent;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

/** Callers who each ask again as soon as they are answered, on a connection that stays open. */
final class Callers {

    private static final int THREADS = 2;
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    /**
     * What came of it.
     *
     * @param micros how long each request took, the shortest first
     * @param took all of it together
     */
    record Answered(long[] micros, Duration took) {

        double perSecond() {
            return micros.length * 1e9 / took.toNanos();
        }
    }

    private final ByteBuf request;
    private final long[] micros;
    private final AtomicInteger asked = new AtomicInteger();
    private final AtomicInteger answered = new AtomicInteger();
    private final AtomicReference<String> trouble = new AtomicReference<>("");
    private final CountDownLatch done;

    private Callers(String request, int requests, int callers) {
        this.request = Unpooled.unreleasableBuffer(
                Unpooled.directBuffer(request.length()).writeBytes(request.getBytes(StandardCharsets.US_ASCII)));
        this.micros = new long[requests];
        this.done = new CountDownLatch(callers);
    }

    /** @param request its bytes, the same every time; it must be answered with 200 */
    static Answered ask(URI server, String request, int callers, int requests, Duration atMost) {
        Callers all = new Callers(request, requests, callers);
        EventLoopGroup loops = new MultiThreadIoEventLoopGroup(THREADS, EpollIoHandler.newFactory());
        try {
            long began = System.nanoTime();
            for (int i = 0; i < callers; i++) {
                new Bootstrap()
                        .group(loops)
                        .channel(EpollSocketChannel.class)
                        .handler(new ChannelInitializer<Channel>() {
                            @Override
                            protected void initChannel(Channel channel) {
                                channel.pipeline().addLast(new HttpResponseDecoder(), all.new Caller());
                            }
                        })
                        .connect(server.getHost(), server.getPort());
            }
            if (!all.done.await(atMost.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new IllegalStateException("%d of %d requests were answered within %d s"
                        .formatted(all.answered.get(), requests, atMost.toSeconds()));
            }
            return all.outcome(Duration.ofNanos(System.nanoTime() - began));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        } finally {
            loops.shutdownGracefully(0, PATIENCE.toMillis(), TimeUnit.MILLISECONDS)
                    .awaitUninterruptibly();
        }
    }

    private Answered outcome(Duration took) {
        if (!trouble.get().isEmpty() || answered.get() < micros.length) {
            throw new IllegalStateException(
                    "%d of %d requests were answered: %s".formatted(answered.get(), micros.length, trouble.get()));
        }
        long[] sorted = micros.clone();
        Arrays.sort(sorted);
        return new Answered(sorted, took);
    }

    private final class Caller extends SimpleChannelInboundHandler<HttpObject> {

        private long sent;
        private int status;

        @Override
        public void channelActive(ChannelHandlerContext context) {
            next(context);
        }

        private void next(ChannelHandlerContext context) {
            if (asked.getAndIncrement() < micros.length && trouble.get().isEmpty()) {
                sent = System.nanoTime();
                context.writeAndFlush(request.duplicate());
            } else {
                context.close();
            }
        }

        @Override
        protected void channelRead0(ChannelHandlerContext context, HttpObject part) {
            if (part instanceof HttpResponse response) {
                status = response.status().code();
            }
            if (part instanceof LastHttpContent) {
                if (status == 200) {
                    micros[answered.getAndIncrement()] = (System.nanoTime() - sent) / 1_000;
                } else {
                    trouble.compareAndSet("", "status " + status);
                }
                next(context);
            }
        }

        @Override
        public void channelInactive(ChannelHandlerContext context) {
            done.countDown();
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            trouble.compareAndSet("", cause.toString());
            context.close();
        }
    }
}
