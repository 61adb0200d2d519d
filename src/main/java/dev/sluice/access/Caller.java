package dev.sluice.access;

import dev.sluice.generation.Allowance;
import dev.sluice.generation.CallerId;
import org.springframework.web.server.ServerWebExchange;

/**
 * Who is calling.
 *
 * @param allowance what it may use
 * @param mayPassThrough whether questions that Sluice does not know may be passed on to the upstream for it
 */
public record Caller(CallerId id, Allowance allowance, boolean mayPassThrough) {

    private static final String ATTRIBUTE = Caller.class.getName();

    /**
     * Who sent this request.
     *
     * @throws Unauthenticated if nobody was recognised on this path
     */
    public static Caller of(ServerWebExchange exchange) {
        Caller caller = exchange.getAttribute(ATTRIBUTE);
        if (caller == null) {
            throw new Unauthenticated();
        }
        return caller;
    }

    void accompany(ServerWebExchange exchange) {
        exchange.getAttributes().put(ATTRIBUTE, this);
    }
}
