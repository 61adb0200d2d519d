package dev.sluice.intake;

import dev.sluice.access.Caller;
import dev.sluice.access.SigningSecrets;
import dev.sluice.generation.ProblemType;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.core.io.buffer.DataBufferLimitException;
import org.springframework.core.io.buffer.DataBufferUtils;
import org.springframework.http.HttpHeaders;
import org.springframework.http.InvalidMediaTypeException;
import org.springframework.http.MediaType;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;

/** Reads the body of a request for a generation. What is wrong with it ends in a {@link Refusal} that names the field. */
public final class Intake {

    private static final MediaType ANY_JSON = MediaType.valueOf("application/*+json");

    private final RequestProperties bounds;
    private final StrictJson json;
    private final int largestBody;
    private final Duration longestBody;
    private final SigningSecrets secrets;

    Intake(RequestProperties properties, SigningSecrets secrets) {
        this.secrets = secrets;
        bounds = properties;
        json = new StrictJson(properties);
        largestBody = (int) properties.maxBody().toBytes();
        longestBody = properties.bodyTimeout();
    }

    public Mono<Wanted> read(ServerWebExchange exchange) {
        return read(exchange.getRequest()).doOnNext(wanted -> requireSecret(exchange, wanted, ""));
    }

    /** The same of a body that asks for several, each of them as above. */
    public Mono<WantedBatch> readSeveral(ServerWebExchange exchange) {
        return readSeveral(exchange.getRequest()).doOnNext(batch -> {
            for (int i = 0; i < batch.generations().size(); i++) {
                requireSecret(exchange, batch.generations().get(i), "/generations/" + i);
            }
        });
    }

    /** Nobody could tell an unsigned delivery from one that a stranger made up. */
    private void requireSecret(ServerWebExchange exchange, Wanted wanted, String pointer) {
        require(
                wanted.request().webhookUrl() == null
                        || !secrets.of(Caller.of(exchange).id()).isEmpty(),
                pointer + "/sluice/webhookUrl",
                "there is no secret to sign your webhooks with; leave it out, or ask the operator to set"
                        + " sluice.clients[n].webhook-secrets or sluice.webhook.signing-secret");
    }

    Mono<Wanted> read(ServerHttpRequest request) {
        return Mono.defer(() -> {
            requireJson(request.getHeaders());
            return body(request).map(json::object).map(body -> Wanted.of(body, bounds));
        });
    }

    Mono<WantedBatch> readSeveral(ServerHttpRequest request) {
        return Mono.defer(() -> {
            requireJson(request.getHeaders());
            return body(request).map(json::object).map(body -> WantedBatch.of(body, bounds));
        });
    }

    /** The same of a body that asks for a ticket. */
    public Mono<WantedTicket> readTicket(ServerHttpRequest request) {
        return Mono.defer(() -> {
            requireJson(request.getHeaders());
            return body(request).map(json::object).map(WantedTicket::of);
        });
    }

    private static void requireJson(HttpHeaders headers) {
        MediaType type = contentType(headers);
        boolean isJson = type == null || MediaType.APPLICATION_JSON.includes(type) || ANY_JSON.includes(type);
        if (!isJson || (type != null && type.getCharset() != null && type.getCharset() != StandardCharsets.UTF_8)) {
            throw new Refusal(
                    ProblemType.UNSUPPORTED_MEDIA_TYPE, "Send the body as Content-Type: application/json, in UTF-8");
        }
        if (headers.getFirst(HttpHeaders.CONTENT_ENCODING) != null) {
            throw new Refusal(ProblemType.UNSUPPORTED_MEDIA_TYPE, "Send the body without Content-Encoding");
        }
    }

    private static @Nullable MediaType contentType(HttpHeaders headers) {
        try {
            return headers.getContentType();
        } catch (InvalidMediaTypeException e) {
            throw new Refusal(
                    ProblemType.UNSUPPORTED_MEDIA_TYPE, "The Content-Type cannot be read; send application/json");
        }
    }

    private Mono<byte[]> body(ServerHttpRequest request) {
        return request.getHeaders().getContentLength() > largestBody
                ? Mono.error(this::tooLarge)
                : DataBufferUtils.join(request.getBody(), largestBody)
                        .map(joined -> {
                            byte[] bytes = new byte[joined.readableByteCount()];
                            joined.read(bytes);
                            DataBufferUtils.release(joined);
                            return bytes;
                        })
                        .defaultIfEmpty(new byte[0])
                        .timeout(longestBody, Mono.error(this::tooSlow))
                        .onErrorMap(this::refusal);
    }

    private Refusal refusal(Throwable failure) {
        return switch (failure) {
            case Refusal refusal -> refusal;
            case DataBufferLimitException _ -> tooLarge();
            default -> new Refusal(ProblemType.MALFORMED_REQUEST, "The body breaks off");
        };
    }

    private Refusal tooSlow() {
        return new Refusal(
                ProblemType.MALFORMED_REQUEST,
                "The body did not come to its end within %d ms: send as much as its Content-Length says"
                        .formatted(longestBody.toMillis()),
                Bound.BODY_TIME);
    }

    private Refusal tooLarge() {
        return new Refusal(
                ProblemType.BODY_TOO_LARGE, "The body may have " + largestBody + " bytes at most", Bound.BODY_SIZE);
    }

    static void require(boolean kept, String pointer, String rule) {
        if (!kept) {
            throw Refusal.ofField(pointer, rule);
        }
    }
}
