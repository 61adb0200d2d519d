package dev.sluice.access;

import dev.sluice.generation.Allowance;
import dev.sluice.generation.CallerId;
import dev.sluice.generation.GenerationId;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.web.server.ServerWebExchange;

/**
 * Who is calling.
 *
 * @param allowance what it may use
 * @param mayPassThrough whether questions that Sluice does not know may be passed on to the upstream for it
 * @param origins the web origins whose pages may speak for it
 * @param isConfigured whether it is in the settings; else it is only known by its tokens
 * @param only what its ticket is for; null if it may see all that is its own
 */
public record Caller(
        CallerId id,
        Allowance allowance,
        boolean mayPassThrough,
        Set<String> origins,
        boolean isConfigured,
        @Nullable Set<GenerationId> only) {

    private static final String ATTRIBUTE = Caller.class.getName();

    /**
     * Who sent this request.
     *
     * @throws Unauthenticated if nobody was recognised on this path
     */
    public static Caller of(ServerWebExchange exchange) {
        Caller caller = exchange.getAttribute(ATTRIBUTE);
        if (caller == null) {
            throw Unauthenticated.withoutKey();
        }
        return caller;
    }

    /** Whether this generation, if it is the caller's, is among those that this request may be about. */
    public boolean maySee(GenerationId generation) {
        return only == null || only.contains(generation);
    }

    Caller withOnly(Set<GenerationId> generations) {
        return new Caller(id, allowance, mayPassThrough, origins, isConfigured, Set.copyOf(generations));
    }

    /** Who was recognised so far; null if nobody was yet. */
    static @Nullable Caller recognisedIn(ServerWebExchange exchange) {
        return exchange.getAttribute(ATTRIBUTE);
    }

    void accompany(ServerWebExchange exchange) {
        exchange.getAttributes().put(ATTRIBUTE, this);
    }
}
