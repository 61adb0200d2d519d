package dev.sluice.dropin;

import dev.sluice.access.Caller;
import dev.sluice.generation.Generation;
import dev.sluice.generation.GenerationId;
import dev.sluice.generation.ProblemType;
import dev.sluice.intake.Refusal;
import dev.sluice.journal.Journal;
import java.util.function.Function;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;

/** Whatever can be asked of the upstream without paying: polls are answered from the log, the rest is passed through. */
@RestController
final class InquiryController {

    private final Journal journal;
    private final PassThrough passThrough;

    InquiryController(Journal journal, PassThrough passThrough) {
        this.journal = journal;
        this.passThrough = passThrough;
    }

    @GetMapping("/api/v1/generate")
    Mono<Void> poll(ServerWebExchange exchange) {
        String id = exchange.getRequest().getQueryParams().getFirst("id");
        if (id == null || id.isBlank()) {
            throw new Refusal(ProblemType.INVALID_FIELD, "id: say which generation, as ?id=");
        }
        return GenerationId.parse(id)
                .map(journal::find)
                .orElseGet(() -> journal.findByUpstreamId(id))
                .map(generation -> polled(exchange, generation))
                .switchIfEmpty(Mono.fromSupplier(() -> passThrough.unknownGeneration(exchange, id)))
                .flatMap(Function.identity());
    }

    /** What is somebody else's does not exist, also for who may ask the upstream: to it they are all one account. */
    private static Mono<Void> polled(ServerWebExchange exchange, Generation generation) {
        return generation.caller().equals(Caller.of(exchange).id())
                ? DropInAnswers.json(exchange.getResponse(), 200, UpstreamShape.poll(generation))
                : PassThrough.nothingHere();
    }

    @GetMapping({"/api/v1/models", "/api/v1/credits"})
    Mono<Void> passed(ServerWebExchange exchange) {
        return passThrough.pass(exchange);
    }

    @GetMapping("/api/v1/**")
    Mono<Void> others(ServerWebExchange exchange) {
        return passThrough.unknown(exchange);
    }
}
