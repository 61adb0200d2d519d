package dev.sluice.openapi;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.springframework.http.CacheControl;
import org.springframework.http.MediaType;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.web.server.ServerWebExchange;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import tools.jackson.databind.json.JsonMapper;

/** A text that is the same for everybody until the next version of Sluice, tagged by what it says. */
final class Document {

    /** For so long nobody asks again after an upgrade. */
    private static final CacheControl FOR_A_WHILE =
            CacheControl.maxAge(Duration.ofMinutes(5)).cachePublic();

    private final byte[] bytes;
    private final MediaType type;
    private final String etag;

    private Document(byte[] bytes, MediaType type) {
        this.bytes = bytes;
        this.type = new MediaType(type, StandardCharsets.UTF_8);
        this.etag = "\"" + HexFormat.of().formatHex(sha256(bytes), 0, 8) + "\"";
    }

    /** Reading and taking apart blocks, for a moment and once, on a thread where that harms nobody. */
    static Mono<Document> atFirstAsked(Callable<Document> document) {
        return Mono.fromCallable(document)
                .subscribeOn(Schedulers.boundedElastic())
                .cache();
    }

    /** The file of that name among the resources. Blocks. */
    static Document read(String name, MediaType type) throws IOException {
        return new Document(bytes(name), type);
    }

    /** What the YAML file of that name says, as JSON. Blocks. */
    static Document asJson(String name) throws IOException {
        String yaml = new String(bytes(name), StandardCharsets.UTF_8);
        Object content = new Yaml(new SafeConstructor(new LoaderOptions())).load(yaml);
        return new Document(JsonMapper.shared().writeValueAsBytes(content), MediaType.APPLICATION_JSON);
    }

    private static byte[] bytes(String name) throws IOException {
        try (InputStream file = Document.class.getResourceAsStream(name)) {
            return Objects.requireNonNull(file, name).readAllBytes();
        }
    }

    private static byte[] sha256(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java has SHA-256", e);
        }
    }

    /** 200 with all of it, or 304 for who has it. */
    Mono<Void> answer(ServerWebExchange exchange) {
        return answer(exchange, FOR_A_WHILE);
    }

    Mono<Void> answer(ServerWebExchange exchange, CacheControl kept) {
        ServerHttpResponse response = exchange.getResponse();
        response.getHeaders().setCacheControl(kept);
        if (exchange.checkNotModified(etag)) {
            return response.setComplete();
        }
        response.getHeaders().setContentType(type);
        response.getHeaders().setContentLength(bytes.length);
        return response.writeWith(
                Mono.fromSupplier(() -> response.bufferFactory().wrap(bytes)));
    }
}
