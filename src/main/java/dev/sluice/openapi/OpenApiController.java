package dev.sluice.openapi;

import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;

/** The description as it was written, as JSON, and as a page. Nobody needs a key for it. */
@RestController
final class OpenApiController {

    private static final String FILE = "/openapi/openapi.yaml";

    /** RFC 9512. */
    private static final MediaType YAML = MediaType.valueOf("application/yaml");

    /** Of all that the page loads only its own drawings are no files. */
    private static final String PAGE_MAY =
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self';"
                    + " base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    private final Mono<Document> yaml = Document.atFirstAsked(() -> Document.read(FILE, YAML));
    private final Mono<Document> json = Document.atFirstAsked(() -> Document.asJson(FILE));
    private final Mono<Document> page =
            Document.atFirstAsked(() -> Document.read("/openapi/docs.html", MediaType.TEXT_HTML));

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
