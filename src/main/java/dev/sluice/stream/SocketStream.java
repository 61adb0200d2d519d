package dev.sluice.stream;

import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.http.HttpContentCompressor;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.ssl.SslHandler;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import java.util.concurrent.atomic.AtomicReferenceFieldUpdater;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.http.server.reactive.ServerHttpResponseDecorator;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;
import reactor.core.publisher.Operators;
import reactor.netty.http.server.HttpServerResponse;
import reactor.util.context.Context;
import reactor.util.context.ContextView;

/**
 * Frames on their way to one socket of HTTP/1.1. The head of the answer and its end go through the HTTP codec; the frames
 * between them are put behind it on the socket's own thread, already as chunks, whose bytes all watchers share: no signal,
 * no task and no encoding for each of them.
 *
 * <p>Measured with 5,000 watchers of one generation ({@code src/bench/run fanout}): the usual way through Reactor Netty takes
 * twice the processor time for each delivered event, and most of what this way takes is the system's.
 *
 * <p>It is written in two steps: {@link #open} waits for the first frame and sends the head, {@link #rest} writes the
 * frames. What was needed for the first need not be kept for the second, which may last for an hour.
 */
final class SocketStream implements CoreSubscriber<Frame> {

    /** Frames that may be on their way to a socket which takes no more bytes. */
    private static final int WINDOW = 16;

    /**
     * Longer than it takes to bring an event to five thousand: 45 to 75 ms for 99 of 100 ({@code src/bench/run fanout}),
     * and up to 160 for the last event if the first endings do not wait for it.
     */
    private static final long CROWD_ENDS_AFTER_MILLIS = 100;

    private static final AtomicIntegerFieldUpdater<SocketStream> HANDED_OVER =
            AtomicIntegerFieldUpdater.newUpdater(SocketStream.class, "handedOver");
    private static final AtomicReferenceFieldUpdater<SocketStream, @Nullable Subscription> FRAMES =
            AtomicReferenceFieldUpdater.newUpdater(SocketStream.class, Subscription.class, "frames");

    private final ChannelHandlerContext codec;
    private final EventLoop loop;
    private final boolean isEncrypted;
    private final Context context;

    /** What is not yet done of what others than the socket's thread have handed over; what comes meanwhile queues up. */
    private volatile int handedOver;

    /** Cancelled for good by {@link #cancel}, even before there is one. */
    private volatile @Nullable Subscription frames;

    /** Null once there is a first frame, or there will be none. */
    private volatile @Nullable MonoSink<Void> opening;

    private volatile @Nullable Frame first;

    // Changed on the socket's thread alone:
    private @Nullable MonoSink<Void> answer;
    private boolean hasEnded;
    private boolean isOneOfMany;
    private @Nullable Throwable failure;
    private int taken;

    private SocketStream(ChannelHandlerContext codec, ContextView context) {
        this.codec = codec;
        this.loop = codec.channel().eventLoop();
        this.isEncrypted = codec.pipeline().get(SslHandler.class) != null;
        this.context = Crowd.servedBy(loop, Context.of(context));
    }

    /** A stream on the socket of that answer; empty if frames have to be written to it some other way. */
    static Optional<SocketStream> on(ServerHttpResponse response, ContextView context) {
        return codecOf(response).map(codec -> new SocketStream(codec, context));
    }

    /**
     * Sends the head of the answer once there is a first frame. Fails like the frames if they fail before that: nothing is
     * written then. Cancel cancels the frames.
     */
    Mono<Void> open(ServerHttpResponse response, Flux<Frame> source) {
        return Mono.<Void>create(sink -> {
                    opening = sink;
                    source.subscribe(this);
                })
                .then(Mono.defer(() -> response.writeWith(Flux.empty())))
                .doOnError(_ -> cancel())
                .doOnCancel(this::cancel);
    }

    /**
     * Writes the frames as they come, each flushed; a reader that is slow is asked for no more than a few. To be called
     * once, when the head is sent.
     *
     * @param sink ends like the frames
     */
    void rest(MonoSink<Void> sink) {
        loop.execute(() -> begin(sink));
    }

    /** Lets go of the frames, if they have not ended. */
    void cancel() {
        Operators.terminate(FRAMES, this);
    }

    /**
     * The codec of a socket on which an answer of unknown length is sent in chunks that nobody changes after it; empty if
     * it is not, as the answer to HEAD, which has no body, and what is compressed.
     */
    private static Optional<ChannelHandlerContext> codecOf(ServerHttpResponse response) {
        if (ServerHttpResponseDecorator.getNativeResponse(response) instanceof HttpServerResponse http
                && HttpVersion.HTTP_1_1.equals(http.version())
                && !HttpMethod.HEAD.equals(http.method())) {
            Channel[] channel = new Channel[1];
            http.withConnection(connection -> channel[0] = connection.channel());
            ChannelPipeline pipeline = channel[0].pipeline();
            return pipeline.get(HttpContentCompressor.class) == null
                    ? Optional.ofNullable(pipeline.context(HttpServerCodec.class))
                    : Optional.empty();
        }
        return Optional.empty();
    }

    /** Whoever makes the frames is told where they are taken. */
    @Override
    public Context currentContext() {
        return context;
    }

    @Override
    public void onSubscribe(Subscription subscription) {
        if (Operators.setOnce(FRAMES, this, subscription)) {
            subscription.request(1);
        }
    }

    @Override
    public void onNext(Frame frame) {
        MonoSink<Void> waiting = opening;
        if (waiting != null) {
            opening = null;
            first = frame;
            waiting.success();
        } else if (isTheSocketsTurn()) {
            write(frame);
        } else {
            handOver(() -> write(frame));
        }
    }

    @Override
    public void onError(Throwable trouble) {
        MonoSink<Void> waiting = opening;
        if (waiting != null) {
            opening = null;
            waiting.error(trouble);
        } else {
            handOver(() -> end(trouble));
        }
    }

    @Override
    public void onComplete() {
        MonoSink<Void> waiting = opening;
        handOver(this::endInTurn);
        if (waiting != null) {
            opening = null;
            waiting.success();
        }
    }

    /** Whether what comes now may be written at once: on this thread, and with nothing before it that was handed over. */
    private boolean isTheSocketsTurn() {
        return handedOver == 0 && loop.inEventLoop();
    }

    private void handOver(Runnable work) {
        HANDED_OVER.incrementAndGet(this);
        loop.execute(() -> {
            work.run();
            HANDED_OVER.decrementAndGet(this);
        });
    }

    private void begin(MonoSink<Void> sink) {
        answer = sink;
        Frame head = first;
        first = null;
        if (head != null) {
            write(head);
        }
        if (hasEnded) {
            finish(sink);
        } else {
            request(WINDOW);
        }
    }

    private void write(Frame frame) {
        isOneOfMany = frame.chunk().write(codec, !isEncrypted);
        taken++;
        if (taken >= WINDOW / 2) {
            int ask = taken;
            taken = 0;
            if (codec.channel().isWritable()) {
                request(ask);
            } else {
                codec.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(_ -> request(ask));
            }
        }
    }

    private void request(int more) {
        Subscription begun = frames;
        if (begun != null) {
            begun.request(more);
        }
    }

    /** To end an answer takes ten times as long as to write a frame: the others have the last one before. */
    private void endInTurn() {
        if (isOneOfMany) {
            loop.schedule(() -> end(null), CROWD_ENDS_AFTER_MILLIS, TimeUnit.MILLISECONDS);
        } else {
            end(null);
        }
    }

    private void end(@Nullable Throwable why) {
        hasEnded = true;
        failure = why;
        MonoSink<Void> begun = answer;
        if (begun != null) {
            finish(begun);
        }
    }

    private void finish(MonoSink<Void> begun) {
        if (failure == null) {
            begun.success();
        } else {
            begun.error(failure);
        }
    }
}
