package dev.sluice.api;

import dev.sluice.access.Caller;
import dev.sluice.capacity.Admission;
import dev.sluice.capacity.Forecast;
import dev.sluice.capacity.WaitingRoom;
import dev.sluice.capacity.WaitingRoom.Ask;
import dev.sluice.generation.BatchId;
import dev.sluice.generation.GenerationId;
import dev.sluice.generation.ProblemType;
import dev.sluice.intake.IdempotencyKey;
import dev.sluice.intake.Intake;
import dev.sluice.intake.Refusal;
import dev.sluice.intake.Wanted;
import dev.sluice.intake.WantedBatch;
import dev.sluice.journal.Accepted;
import dev.sluice.journal.Journal;
import dev.sluice.stream.Frame;
import dev.sluice.stream.Several;
import dev.sluice.stream.Streams;
import dev.sluice.stream.TooManyStreams;
import java.time.Duration;
import java.util.Objects;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Batches: ask for several generations at once, look at them together, take them back together. */
@RestController
final class BatchesController {

    private final Intake intake;
    private final Journal journal;
    private final Streams streams;
    private final Forecast forecast;
    private final Admission admission;
    private final WaitingRoom room;
    private final ResumptionOfSeveral resumption;

    BatchesController(
            Intake intake,
            Journal journal,
            Streams streams,
            Forecast forecast,
            Admission admission,
            WaitingRoom room,
            ResumptionOfSeveral resumption) {
        this.intake = intake;
        this.journal = journal;
        this.streams = streams;
        this.forecast = forecast;
        this.admission = admission;
        this.room = room;
        this.resumption = resumption;
    }

    /** Accepts all of them or none, and answers with their stream, or at once unless the caller prefers to wait. */
    @PostMapping("/v1/batches")
    Mono<Void> post(ServerWebExchange exchange) {
        boolean asStream = Accepts.best(exchange, MediaType.APPLICATION_JSON, MediaType.TEXT_EVENT_STREAM)
                .equals(MediaType.TEXT_EVENT_STREAM);
        if (exchange.getRequest().getHeaders().containsHeader(Resumption.LAST_EVENT_ID)) {
            return resumption.join(exchange, asStream);
        }
        Caller caller = Caller.of(exchange);
        if (asStream) {
            streams.requirePlace(caller.id());
        }
        return intake.readSeveral(exchange)
                .flatMap(wanted -> open(exchange, caller, wanted))
                .doOnNext(batch -> exchange.getResponse().getHeaders().set(HttpHeaders.LOCATION, Batches.self(batch)))
                .flatMap(batch -> asStream ? Streams.answer(exchange, streamOf(batch)) : waitFor(exchange, batch));
    }

    /** Once it is accepted it is told, even if others took the last place meanwhile: a refusal would be paid twice. */
    private Flux<Frame> streamOf(Several accepted) {
        return streams.stream(accepted, accepted.beginning())
                .onErrorResume(TooManyStreams.class, _ -> streams.watch(accepted, accepted.beginning()));
    }

    private Mono<Several> open(ServerWebExchange exchange, Caller caller, WantedBatch wanted) {
        return room.accept(
                        caller.id(),
                        caller.allowance(),
                        wanted.generations().stream().map(this::ask).toList(),
                        BatchId.next(),
                        IdempotencyKey.of(exchange.getRequest(), wanted.fingerprint()))
                .doOnNext(accepted -> RateLimit.tell(exchange.getResponse(), accepted))
                .map(BatchesController::batch);
    }

    private Ask ask(Wanted wanted) {
        return new Ask(
                GenerationId.next(),
                wanted.request(),
                admission.waitAtMost(wanted.request().priority(), wanted.queueTimeout()),
                false);
    }

    /** Under the id that it was accepted with first: a key that is sent again brings no new one. */
    private static Several batch(Accepted accepted) {
        return Several.ofBatch(Objects.requireNonNull(accepted.batch()), accepted.generations());
    }

    private Mono<Void> waitFor(ServerWebExchange exchange, Several accepted) {
        Preference preference = Preference.of(exchange.getRequest().getHeaders(), Duration.ZERO);
        return streams.endings(accepted, preference.longest())
                .flatMap(batch -> Batches.body(forecast, batch).flatMap(body -> {
                    ServerHttpResponse response = exchange.getResponse();
                    preference.applyTo(response);
                    if (!batch.hasEnded()) {
                        Answers.putRetryAfter(response, body.path("generations").valueStream());
                    }
                    return Answers.json(response, batch.hasEnded() ? 200 : 202, body);
                }));
    }

    /** The batch as it stands, or as it ends if the caller prefers to wait. */
    @GetMapping("/v1/batches/{id}")
    Mono<Void> get(ServerWebExchange exchange, @PathVariable String id) {
        Accepts.best(exchange, MediaType.APPLICATION_JSON);
        Preference preference = Preference.of(exchange.getRequest().getHeaders(), Duration.ZERO);
        return Batches.find(journal, exchange, id)
                .flatMap(known -> streams.endings(known, preference.longest()))
                .flatMap(batch -> {
                    preference.applyTo(exchange.getResponse());
                    return Answers.unlessKnown(exchange, batch.version(), Batches.body(forecast, batch));
                });
    }

    /** Withdraws each that can be, as for one; 409 only if all had ended before. */
    @DeleteMapping("/v1/batches/{id}")
    Mono<Void> delete(ServerWebExchange exchange, @PathVariable String id) {
        Accepts.best(exchange, MediaType.APPLICATION_JSON);
        return Batches.find(journal, exchange, id)
                .filter(known -> !known.hasEnded())
                .switchIfEmpty(Mono.error(() -> new Refusal(ProblemType.CONFLICT, "All of it has ended already")))
                .flatMap(known -> journal.withdraw(
                                known.batch().orElseThrow(), Caller.of(exchange).id())
                        .map(known::asOf))
                .flatMap(batch -> Batches.body(forecast, batch))
                .flatMap(body -> Answers.json(exchange.getResponse(), 200, body));
    }
}
