package dev.sluice.door;

import dev.sluice.generation.Problem;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.DecoderResult;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import java.nio.channels.ClosedChannelException;
import org.jspecify.annotations.Nullable;

/**
 * Behind the codec: refuses what the codec lets through although it could be read in two ways, and puts into words why
 * a request was refused, for which Netty has none. The connection ends with such an answer.
 */
final class Requests extends ChannelDuplexHandler {

    private final HeadClock clock;
    private final int mostAhead;
    private final DoorMeters meters;
    private @Nullable Problem refusal;
    private boolean answering;
    private boolean hungUp;

    /** @param mostAhead requests that may wait behind the one that is being answered */
    Requests(HeadClock clock, int mostAhead, DoorMeters meters) {
        this.clock = clock;
        this.mostAhead = mostAhead;
        this.meters = meters;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (hungUp) {
            ReferenceCountUtil.release(message);
            return;
        }
        if (message instanceof HttpRequest request) {
            clock.headIsRead();
            if (clock.unanswered() > mostAhead + 1) {
                meters.refused(Bound.PIPELINED);
                ReferenceCountUtil.release(message);
                hangUp(context);
                return;
            }
            if (request.decoderResult().isSuccess()) {
                Framing.doubt(request).ifPresent(doubt -> request.setDecoderResult(DecoderResult.failure(doubt)));
            }
        }
        if (message instanceof LastHttpContent) {
            clock.requestIsRead();
        }
        if (message instanceof HttpObject object && object.decoderResult().isFailure()) {
            refuse(object.decoderResult().cause());
            if (message instanceof HttpContent && !(message instanceof HttpRequest)) { // a head is answered in its turn
                ReferenceCountUtil.release(message);
                hangUp(context);
                return;
            }
        }
        context.fireChannelRead(message);
    }

    private void refuse(Throwable cause) {
        Bound bound = Framing.bound(cause);
        meters.refused(bound);
        refusal = Framing.problem(bound, cause);
    }

    /**
     * A body that cannot be taken apart must not be taken for one that has ended, which Netty would do: half of it may
     * be a good request, which would be accepted, and paid, while its sender is told that it was not.
     */
    private void hangUp(ChannelHandlerContext context) {
        hungUp = true;
        if (refusal == null || answering || clock.unanswered() > 1) {
            context.close(); // words would be read as part of another answer
            return;
        }
        FullHttpResponse answer = new DefaultFullHttpResponse(
                HttpVersion.HTTP_1_1,
                HttpResponseStatus.valueOf(refusal.type().status()),
                Unpooled.wrappedBuffer(BareAnswer.body(refusal)));
        answer.headers()
                .set(HttpHeaderNames.CONTENT_TYPE, BareAnswer.TYPE)
                .set(HttpHeaderNames.CONTENT_LENGTH, answer.content().readableBytes())
                .set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
        context.writeAndFlush(answer).addListener(ChannelFutureListener.CLOSE);
    }

    @Override
    public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
        if (hungUp) {
            ReferenceCountUtil.release(message);
            promise.tryFailure(new ClosedChannelException());
            return;
        }
        if (message instanceof HttpResponse response
                && response.status().codeClass() != HttpStatusClass.INFORMATIONAL) {
            answering = true;
        }
        Object told = refusal != null && message instanceof FullHttpResponse wordless && isNettysOwn(wordless)
                ? inWords(wordless, refusal)
                : message;
        if (message instanceof LastHttpContent && answering) {
            answering = false;
            clock.isAnswered();
        }
        context.write(told, promise);
    }

    private static boolean isNettysOwn(FullHttpResponse response) {
        return response.status().codeClass() == HttpStatusClass.CLIENT_ERROR
                && !response.content().isReadable();
    }

    private static FullHttpResponse inWords(FullHttpResponse wordless, Problem refusal) {
        byte[] body = BareAnswer.body(refusal);
        wordless.headers()
                .set(HttpHeaderNames.CONTENT_TYPE, BareAnswer.TYPE)
                .set(HttpHeaderNames.CONTENT_LENGTH, body.length);
        FullHttpResponse inWords = wordless.replace(Unpooled.wrappedBuffer(body));
        inWords.setStatus(HttpResponseStatus.valueOf(refusal.type().status()));
        wordless.release();
        return inWords;
    }
}
