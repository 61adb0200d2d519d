package dev.sluice.access;

import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import io.netty.channel.ChannelOption;
import java.net.URI;
import java.text.ParseException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.MediaType;
import org.springframework.http.client.reactive.ReactorClientHttpConnector;
import org.springframework.web.reactive.function.client.WebClient;
import org.springframework.web.reactive.function.client.WebClientResponseException;
import reactor.core.publisher.Mono;
import reactor.netty.http.client.HttpClient;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The keys that the issuer signs with: fetched when the first token comes, again when they are old, and when a token names
 * one that is not among them. However many tokens come, the issuer is asked once in {@link #PAUSE}, and once at a time.
 */
final class IssuerKeys {

    private static final Logger log = LoggerFactory.getLogger(IssuerKeys.class);

    /** A key that the issuer has taken back is no longer accepted after that. */
    private static final Duration FRESH = Duration.ofMinutes(5);

    /** For so long an issuer that is away keeps nobody out whose key is known. */
    private static final Duration USABLE = Duration.ofHours(1);

    private static final Duration PAUSE = Duration.ofSeconds(5);
    private static final Duration LONGEST_FETCH = Duration.ofSeconds(3);
    private static final int LARGEST_ANSWER = 256 * 1024;

    private final String issuer;
    private final WebClient http = WebClient.builder()
            .clientConnector(new ReactorClientHttpConnector(
                    HttpClient.newConnection().followRedirect(false).option(ChannelOption.CONNECT_TIMEOUT_MILLIS, (int)
                            LONGEST_FETCH.toMillis())))
            .codecs(codecs -> codecs.defaultCodecs().maxInMemorySize(LARGEST_ANSWER))
            .build();
    private final Mono<Fetched> newest =
            Mono.defer(this::fetch).cache(_ -> PAUSE, _ -> PAUSE, () -> PAUSE); // failures are remembered too

    private volatile @Nullable Fetched last;

    IssuerKeys(String issuer) {
        this.issuer = issuer;
    }

    private record Fetched(JWKSet keys, long nanos) {

        boolean has(@Nullable String id) {
            return id == null || keys.getKeyByKeyId(id) != null;
        }

        boolean isYoungerThan(Duration age) {
            return System.nanoTime() - nanos < age.toNanos();
        }
    }

    /** The issuer's keys, among them the one of that id if there is one; {@link IssuerUnreachable} if that is not known. */
    Mono<List<JWK>> forKeyId(@Nullable String id) {
        return Mono.defer(() -> {
                    Fetched known = last;
                    return known != null && known.has(id) && known.isYoungerThan(FRESH)
                            ? Mono.just(known)
                            : newest.onErrorResume(
                                    failure -> known != null && known.has(id) && known.isYoungerThan(USABLE)
                                            ? Mono.just(known)
                                            : Mono.error(new IssuerUnreachable(failure)));
                })
                .map(fetched -> fetched.keys().getKeys());
    }

    private Mono<Fetched> fetch() {
        return configuration()
                .flatMap(configuration ->
                        json(URI.create(configuration.path("jwks_uri").stringValue(""))))
                .map(IssuerKeys::read)
                .timeout(LONGEST_FETCH)
                .switchIfEmpty(Mono.error(() -> new IllegalStateException("It answered nothing")))
                .doOnNext(fetched -> last = fetched)
                .doOnError(e -> log.warn("The keys of the issuer cannot be fetched: because={}", e.toString()))
                .checkpoint("fetch the keys of the issuer");
    }

    /** OpenID Connect Discovery 1.0, section 4, else RFC 8414, section 3, which puts its word before the issuer's path. */
    private Mono<JsonNode> configuration() {
        String base = issuer.replaceAll("/+$", "");
        URI uri = URI.create(base);
        return json(URI.create(base + "/.well-known/openid-configuration"))
                .onErrorResume(
                        WebClientResponseException.NotFound.class,
                        _ -> json(uri.resolve(
                                "/.well-known/oauth-authorization-server" + Objects.requireNonNull(uri.getRawPath()))))
                .filter(configuration ->
                        issuer.equals(configuration.path("issuer").stringValue("")))
                .switchIfEmpty(Mono.error(
                        () -> new IllegalStateException("Its configuration is not that of sluice.jwt.issuer-uri")));
    }

    private Mono<JsonNode> json(URI uri) {
        return http.get()
                .uri(uri)
                .accept(MediaType.APPLICATION_JSON)
                .retrieve()
                .bodyToMono(byte[].class)
                .map(IssuerKeys::json);
    }

    private static JsonNode json(byte[] body) {
        try {
            return JsonMapper.shared().readTree(body);
        } catch (JacksonException e) {
            throw new IllegalStateException("Its answer is no JSON", e);
        }
    }

    private static Fetched read(JsonNode keys) {
        try {
            return new Fetched(JWKSet.parse(keys.toString()).toPublicJWKSet(), System.nanoTime());
        } catch (ParseException e) {
            throw new IllegalStateException("Its keys cannot be read", e);
        }
    }
}
