package dev.sluice.stream;

import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.http.HttpContentCompressor;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.HttpVersion;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferFactory;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.http.server.reactive.ServerHttpResponseDecorator;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Operators;
import reactor.netty.http.server.HttpServerResponse;
import reactor.util.context.Context;

/**
 * Frames on their way to one socket of HTTP/1.1. The head of the answer and its end go through the HTTP codec; the frames
 * between them are put behind it on the socket's own thread, already as chunks, whose bytes all watchers share: no signal,
 * no task and no encoding for each of them.
 *
 * <p>Measured with 5,000 watchers of one generation ({@code src/bench/run fanout}): 29.6 µs of processor time for each
 * delivered event the usual way through Reactor Netty, FIXME this way.
 *
 * <p>Reactor Netty writes what it is given group by group. The first group is empty and brings out the head; the second is
 * this one, which never has an element, is subscribed to when the first is on its way, and ends after the last frame.
 */
final class SocketStream implements CoreSubscriber<Frame>, Publisher<DataBuffer> {

    /** Frames that may be on their way to a socket which takes no more bytes. */
    private static final int WINDOW = 16;

    private final ChannelHandlerContext codec;
    private final EventLoop loop;
    private final DataBufferFactory buffers;
    private final CoreSubscriber<? super Publisher<DataBuffer>> response;
    private final Groups groups = new Groups();

    /** What is not yet done of what others than the socket's thread have handed over; what comes meanwhile queues up. */
    private final AtomicInteger handedOver = new AtomicInteger();

    private Subscription frames = Operators.emptySubscription();
    private volatile @Nullable Frame first;

    // Of the socket's thread alone:
    private @Nullable Subscriber<? super DataBuffer> body;
    private boolean hasEnded;
    private @Nullable Throwable failure;
    private int taken;

    private SocketStream(
            ChannelHandlerContext codec,
            DataBufferFactory buffers,
            CoreSubscriber<? super Publisher<DataBuffer>> response) {
        this.codec = codec;
        this.loop = codec.channel().eventLoop();
        this.buffers = buffers;
        this.response = response;
    }

    /**
     * Writes frames as they come, each flushed; a reader that is slow is asked for no more than a few. Fails like the
     * frames, before anything is written if they fail before the first. Cancel cancels the frames.
     */
    static Mono<Void> write(ServerHttpResponse response, Flux<Frame> frames) {
        DataBufferFactory buffers = response.bufferFactory();
        return response.writeAndFlushWith(codecOf(response)
                .<Publisher<? extends Publisher<? extends DataBuffer>>>map(codec ->
                        (Flux<Publisher<DataBuffer>>) new Flux<Publisher<DataBuffer>>() {
                            @Override
                            public void subscribe(CoreSubscriber<? super Publisher<DataBuffer>> answer) {
                                frames.subscribe(new SocketStream(codec, buffers, answer));
                            }
                        })
                .orElseGet(() -> frames.map(frame -> Mono.just(buffers.wrap(frame.bytes())))));
    }

    /** The codec of a socket on which an answer of unknown length is sent in chunks that nobody changes after it. */
    private static Optional<ChannelHandlerContext> codecOf(ServerHttpResponse response) {
        if (ServerHttpResponseDecorator.getNativeResponse(response) instanceof HttpServerResponse http
                && HttpVersion.HTTP_1_1.text().equals(http.version().text())) {
            Channel[] channel = new Channel[1];
            http.withConnection(connection -> channel[0] = connection.channel());
            return channel[0].pipeline().get(HttpContentCompressor.class) == null
                    ? Optional.ofNullable(channel[0].pipeline().context(HttpServerCodec.class))
                    : Optional.empty();
        }
        return Optional.empty();
    }

    /** Whoever makes the frames is told where they are taken. */
    @Override
    public Context currentContext() {
        return Crowd.servedBy(loop, response.currentContext());
    }

    @Override
    public void onSubscribe(Subscription subscription) {
        frames = subscription;
        response.onSubscribe(groups);
    }

    @Override
    public void onNext(Frame frame) {
        if (first == null) {
            first = frame;
            groups.emit();
        } else {
            onTheSocketsThread(() -> write(frame));
        }
    }

    @Override
    public void onError(Throwable trouble) {
        if (first == null) {
            response.onError(trouble);
        } else {
            onTheSocketsThread(() -> end(trouble));
        }
    }

    @Override
    public void onComplete() {
        if (first == null) {
            response.onComplete();
        } else {
            onTheSocketsThread(() -> end(null));
        }
    }

    /** At once if it is this thread's turn already, and in the order of the calls in any case. */
    private void onTheSocketsThread(Runnable work) {
        if (handedOver.get() == 0 && loop.inEventLoop()) {
            work.run();
            return;
        }
        handedOver.incrementAndGet();
        loop.execute(() -> {
            work.run();
            handedOver.decrementAndGet();
        });
    }

    /** Reactor Netty has taken the head: what is written from now on comes after it. */
    @Override
    public void subscribe(Subscriber<? super DataBuffer> subscriber) {
        subscriber.onSubscribe(new Cancel());
        loop.execute(() -> begin(subscriber)); // never within the call: the head may still be in its hands
    }

    private void begin(Subscriber<? super DataBuffer> subscriber) {
        body = subscriber;
        Frame head = first;
        if (head != null) {
            write(head);
        }
        if (hasEnded) {
            end(failure);
        } else {
            frames.request(WINDOW);
        }
    }

    private void write(Frame frame) {
        codec.writeAndFlush(frame.chunk());
        taken++;
        if (taken >= WINDOW / 2) {
            int ask = taken;
            taken = 0;
            if (codec.channel().isWritable()) {
                frames.request(ask);
            } else {
                codec.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(_ -> frames.request(ask));
            }
        }
    }

    /** Later, once all others of this thread have the last frame: to end an answer takes ten times as long as that. */
    private void end(@Nullable Throwable why) {
        hasEnded = true;
        failure = why;
        Subscriber<? super DataBuffer> begun = body;
        if (begun != null) {
            loop.execute(() -> finish(begun, why));
        }
    }

    private void finish(Subscriber<? super DataBuffer> begun, @Nullable Throwable why) {
        if (why == null) {
            begun.onComplete();
            response.onComplete();
        } else {
            begun.onError(why);
        }
    }

    /** The two groups of the answer, given when they are asked for and there is something to answer. */
    private final class Groups implements Subscription {

        private final AtomicInteger asked = new AtomicInteger();
        private final AtomicInteger emitting = new AtomicInteger();
        private int emitted;

        @Override
        public void request(long more) {
            if (asked.getAndAccumulate((int) Math.min(more, 2), Integer::sum) == 0) {
                frames.request(1);
            }
            emit();
        }

        /** One at a time, and again if there is more to do by then. */
        private void emit() {
            if (emitting.getAndIncrement() == 0) {
                do {
                    while (first != null && emitted < Math.min(2, asked.get())) {
                        response.onNext(emitted++ == 0 ? Mono.just(buffers.wrap(new byte[0])) : SocketStream.this);
                    }
                } while (emitting.decrementAndGet() != 0);
            }
        }

        @Override
        public void cancel() {
            frames.cancel();
        }
    }

    private final class Cancel implements Subscription {

        @Override
        public void request(long more) {
            // it never has an element
        }

        @Override
        public void cancel() {
            frames.cancel();
        }
    }
}
