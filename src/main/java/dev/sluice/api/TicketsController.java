package dev.sluice.api;

import dev.sluice.access.Caller;
import dev.sluice.access.StreamTickets;
import dev.sluice.generation.GenerationId;
import dev.sluice.generation.ProblemType;
import dev.sluice.intake.Intake;
import dev.sluice.intake.Refusal;
import dev.sluice.journal.Journal;
import java.util.List;
import java.util.stream.Collectors;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;
import tools.jackson.databind.json.JsonMapper;

/** Tickets, which open streams to browsers. */
@RestController
final class TicketsController {

    private final Intake intake;
    private final Journal journal;
    private final StreamTickets tickets;

    TicketsController(Intake intake, Journal journal, StreamTickets tickets) {
        this.intake = intake;
        this.journal = journal;
        this.tickets = tickets;
    }

    /** A ticket for the caller's streams: for the generations that the body names, all of them its own, or for all. */
    @PostMapping("/v1/stream-tickets")
    Mono<Void> post(ServerWebExchange exchange) {
        Accepts.best(exchange, MediaType.APPLICATION_JSON);
        Caller caller = Caller.of(exchange);
        return intake.readTicket(exchange.getRequest())
                .flatMap(wanted -> journal.missing(wanted.generations(), caller.id())
                        .flatMap(missing -> missing.isEmpty()
                                ? tickets.issue(caller, wanted.generations(), wanted.life())
                                : Mono.error(notFound(missing))))
                .flatMap(issued -> Answers.json(
                        exchange.getResponse(),
                        200,
                        JsonMapper.shared()
                                .createObjectNode()
                                .put("ticket", issued.ticket())
                                .put("expiresAt", issued.expiresAt().toString())));
    }

    private static Refusal notFound(List<GenerationId> missing) {
        return new Refusal(
                ProblemType.NOT_FOUND,
                "There is no generation of these ids, or they are not yours: "
                        + missing.stream().map(GenerationId::value).collect(Collectors.joining(", ")));
    }
}
