package dev.sluice.pictures;

import dev.sluice.access.Caller;
import dev.sluice.generation.Generation;
import dev.sluice.generation.GenerationId;
import dev.sluice.generation.ProblemType;
import dev.sluice.intake.Refusal;
import dev.sluice.journal.Journal;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Optional;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.reactive.function.client.ClientResponse;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;

/** {@code GET /v1/generations/{id}/images/{n}}: the picture itself, streamed through. */
@RestController
final class PicturesController {

    private final Journal journal;
    private final PictureHosts hosts;

    PicturesController(Journal journal, PictureHosts hosts) {
        this.journal = journal;
        this.hosts = hosts;
    }

    @GetMapping("/v1/generations/{id}/images/{n}")
    Mono<Void> picture(ServerWebExchange exchange, @PathVariable String id, @PathVariable String n) {
        return Mono.justOrEmpty(GenerationId.parse(id))
                .filter(parsed -> Caller.of(exchange).maySee(parsed))
                .flatMap(parsed -> journal.find(parsed, Caller.of(exchange).id()))
                .mapNotNull(generation -> url(generation, n).orElse(null))
                .switchIfEmpty(Mono.error(() -> new Refusal(
                        ProblemType.NOT_FOUND,
                        "There is no such picture: images are numbered from 0, and a generation has"
                                + " some when it is completed")))
                .flatMap(url -> hosts.get(url, answer -> relay(answer, exchange.getResponse())));
    }

    private static Optional<URI> url(Generation generation, String n) {
        return n.matches("[0-9]{1,3}")
                        && Integer.parseInt(n) < generation.imageUrls().size()
                ? Optional.of(address(generation.imageUrls().get(Integer.parseInt(n))))
                : Optional.empty();
    }

    /** The upstream wrote it, so it may be anything. */
    private static URI address(String url) {
        try {
            return new URI(url);
        } catch (URISyntaxException e) {
            throw unavailable("its address cannot be read");
        }
    }

    /** Only pictures pass, and none that could run: what a stranger's host serves must not act in our name. */
    private static Mono<Void> relay(ClientResponse answer, ServerHttpResponse response) {
        Optional<MediaType> type = answer.headers().contentType().filter(PicturesController::isPicture);
        if (answer.statusCode().value() != 200 || type.isEmpty()) {
            return answer.releaseBody()
                    .then(Mono.error(unavailable("it answered "
                            + answer.statusCode().value()
                            + (answer.statusCode().value() == 200 ? " with something that is no picture" : ""))));
        }
        response.getHeaders().setContentType(type.get());
        answer.headers().contentLength().ifPresent(response.getHeaders()::setContentLength);
        response.getHeaders().set("Content-Security-Policy", "default-src 'none'; sandbox");
        response.getHeaders().set(HttpHeaders.CACHE_CONTROL, "private, max-age=86400, immutable");
        return response.writeWith(answer.bodyToFlux(DataBuffer.class));
    }

    private static boolean isPicture(MediaType type) {
        return type.getType().equals("image") || type.getType().equals("video");
    }

    static Refusal unavailable(String why) {
        return new Refusal(
                ProblemType.PICTURE_UNAVAILABLE,
                "The host that keeps the picture does not give it (" + why + "); its address is in imageUrls");
    }
}
