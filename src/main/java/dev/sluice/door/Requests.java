package dev.sluice.door;

import dev.sluice.generation.Problem;
import dev.sluice.generation.ProblemType;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.DecoderResult;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Behind the codec: refuses what the codec lets through although it could be read in two ways, and puts into words why
 * a request was refused, for which Netty has none. The connection ends with such an answer.
 */
final class Requests extends ChannelDuplexHandler {

    private final HeadClock clock;
    private final DoorMeters meters;
    private @Nullable Problem refusal;

    Requests(HeadClock clock, DoorMeters meters) {
        this.clock = clock;
        this.meters = meters;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (message instanceof HttpRequest request) {
            clock.headIsRead();
            if (request.decoderResult().isSuccess()) {
                doubt(request).ifPresent(doubt -> request.setDecoderResult(DecoderResult.failure(new Doubt(doubt))));
            }
        }
        if (message instanceof LastHttpContent) {
            clock.requestIsRead();
        }
        if (message instanceof HttpObject object && object.decoderResult().isFailure() && refusal == null) {
            Bound bound = bound(object.decoderResult().cause());
            meters.refused(bound);
            refusal = problem(bound, object.decoderResult().cause());
        }
        context.fireChannelRead(message);
    }

    /** What makes it mean one thing to us and another to somebody in front of us (RFC 9112, sections 2.3 and 3.2). */
    private static Optional<String> doubt(HttpRequest request) {
        HttpVersion version = request.protocolVersion();
        if (!version.equals(HttpVersion.HTTP_1_1) && !version.equals(HttpVersion.HTTP_1_0)) {
            return Optional.of("Speak HTTP/1.1");
        }
        int hosts = request.headers().getAll(HttpHeaderNames.HOST).size();
        if (hosts > 1 || (hosts == 0 && version.equals(HttpVersion.HTTP_1_1))) {
            return Optional.of("Send one Host, not " + hosts);
        }
        return Optional.empty();
    }

    /** A request that the codec could read. */
    private static final class Doubt extends RuntimeException {

        private static final long serialVersionUID = 1;

        Doubt(String detail) {
            super(detail, null, false, false);
        }
    }

    private static Bound bound(Throwable cause) {
        return switch (cause) {
            case TooLongHttpLineException _ -> Bound.REQUEST_LINE;
            case TooLongHttpHeaderException _ -> Bound.HEAD_SIZE;
            default -> Bound.MALFORMED;
        };
    }

    private static Problem problem(Bound bound, Throwable cause) {
        return switch (bound) {
            case REQUEST_LINE ->
                new Problem(ProblemType.TARGET_TOO_LONG, "The request line is longer than is read: shorten it");
            case HEAD_SIZE ->
                new Problem(
                        ProblemType.HEAD_TOO_LARGE, "The head is larger than is read: send fewer or shorter fields");
            default ->
                new Problem(
                        ProblemType.MALFORMED_REQUEST,
                        cause instanceof Doubt
                                ? String.valueOf(cause.getMessage())
                                : "The request is not HTTP/1.1 as RFC 9112 has it");
        };
    }

    @Override
    public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
        if (message instanceof LastHttpContent) {
            clock.isAnswered();
        }
        context.write(
                refusal != null && message instanceof FullHttpResponse wordless && isNettysOwn(wordless, refusal)
                        ? inWords(wordless, refusal)
                        : message,
                promise);
    }

    private static boolean isNettysOwn(FullHttpResponse response, Problem refusal) {
        return response.status().code() == refusal.type().status()
                && !response.content().isReadable();
    }

    private static FullHttpResponse inWords(FullHttpResponse wordless, Problem refusal) {
        byte[] body = BareAnswer.body(refusal);
        wordless.headers()
                .set(HttpHeaderNames.CONTENT_TYPE, BareAnswer.TYPE)
                .set(HttpHeaderNames.CONTENT_LENGTH, body.length);
        FullHttpResponse inWords = wordless.replace(Unpooled.wrappedBuffer(body));
        wordless.release();
        return inWords;
    }
}
