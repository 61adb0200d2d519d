package dev.sluice.intake;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.EnumMap;
import java.util.Map;
import org.springframework.core.annotation.Order;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebExceptionHandler;
import reactor.core.publisher.Mono;

/** Counts requests that went beyond a bound; comes before both APIs, which answer them. */
@Order(-4)
final class RefusalMeters implements WebExceptionHandler {

    static final String REFUSED = "sluice.request.refused";

    private final Map<Bound, Counter> refused = new EnumMap<>(Bound.class);

    RefusalMeters(MeterRegistry registry) {
        for (Bound bound : Bound.values()) {
            refused.put(
                    bound,
                    Counter.builder(REFUSED)
                            .tag("bound", bound.word())
                            .description("Requests that were refused because they went beyond a bound")
                            .register(registry));
        }
    }

    @Override
    public Mono<Void> handle(ServerWebExchange exchange, Throwable failure) {
        if (failure instanceof Refusal refusal) {
            refusal.bound().map(refused::get).ifPresent(Counter::increment);
        }
        return Mono.error(failure);
    }
}
