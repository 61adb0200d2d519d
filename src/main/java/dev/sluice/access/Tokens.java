package dev.sluice.access;

import dev.sluice.generation.CallerId;
import reactor.core.publisher.Mono;

/** Tokens that name their bearer. */
interface Tokens {

    /** When there is no issuer: nothing is a token. */
    Tokens NONE = _ -> Mono.empty();

    /**
     * Whom the token names. Empty if it cannot be a token at all; {@link Unauthenticated} if it is none to be accepted,
     * {@link IssuerUnreachable} if that cannot be found out.
     */
    Mono<CallerId> bearer(String credential);
}
