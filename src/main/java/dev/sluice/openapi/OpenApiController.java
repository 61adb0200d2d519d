package dev.sluice.openapi;

import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** The description as it was written, as JSON, and as a page. Nobody needs a key for it. */
@RestController
final class OpenApiController {

    private static final String FILE = "openapi.yaml";

    /** RFC 9512. */
    private static final MediaType YAML = MediaType.valueOf("application/yaml");

    /** Of all that the page loads only its own drawings are no files. */
    private static final String PAGE_MAY =
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self';"
                    + " base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    private final Mono<Document> yaml = atFirstAsked(Mono.fromCallable(() -> Document.read(FILE, YAML)));
    private final Mono<Document> json = atFirstAsked(Mono.fromCallable(() -> Document.asJson(FILE)));
    private final Mono<Document> page =
            atFirstAsked(Mono.fromCallable(() -> Document.read("docs.html", MediaType.TEXT_HTML)));

    /** Reading and taking apart blocks, for a moment and once, on a thread where that harms nobody. */
    private static Mono<Document> atFirstAsked(Mono<Document> document) {
        return document.subscribeOn(Schedulers.boundedElastic()).cache();
    }

    @GetMapping("/openapi.yaml")
    Mono<Void> yaml(ServerWebExchange exchange) {
        return yaml.flatMap(document -> document.answer(exchange));
    }

    @GetMapping("/openapi.json")
    Mono<Void> json(ServerWebExchange exchange) {
        return json.flatMap(document -> document.answer(exchange));
    }

    @GetMapping("/docs")
    Mono<Void> docs(ServerWebExchange exchange) {
        exchange.getResponse().getHeaders().set("Content-Security-Policy", PAGE_MAY);
        return page.flatMap(document -> document.answer(exchange));
    }
}
