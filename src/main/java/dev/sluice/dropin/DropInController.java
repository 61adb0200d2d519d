package dev.sluice.dropin;

import dev.sluice.access.Caller;
import dev.sluice.capacity.Admission;
import dev.sluice.generation.EventId;
import dev.sluice.generation.Generation;
import dev.sluice.generation.GenerationId;
import dev.sluice.generation.ProblemType;
import dev.sluice.generation.Status;
import dev.sluice.intake.Intake;
import dev.sluice.intake.Refusal;
import dev.sluice.intake.Wanted;
import dev.sluice.journal.Journal;
import dev.sluice.journal.Opening;
import dev.sluice.stream.Frame;
import dev.sluice.stream.Moment;
import dev.sluice.stream.Streams;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.MediaType;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;

/**
 * The upstream's own calls, for programs that were written for it. Their requests are held while a generation waits for
 * its place; who goes away before that has cancelled, since nobody holds its id and a retry would pay twice.
 */
@RestController
final class DropInController {

    private static final Logger log = LoggerFactory.getLogger(DropInController.class);

    /** Longer than any wait in the queue, submit and fast polling together: a backstop, not a promise. */
    private static final Duration LONGEST_HOLD = Duration.ofMinutes(15);

    private final Intake intake;
    private final Journal journal;
    private final Streams streams;
    private final Admission admission;
    private final PassThrough passThrough;
    private final DropInAnswers answers;

    DropInController(
            Intake intake,
            Journal journal,
            Streams streams,
            Admission admission,
            PassThrough passThrough,
            DropInAnswers answers) {
        this.intake = intake;
        this.journal = journal;
        this.streams = streams;
        this.admission = admission;
        this.passThrough = passThrough;
        this.answers = answers;
    }

    @PostMapping("/api/v1/generate")
    Mono<Void> generate(ServerWebExchange exchange) {
        String lastEventId = exchange.getRequest().getHeaders().getFirst("Last-Event-ID");
        return lastEventId == null ? accept(exchange) : join(exchange, lastEventId);
    }

    private Mono<Void> accept(ServerWebExchange exchange) {
        Caller caller = Caller.of(exchange);
        ServerHttpResponse response = exchange.getResponse();
        return intake.read(exchange.getRequest()).flatMap(wanted -> switch (mode(wanted)) {
            case "async" ->
                open(caller, wanted)
                        .flatMap(accepted ->
                                hold(accepted, now -> now.acceptedAt().isPresent()))
                        .flatMap(generation -> answers.toAsync(response, generation));
            case "sync" ->
                open(caller, wanted)
                        .flatMap(accepted -> hold(accepted, now -> now.status() == Status.OVERDUE))
                        .flatMap(generation -> answers.toSync(response, generation));
            case "stream" -> {
                streams.requirePlace(caller.id());
                yield open(caller, wanted).flatMap(accepted -> stream(response, accepted, 0));
            }
            default -> throw new Refusal(ProblemType.INVALID_FIELD, "/mode: must be \"async\", \"sync\" or \"stream\"");
        });
    }

    private static String mode(Wanted wanted) {
        return wanted.mode() == null ? "sync" : wanted.mode();
    }

    private Mono<Generation> open(Caller caller, Wanted wanted) {
        return journal.open(new Opening(
                GenerationId.next(),
                caller.id(),
                wanted.request(),
                shorter(wanted.queueTimeout(), admission.dropInMaxWait()),
                admission.queueCapacity(),
                null));
    }

    private static Duration shorter(@Nullable Duration asked, Duration allowed) {
        return asked != null && asked.compareTo(allowed) < 0 ? asked : allowed;
    }

    /** Holds the request until the generation is as wanted or has ended; a caller that goes away has withdrawn it. */
    private Mono<Generation> hold(Generation accepted, Predicate<Generation> wanted) {
        return streams.until(accepted, wanted.or(Generation::hasEnded), LONGEST_HOLD)
                .doOnCancel(() -> withdraw(accepted.id()));
    }

    private Mono<Void> stream(ServerHttpResponse response, Generation generation, long after) {
        response.getHeaders().setContentType(MediaType.TEXT_EVENT_STREAM);
        response.getHeaders().setCacheControl("no-store, no-transform");
        response.getHeaders().set("X-Accel-Buffering", "no");
        return response.writeAndFlushWith(streams.stream(generation, after)
                .map(frame -> Mono.just(response.bufferFactory().wrap(bytes(frame))))
                .doOnCancel(() -> withdraw(generation.id())));
    }

    /** Never fails anybody: the caller is gone. */
    private void withdraw(GenerationId id) {
        journal.withdraw(id)
                .subscribe(
                        _ -> {},
                        e -> log.warn(
                                "A caller left, and its generation could not be withdrawn: id={} because={}",
                                id,
                                e.toString()));
    }

    private static byte[] bytes(Frame frame) {
        return frame.moment().map(DropInController::event).orElseGet(frame::bytes);
    }

    private static byte[] event(Moment moment) {
        String id = moment.recorded() ? "id: " + moment.generation().last().id() + "\n" : "";
        return (id + "data: " + UpstreamShape.event(moment) + "\n\n").getBytes(StandardCharsets.UTF_8);
    }

    /** A streamed submit that is sent again when its line was cut goes on where it was, and pays nothing. */
    private Mono<Void> join(ServerWebExchange exchange, String lastEventId) {
        return Mono.justOrEmpty(EventId.parse(lastEventId))
                .flatMap(last -> journal.find(
                                last.generation(), Caller.of(exchange).id())
                        .flatMap(generation -> stream(
                                        exchange.getResponse(),
                                        generation,
                                        last.sequence() < generation.sequence() ? last.sequence() : 0)
                                .thenReturn(true)))
                .switchIfEmpty(Mono.error(() -> new Refusal(
                        ProblemType.INVALID_LAST_EVENT_ID,
                        "Last-Event-ID names no generation of yours; leave it out to create one")))
                .then();
    }

    @GetMapping("/api/v1/generate")
    Mono<Void> poll(ServerWebExchange exchange) {
        String id = exchange.getRequest().getQueryParams().getFirst("id");
        if (id == null || id.isBlank()) {
            throw new Refusal(ProblemType.INVALID_FIELD, "id: say which generation, as ?id=");
        }
        Caller caller = Caller.of(exchange);
        return GenerationId.parse(id)
                .map(parsed -> journal.find(parsed, caller.id()))
                .orElseGet(() -> journal.findByUpstreamId(id, caller.id()))
                .map(UpstreamShape::poll)
                .flatMap(body ->
                        DropInAnswers.json(exchange.getResponse(), 200, body).thenReturn(true))
                .switchIfEmpty(Mono.defer(() -> passThrough.unknown(exchange).thenReturn(true)))
                .then();
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
