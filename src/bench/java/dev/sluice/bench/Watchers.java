package dev.sluice.bench;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/** Many watchers of streams of one server, over as many connections. */
final class Watchers implements AutoCloseable {

    /** On two threads: as many as the machine of the goals has cores. */
    private static final int THREADS = 2;

    /** Connections that are being opened at the same time; a server's backlog is longer. */
    private static final int OPENING_AT_ONCE = 200;

    /** Connections from one address of 127.0.0.0/8, so that the ports of none run out. */
    private static final int FROM_ONE_ADDRESS = 5_000;

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final AtomicInteger ADDRESS = new AtomicInteger(2);

    private final EventLoopGroup loops = new MultiThreadIoEventLoopGroup(THREADS, EpollIoHandler.newFactory());
    private final ChannelGroup channels = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);
    private final Semaphore opening = new Semaphore(OPENING_AT_ONCE);
    private final AtomicInteger open = new AtomicInteger();
    private final AtomicReference<String> trouble = new AtomicReference<>("");
    private final List<Watching> watchings = new ArrayList<>();
    private final URI server;

    private Watchers(URI server) {
        this.server = server;
    }

    /**
     * Opens so many streams and returns when each has its head.
     *
     * @param path of the stream of each
     * @param headers further lines of each request, each with its end
     */
    static Watchers open(URI server, int streams, IntFunction<String> path, String headers) {
        Watchers watchers = new Watchers(server);
        try {
            watchers.connect(streams, path, headers);
            return watchers;
        } catch (RuntimeException e) {
            watchers.close();
            throw e;
        }
    }

    private void connect(int streams, IntFunction<String> path, String headers) {
        Bootstrap bootstrap = new Bootstrap()
                .group(loops)
                .channel(EpollSocketChannel.class)
                .option(EpollChannelOption.IP_BIND_ADDRESS_NO_PORT, true)
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, (int) PATIENCE.toMillis());
        InetSocketAddress remote = new InetSocketAddress(server.getHost(), server.getPort());
        InetSocketAddress local = null;
        for (int i = 0; i < streams; i++) {
            if (local == null || i % FROM_ONE_ADDRESS == 0) {
                local = new InetSocketAddress("127.0.0." + (2 + ADDRESS.getAndIncrement() % 200), 0);
            }
            Watching watching = new Watching(this, request(path.apply(i), headers));
            watchings.add(watching);
            take(opening);
            channels.add(bootstrap
                    .clone()
                    .handler(new ChannelInitializer<Channel>() {
                        @Override
                        protected void initChannel(Channel channel) {
                            channel.pipeline().addLast(watching);
                        }
                    })
                    .connect(remote, local)
                    .channel());
            complain();
        }
        awaits(() -> open.get() == streams);
    }

    private String request(String path, String headers) {
        return "GET %s HTTP/1.1\r\nHost: %s\r\nAccept: text/event-stream\r\n%s\r\n"
                .formatted(path, server.getAuthority(), headers);
    }

    private static void take(Semaphore permits) {
        try {
            if (!permits.tryAcquire(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new IllegalStateException("No stream was opened for " + PATIENCE.toSeconds() + " s");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    void opened() {
        open.incrementAndGet();
        opening.release();
    }

    void refused(String why) {
        trouble.compareAndSet("", why);
    }

    void ended(boolean wasOpen) {
        if (wasOpen) {
            open.decrementAndGet();
        } else {
            opening.release();
        }
    }

    private void complain() {
        if (!trouble.get().isEmpty()) {
            throw new IllegalStateException("A stream was not served: " + trouble.get());
        }
    }

    private void awaits(BooleanSupplier that) {
        Until.holds(
                that,
                PATIENCE,
                () -> "%d of %d streams are open; %s".formatted(open.get(), watchings.size(), trouble.get()));
    }

    /** Waits until the server has ended all of them. */
    void awaitEnds(Duration atMost) {
        Until.holds(() -> open.get() == 0, atMost, () -> open.get() + " streams did not end");
    }

    int size() {
        return watchings.size();
    }

    int stillOpen() {
        return open.get();
    }

    /** Recorded events and news that arrived so far, at all of them. */
    long events() {
        return watchings.stream().mapToLong(Watching::events).sum();
    }

    /** Recorded events that came twice or after a later one. */
    long repeated() {
        return watchings.stream().mapToLong(Watching::repeated).sum();
    }

    /** Recorded events of these places that never came. */
    long lost(int from, int to) {
        return watchings.stream()
                .mapToLong(watching -> IntStream.rangeClosed(from, to)
                        .filter(place -> watching.arrival(place) == 0)
                        .count())
                .sum();
    }

    /** How long after this moment the event of that place came, in microseconds, the first first. */
    long[] lateness(int place, long recorded) {
        return watchings.stream()
                .mapToLong(watching -> watching.arrival(place))
                .filter(arrival -> arrival > 0)
                .map(arrival -> arrival - recorded)
                .sorted()
                .toArray();
    }

    /** Of some times in order, the one that so many percent do not exceed. */
    static double percentile(long[] sorted, double percent) {
        return sorted.length == 0 ? Double.NaN : sorted[(int) Math.ceil(percent / 100 * sorted.length) - 1];
    }

    static long[] merged(List<long[]> times) {
        return times.stream().flatMapToLong(Arrays::stream).sorted().toArray();
    }

    static double mean(LongStream times) {
        return times.average().orElse(Double.NaN);
    }

    @Override
    public void close() {
        channels.close().awaitUninterruptibly(PATIENCE.toMillis());
        loops.shutdownGracefully(0, PATIENCE.toMillis(), TimeUnit.MILLISECONDS).awaitUninterruptibly();
    }
}
