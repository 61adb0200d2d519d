package dev.sluice.openapi;

import org.springframework.http.CacheControl;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;

/** The client for browsers and Node, and its types: for everybody, and for the pages of every origin to load. */
@RestController
final class ClientController {

    /** The page of Sluice uses it with scripts of its own, which are asked for each time as well: no two versions are mixed. */
    private static final CacheControl ASKED_EACH_TIME = CacheControl.noCache();

    private final Mono<Document> client =
            Document.atFirstAsked(() -> Document.read("/client/sluice.js", MediaType.valueOf("text/javascript")));
    private final Mono<Document> types =
            Document.atFirstAsked(() -> Document.read("/client/sluice.d.ts", MediaType.TEXT_PLAIN));

    @GetMapping("/sluice.js")
    Mono<Void> client(ServerWebExchange exchange) {
        return toEveryOrigin(client, exchange);
    }

    @GetMapping("/sluice.d.ts")
    Mono<Void> types(ServerWebExchange exchange) {
        return toEveryOrigin(types, exchange);
    }

    /** A module is loaded as CORS asks for it (HTML standard, "fetch a single module script"). It says nothing of anybody. */
    private static Mono<Void> toEveryOrigin(Mono<Document> file, ServerWebExchange exchange) {
        exchange.getResponse().getHeaders().setAccessControlAllowOrigin("*");
        return file.flatMap(document -> document.answer(exchange, ASKED_EACH_TIME));
    }
}
