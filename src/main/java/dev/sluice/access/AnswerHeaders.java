package dev.sluice.access;

import io.netty.util.AsciiString;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpHeaders;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;
import reactor.core.publisher.Mono;

/**
 * Gives every answer what every answer has: an {@code X-Request-Id}, the caller's own if it is fit to be one, else a new
 * one; and what keeps browsers from doing more with it than was meant.
 */
@Order(Ordered.HIGHEST_PRECEDENCE + 10)
public final class AnswerHeaders implements WebFilter {

    /** The page loads nothing from elsewhere but pictures; blob: is how it shows one that it fetched with a key. */
    private static final AsciiString POLICY =
            AsciiString.cached("default-src 'self'; img-src 'self' blob: https: http://127.0.0.1:* http://localhost:*;"
                    + " style-src 'self'; script-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none';"
                    + " frame-ancestors 'none'");

    private static final AsciiString REQUEST_ID = AsciiString.cached(RequestId.HEADER);
    private static final AsciiString CONTENT_TYPE_OPTIONS = AsciiString.cached("X-Content-Type-Options");
    private static final AsciiString NO_SNIFF = AsciiString.cached("nosniff");
    private static final AsciiString REFERRER_POLICY = AsciiString.cached("Referrer-Policy");
    private static final AsciiString NO_REFERRER = AsciiString.cached("no-referrer");
    private static final AsciiString CONTENT_SECURITY_POLICY = AsciiString.cached("Content-Security-Policy");

    AnswerHeaders() {}

    @Override
    public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
        HttpHeaders headers = exchange.getResponse().getHeaders();
        give(
                exchange.getRequest().getHeaders().getFirst(RequestId.HEADER),
                (name, value) -> headers.set(name.toString(), value.toString()));
        return chain.filter(exchange);
    }

    /**
     * The same for an answer that no filter sees.
     *
     * @param requestId the caller's own; null if it has none
     * @param header sets one of the answer's; the same bytes for all answers, which Netty copies as they are
     */
    public static void give(@Nullable String requestId, BiConsumer<CharSequence, CharSequence> header) {
        header.accept(REQUEST_ID, RequestId.of(requestId));
        header.accept(CONTENT_TYPE_OPTIONS, NO_SNIFF);
        header.accept(REFERRER_POLICY, NO_REFERRER);
        header.accept(CONTENT_SECURITY_POLICY, POLICY);
    }
}
