package dev.sluice.webhook;

import dev.sluice.access.SigningSecret;
import dev.sluice.addresses.PublicAddresses;
import dev.sluice.webhook.Answer.Failed;
import dev.sluice.webhook.Answer.Gone;
import dev.sluice.webhook.Answer.Taken;
import java.net.URI;
import java.net.UnknownHostException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import javax.net.ssl.SSLException;
import org.springframework.boot.http.client.FilteredHostException;
import org.springframework.boot.http.client.HttpClientSettings;
import org.springframework.boot.http.client.HttpRedirects;
import org.springframework.boot.http.client.InetAddressFilter;
import org.springframework.boot.http.client.ReactorHttpClientBuilder;
import reactor.core.publisher.Mono;
import reactor.netty.http.client.HttpClient;
import reactor.netty.http.client.HttpClientResponse;
import reactor.netty.resources.ConnectionProvider;

/** Posts messages to where strangers want them, and reads no more of the answer than its head. */
final class Sender {

    /** From the first look at the name to the end of the answer's head. */
    static final Duration LONGEST_ATTEMPT = Duration.ofSeconds(15);

    private static final int OK = 200;
    private static final int FIRST_REDIRECT = 300;
    private static final int GONE = 410;

    private final HttpClient http;
    private final Duration longestAttempt;
    private final InstantSource clock;

    Sender(WebhookProperties properties, Duration longestAttempt, InstantSource clock) {
        this(
                properties.allowPrivateAddresses() ? InetAddressFilter.all() : PublicAddresses.only(),
                HttpClient.create(ConnectionProvider.newConnection()),
                longestAttempt,
                clock);
    }

    /** A fresh connection for each: the address is checked when one is made, and few receivers are told often. */
    Sender(InetAddressFilter allowed, HttpClient http, Duration longestAttempt, InstantSource clock) {
        this.http = new ReactorHttpClientBuilder()
                .withHttpClientFactory(() -> http.disableRetry(true).noProxy())
                .build(HttpClientSettings.defaults()
                        .withRedirects(HttpRedirects.DONT_FOLLOW)
                        .withInetAddressFilter(allowed));
        this.longestAttempt = longestAttempt;
        this.clock = clock;
    }

    /** Never fails: that it did not get there is an answer as well. Cancel cuts the connection. */
    Mono<Answer> send(URI url, Message message, List<SigningSecret> secrets) {
        if (secrets.isEmpty()) {
            return Mono.just(new Failed("not sent: no secret to sign it with"));
        }
        return Mono.defer(() -> post(url, message, secrets))
                .map(this::answer)
                .timeout(longestAttempt)
                .onErrorResume(e -> Mono.just(new Failed(words(e))));
    }

    private Mono<HttpClientResponse> post(URI url, Message message, List<SigningSecret> secrets) {
        Instant now = clock.instant();
        byte[] body = message.bytes();
        return http.headers(headers -> headers.set("Content-Type", "application/json")
                        .set("Content-Length", body.length)
                        .set("User-Agent", "Sluice-Webhooks/1")
                        .set("webhook-id", message.id())
                        .set("webhook-timestamp", now.getEpochSecond())
                        .set("webhook-signature", message.signature(secrets, now)))
                .post()
                .uri(url)
                .send((_, out) -> out.sendByteArray(Mono.just(body)))
                .response();
    }

    private Answer answer(HttpClientResponse response) {
        int status = response.status().code();
        if (status >= OK && status < FIRST_REDIRECT) {
            return new Taken(status);
        }
        return status == GONE
                ? new Gone()
                : new Failed(
                        "answered " + status,
                        RetryAfter.parse(response.responseHeaders().get("Retry-After"), clock.instant()));
    }

    private String words(Throwable failure) {
        return Stream.iterate(failure, Objects::nonNull, Throwable::getCause)
                .map(cause -> switch (cause) {
                    case FilteredHostException _ -> "not sent: its address is not a public one";
                    case TimeoutException _ -> "no answer within " + longestAttempt.toSeconds() + " s";
                    case UnknownHostException _ -> "its name is not known";
                    case SSLException _ -> "no secure connection";
                    default -> "";
                })
                .filter(words -> !words.isEmpty())
                .findFirst()
                .orElse("no connection, or it was cut");
    }
}
