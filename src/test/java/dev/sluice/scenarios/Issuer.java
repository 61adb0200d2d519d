package dev.sluice.scenarios;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import reactor.core.publisher.Mono;
import reactor.netty.DisposableServer;
import reactor.netty.http.server.HttpServer;
import reactor.netty.http.server.HttpServerRequest;
import reactor.netty.http.server.HttpServerResponse;

/** An issuer of tokens: a real server with real keys, which tells its configuration and its public keys. */
final class Issuer implements AutoCloseable {

    static final String AUDIENCE = "sluice";

    private final List<JWK> published = new CopyOnWriteArrayList<>();
    private final AtomicInteger asked = new AtomicInteger();
    private final RSAKey first = rsa("first");
    private final int port;
    private volatile DisposableServer server;

    Issuer() {
        published.add(first);
        server = listen(0);
        port = server.port();
    }

    private DisposableServer listen(int at) {
        return HttpServer.create()
                .host("127.0.0.1")
                .port(at)
                .handle(this::answer)
                .bindNow();
    }

    URI uri() {
        return URI.create("http://127.0.0.1:" + port + "/realm");
    }

    private Mono<Void> answer(HttpServerRequest request, HttpServerResponse response) {
        return switch (request.uri()) {
            case "/realm/.well-known/openid-configuration" ->
                json(response, "{\"issuer\":\"%s\",\"jwks_uri\":\"%s/keys\"}".formatted(uri(), uri()));
            case "/realm/keys" -> {
                asked.incrementAndGet();
                yield json(response, new JWKSet(published).toString(true));
            }
            default -> response.sendNotFound();
        };
    }

    private static Mono<Void> json(HttpServerResponse response, String body) {
        return response.header("Content-Type", "application/json")
                .sendString(Mono.just(body))
                .then();
    }

    /** How often anybody asked for its keys. */
    int timesAsked() {
        return asked.get();
    }

    RSAKey firstKey() {
        return first;
    }

    /** From now on it also signs with that one, and says so. */
    RSAKey publish(RSAKey key) {
        published.add(key);
        return key;
    }

    ECKey publish(ECKey key) {
        published.add(key);
        return key;
    }

    static RSAKey rsa(String id) {
        try {
            return new RSAKeyGenerator(2048).keyID(id).generate();
        } catch (JOSEException e) {
            throw new AssertionError(e);
        }
    }

    static ECKey ec(String id) {
        try {
            return new ECKeyGenerator(Curve.P_256).keyID(id).generate();
        } catch (JOSEException e) {
            throw new AssertionError(e);
        }
    }

    /** A good token that names this caller. */
    String tokenFor(String caller) {
        return token(claims -> claims.subject(caller));
    }

    /** A good token but for what is done to its claims. */
    String token(UnaryOperator<JWTClaimsSet.Builder> change) {
        return signed(first, change.apply(claims()).build());
    }

    /** The claims of a good token for {@code erin}. */
    JWTClaimsSet.Builder claims() {
        Instant now = Instant.now();
        return new JWTClaimsSet.Builder()
                .issuer(uri().toString())
                .audience(AUDIENCE)
                .subject("erin")
                .issueTime(Date.from(now.minus(Duration.ofHours(1))))
                .expirationTime(Date.from(now.plus(Duration.ofMinutes(5))));
    }

    static String signed(RSAKey key, JWTClaimsSet claims) {
        return signed(key, JOSEObjectType.JWT, claims);
    }

    static String signed(RSAKey key, JOSEObjectType type, JWTClaimsSet claims) {
        try {
            SignedJWT token = new SignedJWT(
                    new JWSHeader.Builder(JWSAlgorithm.RS256)
                            .type(type)
                            .keyID(key.getKeyID())
                            .build(),
                    claims);
            token.sign(new RSASSASigner(key));
            return token.serialize();
        } catch (JOSEException e) {
            throw new AssertionError(e);
        }
    }

    static String signed(ECKey key, JWTClaimsSet claims) {
        try {
            SignedJWT token = new SignedJWT(
                    new JWSHeader.Builder(JWSAlgorithm.ES256)
                            .keyID(key.getKeyID())
                            .build(),
                    claims);
            token.sign(new ECDSASigner(key));
            return token.serialize();
        } catch (JOSEException e) {
            throw new AssertionError(e);
        }
    }

    void goAway() {
        server.disposeNow(Duration.ofSeconds(5));
    }

    void comeBack() {
        server = listen(port);
    }

    @Override
    public void close() {
        server.disposeNow(Duration.ofSeconds(5));
    }
}
