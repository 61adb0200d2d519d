package dev.sluice.access;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.springframework.http.server.reactive.HttpHandler;
import org.springframework.http.server.reactive.HttpHandlerDecoratorFactory;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.web.util.UriUtils;
import reactor.util.context.ContextView;

/**
 * Takes the ticket out of a request's address before anybody sees that: addresses are logged, traced, counted and passed
 * on. From here on it is only in the context.
 */
final class TicketsOffTheRecord implements HttpHandlerDecoratorFactory {

    private static final String TICKET = "ticket";

    /** The key under which the context has it. */
    private static final Class<TicketsOffTheRecord> KEY = TicketsOffTheRecord.class;

    /** The ticket that the request brought, as it was written; empty if none. */
    static Optional<String> of(ContextView context) {
        return context.getOrEmpty(KEY);
    }

    @Override
    public HttpHandler apply(HttpHandler handler) {
        return (request, response) -> Optional.ofNullable(request.getURI().getRawQuery())
                .flatMap(TicketsOffTheRecord::ticketIn)
                .map(ticket -> handler.handle(withoutTicket(request), response)
                        .contextWrite(context -> context.put(KEY, ticket)))
                .orElseGet(() -> handler.handle(request, response));
    }

    private static Optional<String> ticketIn(String query) {
        return Arrays.stream(query.split("&", -1))
                .filter(TicketsOffTheRecord::isTicket)
                .map(part -> part.substring(part.indexOf('=') + 1))
                .findFirst();
    }

    /** The rest stays as it was written: a builder of addresses would mend a path that is to be judged as it came. */
    private static ServerHttpRequest withoutTicket(ServerHttpRequest request) {
        String uri = request.getURI().toString();
        int end = uri.indexOf('?');
        String rest = Arrays.stream(uri.substring(end + 1).split("&", -1))
                .filter(Predicate.not(TicketsOffTheRecord::isTicket))
                .collect(Collectors.joining("&"));
        return request.mutate()
                .uri(URI.create(uri.substring(0, end) + (rest.isEmpty() ? "" : "?" + rest)))
                .build();
    }

    /** By its name as it is read, however that is written. */
    private static boolean isTicket(String part) {
        int end = part.indexOf('=');
        return end > 0 && TICKET.equals(UriUtils.decode(part.substring(0, end), StandardCharsets.UTF_8));
    }
}
