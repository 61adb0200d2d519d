package dev.sluice.simulator;

import io.netty.channel.ChannelOption;
import io.netty.handler.codec.http.HttpHeaderNames;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.netty.ByteBufFlux;
import reactor.netty.Connection;
import reactor.netty.http.server.HttpServerRequest;
import reactor.netty.http.server.HttpServerResponse;

/** Bytes in, bytes out, and the ways in which a connection can fail to carry them. */
final class Wire {

    static final int MAX_BODY_BYTES = 4 * 1024 * 1024;

    /** Addresses of pictures are good for 15 days. */
    private static final String CACHE_PICTURE = "public, max-age=1296000, immutable";

    private Wire() {}

    /** The request's body is longer than anybody needs. */
    static final class TooLong extends RuntimeException {
        private static final long serialVersionUID = 1;

        TooLong() {
            super("Request body too long", null, false, false);
        }
    }

    static Mono<String> body(HttpServerRequest request) {
        return request.receive()
                .asByteArray()
                .collect(ByteArrayOutputStream::new, Wire::append)
                .map(bytes -> bytes.toString(StandardCharsets.UTF_8));
    }

    private static void append(ByteArrayOutputStream body, byte[] bytes) {
        if (body.size() + bytes.length > MAX_BODY_BYTES) {
            throw new TooLong();
        }
        body.writeBytes(bytes);
    }

    static Publisher<Void> send(Reply reply, HttpServerResponse response) {
        return switch (reply) {
            case Reply.Answer answer -> sendAnswer(answer, response);
            case Reply.Events events -> sendEvents(events.data(), response);
            case Reply.Png png -> sendPicture(png.bytes(), response);
            case Reply.Late late -> Mono.delay(late.by()).thenMany(Flux.defer(() -> send(late.reply(), response)));
            case Reply.Undecided undecided -> undecided.decision().flatMapMany(decided -> send(decided, response));
            case Reply.Silence _ -> close(response);
            case Reply.Reset _ -> reset(response);
        };
    }

    private static Publisher<Void> sendAnswer(Reply.Answer answer, HttpServerResponse response) {
        answer.headers().forEach(response::header);
        response.status(answer.status()).header(HttpHeaderNames.CONTENT_TYPE, answer.contentType());
        return sendWhole(answer.body().getBytes(StandardCharsets.UTF_8), response);
    }

    private static Publisher<Void> sendPicture(byte[] png, HttpServerResponse response) {
        response.header(HttpHeaderNames.CONTENT_TYPE, "image/png").header(HttpHeaderNames.CACHE_CONTROL, CACHE_PICTURE);
        return sendWhole(png, response);
    }

    private static Publisher<Void> sendWhole(byte[] body, HttpServerResponse response) {
        return response.header(HttpHeaderNames.CONTENT_LENGTH, Integer.toString(body.length))
                .sendByteArray(Mono.just(body));
    }

    private static Publisher<Void> sendEvents(Flux<String> data, HttpServerResponse response) {
        Flux<String> frames = data.map(each -> "data: " + each + "\n\n");
        return response.sse().send(ByteBufFlux.fromString(frames), _ -> true);
    }

    private static Publisher<Void> close(HttpServerResponse response) {
        response.withConnection(connection -> connection.channel().close());
        return Mono.never();
    }

    private static Publisher<Void> reset(HttpServerResponse response) {
        response.withConnection(Wire::lingerNot);
        return close(response);
    }

    /** A socket that may not linger is not closed in order but reset. */
    private static void lingerNot(Connection connection) {
        connection.channel().config().setOption(ChannelOption.SO_LINGER, 0);
    }
}
