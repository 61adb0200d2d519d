package dev.sluice.stream;

import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.core.io.buffer.DataBufferFactory;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.http.server.reactive.HttpHandler;
import org.springframework.http.server.reactive.HttpHandlerDecoratorFactory;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;
import reactor.util.context.Context;
import reactor.util.context.ContextView;

/**
 * Writes the streams that handlers have decided on, when they are done. The head is the last that WebFlux does for such a
 * request, so that what fails before the first frame is answered like any other failure; the frames follow when it is done
 * with it. A stream on which nothing happens keeps nothing of its exchange, its filters and its observation, and its ending
 * ends none of them ({@code src/bench/run idle}, {@code src/bench/run fanout}).
 */
final class StreamedAnswers implements WebFilter, HttpHandlerDecoratorFactory {

    private static final String FRAMES = StreamedAnswers.class.getName();

    /** To be written once the handlers of this exchange are done. */
    static void put(ServerWebExchange exchange, Flux<Frame> frames) {
        exchange.getAttributes().put(FRAMES, frames);
    }

    /** Writes them at once, and ends when they do. */
    static Mono<Void> write(ServerHttpResponse response, Flux<Frame> frames) {
        return Mono.deferContextual(context -> SocketStream.on(response, context)
                .map(stream -> open(stream, response, frames).then(Mono.<Void>create(sink -> {
                    sink.onCancel(stream::cancel);
                    stream.rest(sink);
                })))
                .orElseGet(() -> writeElements(response, frames)));
    }

    @Override
    public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
        return chain.filter(exchange).then(Mono.deferContextual(context -> {
            Flux<Frame> frames = exchange.getAttribute(FRAMES);
            return frames == null ? Mono.empty() : begin(exchange, frames, context);
        }));
    }

    private static Mono<Void> begin(ServerWebExchange exchange, Flux<Frame> frames, ContextView context) {
        ServerHttpResponse response = exchange.getResponse();
        return SocketStream.on(response, context)
                .map(stream -> {
                    Request request = context.get(Request.class);
                    request.stream(stream, exchange.getAttributes());
                    return open(stream, response, frames).doOnError(_ -> request.refused());
                })
                .orElseGet(() -> writeElements(response, frames));
    }

    private static Mono<Void> open(SocketStream stream, ServerHttpResponse response, Flux<Frame> frames) {
        putHeaders(response);
        return stream.open(response, frames);
    }

    private static Mono<Void> writeElements(ServerHttpResponse response, Flux<Frame> frames) {
        putHeaders(response);
        DataBufferFactory buffers = response.bufferFactory();
        return response.writeAndFlushWith(frames.map(frame -> Mono.just(buffers.wrap(frame.bytes()))));
    }

    private static void putHeaders(ServerHttpResponse response) {
        HttpHeaders headers = response.getHeaders();
        headers.setContentType(MediaType.TEXT_EVENT_STREAM);
        headers.setCacheControl("no-store, no-transform");
        headers.set("X-Accel-Buffering", "no");
    }

    @Override
    public HttpHandler apply(HttpHandler handler) {
        return (request, response) -> Mono.create(answer -> new Request(answer).begin(handler, request, response));
    }

    /** First WebFlux's, then its stream's, if it has one. */
    private static final class Request implements Disposable {

        private final MonoSink<Void> answer;
        private final Disposable.Swap handling = Disposables.swap();
        private volatile @Nullable SocketStream stream;
        private volatile Map<String, Object> attributes = Map.of();

        Request(MonoSink<Void> answer) {
            this.answer = answer;
        }

        void begin(HttpHandler handler, ServerHttpRequest request, ServerHttpResponse response) {
            answer.onDispose(this);
            handling.update(handler.handle(request, response)
                    .subscribe(
                            null,
                            answer::error,
                            this::handled,
                            Context.of(answer.contextView()).put(Request.class, this)));
        }

        void stream(SocketStream opening, Map<String, Object> ofTheExchange) {
            stream = opening;
            attributes = ofTheExchange;
        }

        void refused() {
            stream = null;
        }

        /** The exchange is over, and Reactor Netty keeps it until the answer is: what it has gathered is let go. */
        private void handled() {
            SocketStream opened = stream;
            if (opened == null) {
                answer.success();
            } else {
                attributes.clear();
                opened.rest(answer);
            }
        }

        @Override
        public void dispose() {
            handling.dispose();
            SocketStream opened = stream;
            if (opened != null) {
                opened.cancel();
            }
        }
    }
}
