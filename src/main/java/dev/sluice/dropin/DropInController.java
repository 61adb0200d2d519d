package dev.sluice.dropin;

import dev.sluice.access.Caller;
import dev.sluice.generation.EventId;
import dev.sluice.generation.Generation;
import dev.sluice.generation.ProblemType;
import dev.sluice.generation.Status;
import dev.sluice.intake.IdempotencyKey;
import dev.sluice.intake.Intake;
import dev.sluice.intake.Refusal;
import dev.sluice.intake.Wanted;
import dev.sluice.journal.Journal;
import dev.sluice.journal.Opening;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;

/** The upstream's submit, in each of its modes, for programs that were written for it. */
@RestController
final class DropInController {

    private final Intake intake;
    private final Journal journal;
    private final HeldRequests held;
    private final DropInStream stream;
    private final DropInAnswers answers;

    DropInController(Intake intake, Journal journal, HeldRequests held, DropInStream stream, DropInAnswers answers) {
        this.intake = intake;
        this.journal = journal;
        this.held = held;
        this.stream = stream;
        this.answers = answers;
    }

    @PostMapping("/api/v1/generate")
    Mono<Void> generate(ServerWebExchange exchange) {
        String lastEventId = exchange.getRequest().getHeaders().getFirst("Last-Event-ID");
        return lastEventId == null
                ? intake.read(exchange).flatMap(wanted -> accept(exchange, wanted))
                : join(exchange, lastEventId);
    }

    private Mono<Void> accept(ServerWebExchange exchange, Wanted wanted) {
        Caller caller = Caller.of(exchange);
        ServerHttpResponse response = exchange.getResponse();
        Opening.Key key = IdempotencyKey.of(exchange.getRequest(), wanted);
        return switch (Mode.of(wanted.mode())) {
            case ASYNC ->
                held.open(
                        caller,
                        wanted,
                        key,
                        accepted -> held.until(
                                        accepted, key, now -> now.acceptedAt().isPresent())
                                .flatMap(generation -> answers.toAsync(response, generation)));
            case SYNC ->
                held.open(
                        caller,
                        wanted,
                        key,
                        accepted -> held.until(accepted, key, now -> now.status() == Status.OVERDUE)
                                .flatMap(generation -> answers.toSync(response, generation)));
            case STREAM -> {
                stream.requirePlace(caller);
                yield held.open(caller, wanted, key, accepted -> streamed(response, accepted, key));
            }
        };
    }

    /** A stream that a shutdown ends early leaves its reader with as little as a request that is cut off. */
    private Mono<Void> streamed(ServerHttpResponse response, Generation accepted, Opening.@Nullable Key key) {
        Mono<Void> written = stream.write(response, accepted, 0);
        return key == null ? written.doOnSuccess(_ -> held.leave(accepted.id())) : written;
    }

    /**
     * A streamed submit that is sent again when its line was cut goes on where it was, and pays nothing. Who joins knows
     * the generation's id, and withdraws nothing by going away.
     */
    private Mono<Void> join(ServerWebExchange exchange, String lastEventId) {
        return Mono.justOrEmpty(EventId.parse(lastEventId))
                .flatMap(last -> journal.find(
                                last.generation(), Caller.of(exchange).id())
                        .map(generation -> stream.write(exchange.getResponse(), generation, place(last, generation))))
                .switchIfEmpty(Mono.error(() -> new Refusal(
                        ProblemType.INVALID_LAST_EVENT_ID,
                        "Last-Event-ID names no generation of yours; leave it out to create one")))
                .flatMap(Function.identity());
    }

    /** From the beginning for a place past the end, and for who has seen the ending: something must be told. */
    private static long place(EventId last, Generation generation) {
        boolean somethingIsLeft = generation.hasEnded()
                ? last.sequence() < generation.sequence()
                : last.sequence() <= generation.sequence();
        return somethingIsLeft ? last.sequence() : 0;
    }
}
