package dev.sluice.upstream;

import dev.sluice.generation.GenerationRequest;
import dev.sluice.upstream.PollOutcome.Unusable;
import dev.sluice.upstream.SubmitOutcome.Ambiguous;
import dev.sluice.upstream.SubmitOutcome.NotSent;
import io.netty.handler.codec.http.HttpHeaderNames;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Function;
import org.reactivestreams.Publisher;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.web.reactive.function.client.ClientResponse;
import org.springframework.web.reactive.function.client.WebClient;
import reactor.core.publisher.Mono;
import reactor.netty.ByteBufFlux;
import reactor.netty.http.client.HttpClientResponse;

/**
 * The image API. Every operation is lazy and asks once: nothing here or below repeats a call or follows a redirect of one
 * that carries the key.
 */
public final class Upstream {

    private static final String GENERATE = "/api/v1/generate";

    private final WebClient submits;
    private final WebClient polls;
    private final WebClient others;
    private final NearbyClients nearby;
    private final QuestionTimers timers;
    private final UpstreamKey key;
    private final UpstreamProperties properties;

    Upstream(
            WebClient submits,
            WebClient polls,
            WebClient others,
            NearbyClients nearby,
            QuestionTimers timers,
            UpstreamKey key,
            UpstreamProperties properties) {
        this.submits = submits;
        this.polls = polls;
        this.others = others;
        this.nearby = nearby;
        this.timers = timers;
        this.key = key;
        this.properties = properties;
    }

    /**
     * Submits a generation in async mode: this is where money is spent. Never ends in an error: whatever goes wrong is an
     * outcome, and {@link NotSent} only if not a byte was written. Cancel does not take a submit back, it loses its answer.
     */
    public Mono<SubmitOutcome> submit(GenerationRequest request) {
        return Mono.defer(() -> {
                    FirstByte firstByte = new FirstByte();
                    return Mono.defer(() -> send(request))
                            .timeout(Deadline.after(properties.submitTimeout()))
                            .onErrorResume(e -> Mono.just(failed(firstByte, e)))
                            .contextWrite(context -> context.put(FirstByte.class, firstByte));
                })
                .checkpoint("submit to the upstream");
    }

    /** How long an answer to a submit is waited for. */
    public Duration longestSubmit() {
        return properties.submitTimeout();
    }

    /** How long to wait between two questions for the account's balance. */
    public Duration balanceEvery() {
        return properties.balanceEvery();
    }

    private Mono<SubmitOutcome> send(GenerationRequest request) {
        return submits.post()
                .uri(GENERATE)
                .headers(this::authorize)
                .contentType(MediaType.APPLICATION_JSON)
                .accept(MediaType.APPLICATION_JSON)
                .bodyValue(asyncBody(request))
                .exchangeToMono(Upstream::submitAnswer)
                .map(answer -> answer.read(key.value()));
    }

    private static SubmitOutcome failed(FirstByte firstByte, Throwable e) {
        return firstByte.wasNeverWritten() ? new NotSent(Failures.inWords(e)) : new Ambiguous(Failures.inWords(e), "");
    }

    /** The caller's body to the letter, every digit of it, with the mode in front. */
    private static byte[] asyncBody(GenerationRequest request) {
        String members = request.body().substring(1);
        return ("{\"mode\":\"async\"," + members).getBytes(StandardCharsets.UTF_8);
    }

    private static Mono<SubmitAnswer> submitAnswer(ClientResponse response) {
        return text(response)
                .map(body -> new SubmitAnswer(
                        response.statusCode().value(),
                        response.headers().asHttpHeaders().getFirst(HttpHeaders.RETRY_AFTER),
                        body));
    }

    /** Asks how a generation stands. Never ends in an error: an answer that says nothing is {@link Unusable}. */
    public Mono<PollOutcome> poll(String upstreamId) {
        return Mono.defer(() -> polls.get()
                        .uri(GENERATE + "?id={id}", upstreamId)
                        .headers(this::authorize)
                        .accept(MediaType.APPLICATION_JSON)
                        .exchangeToMono(response -> text(response)
                                .map(body ->
                                        new PollAnswer(response.statusCode().value(), body)))
                        .map(answer -> answer.read(key.value())))
                .timeout(properties.pollTimeout())
                .onErrorResume(e -> Mono.just(new Unusable(Failures.inWords(e))))
                .checkpoint("poll the upstream");
    }

    /**
     * How many credits the account holds; empty if the answer does not tell. Ends in an error, which names no host, if there
     * is none in time, and in {@link RefusedKey} if the key is not taken.
     */
    public Mono<Long> credits() {
        return askForCredits()
                .onErrorMap(
                        e -> !(e instanceof IllegalStateException),
                        e -> new IllegalStateException(Failures.inWords(e), e))
                .mapNotNull(body -> Said.number(Said.json(body).path("data"), "credits"))
                .checkpoint("ask the upstream for the credits");
    }

    private Mono<String> askForCredits() {
        return others.get()
                .uri("/api/v1/credits")
                .headers(this::authorize)
                .accept(MediaType.APPLICATION_JSON)
                .exchangeToMono(Upstream::answered)
                .timeout(properties.pollTimeout());
    }

    private static Mono<String> answered(ClientResponse response) {
        int status = response.statusCode().value();
        if (status == 401 || status == 403) {
            return response.releaseBody().then(Mono.error(() -> new RefusedKey(status)));
        }
        boolean isOfNoUse =
                status >= 500 || status == 404 || status / 100 == 3; // it leads elsewhere, or knows no such path
        return isOfNoUse
                ? response.releaseBody().then(Mono.error(() -> new IllegalStateException("it answered " + status)))
                : text(response);
    }

    /**
     * Whether the upstream answers, found out by asking for the credits, which is free. What answers with nothing of use is
     * not taken for it: a submit would be refused or lost there. Never ends in an error.
     */
    public Mono<Boolean> isAnswering() {
        return askForCredits()
                .thenReturn(true)
                .onErrorReturn(RefusedKey.class, true)
                .onErrorReturn(false)
                .checkpoint("ask whether the upstream answers");
    }

    /** What each model costs, by its name. Ends in an error, which names no host, if the answer does not tell. */
    public Mono<Map<String, Long>> prices() {
        return others.get()
                .uri("/api/v1/models")
                .headers(this::authorize)
                .accept(MediaType.APPLICATION_JSON)
                .exchangeToMono(response -> text(response)
                        .map(body -> new ModelsAnswer(response.statusCode().value(), body).prices()))
                .timeout(properties.pollTimeout())
                .onErrorMap(
                        e -> !(e instanceof IllegalStateException),
                        e -> new IllegalStateException(Failures.inWords(e), e))
                .checkpoint("ask the upstream for the prices");
    }

    /**
     * Asks the upstream something that costs nothing, with its own key, and hands over the answer whatever its status.
     *
     * @param pathAndQuery as the caller sent it, normalised and still encoded
     * @param relay consumes the answer's body, or cancels it
     */
    public Mono<Void> get(String pathAndQuery, HttpHeaders headers, Function<ClientResponse, Mono<Void>> relay) {
        return others.get()
                .uri(URI.create(properties.baseUrl() + pathAndQuery))
                .headers(sent -> {
                    sent.addAll(headers);
                    authorize(sent);
                })
                .exchangeToMono(relay)
                .checkpoint("pass a question through to the upstream");
    }

    /**
     * The same past WebClient. Ends in whatever error there was below.
     *
     * @param path as the caller sent it, in its normal form
     * @param headers adds those of the caller that are passed on
     */
    public Mono<Void> relay(
            String path,
            Consumer<io.netty.handler.codec.http.HttpHeaders> headers,
            BiFunction<HttpClientResponse, ByteBufFlux, Publisher<Void>> relay) {
        return Mono.defer(() -> {
            long began = System.nanoTime();
            AtomicBoolean isAnswered = new AtomicBoolean();
            return nearby.here()
                    .headers(sent -> {
                        headers.accept(sent);
                        sent.set(HttpHeaderNames.AUTHORIZATION, "Bearer " + key.value());
                    })
                    .get()
                    .uri(URI.create(properties.baseUrl() + path))
                    .response((answer, body) -> {
                        isAnswered.set(true);
                        timers.answered(answer.status().code(), System.nanoTime() - began);
                        return relay.apply(answer, body);
                    })
                    .then()
                    .doOnError(_ -> !isAnswered.get(), why -> timers.failed(why, System.nanoTime() - began));
        });
    }

    /** Where the upstream is, for people. */
    public URI baseUrl() {
        return properties.baseUrl();
    }

    private void authorize(HttpHeaders headers) {
        headers.setBearerAuth(key.value());
    }

    private static Mono<String> text(ClientResponse response) {
        return response.bodyToMono(byte[].class)
                .map(bytes -> new String(bytes, StandardCharsets.UTF_8))
                .defaultIfEmpty("");
    }
}
