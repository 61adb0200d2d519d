package dev.sluice.conductor;

import dev.sluice.upstream.PollOutcome;
import dev.sluice.upstream.PollOutcome.Unusable;
import dev.sluice.upstream.Upstream;
import io.github.resilience4j.circuitbreaker.CallNotPermittedException;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.ratelimiter.RateLimiter;
import io.github.resilience4j.ratelimiter.RequestNotPermitted;
import io.github.resilience4j.reactor.circuitbreaker.operator.CircuitBreakerOperator;
import io.github.resilience4j.reactor.ratelimiter.operator.RateLimiterOperator;
import reactor.core.publisher.Mono;

/** Polls under a breaker and a limiter of their own: what is paid for is polled whatever happens to submits. */
final class GuardedPolls {

    private final Upstream upstream;
    private final CircuitBreaker breaker;
    private final RateLimiter rate;

    GuardedPolls(Upstream upstream, CircuitBreaker breaker, RateLimiter rate) {
        this.upstream = upstream;
        this.breaker = breaker;
        this.rate = rate;
    }

    /** A poll without a usable answer, as the breaker wants to see it. */
    private static final class NoAnswer extends RuntimeException {
        private static final long serialVersionUID = 1;

        NoAnswer(Unusable outcome) {
            super(outcome.why(), null, false, false);
        }
    }

    /**
     * Asks, unless breaker or limiter refuse; never ends in an error. The breaker is inside the limiter, so that a poll
     * that the limiter refused tells the breaker nothing. The limiter must not wait (timeout-duration 0): its operator
     * would ask even after the poller has gone.
     */
    Mono<PollOutcome> poll(String upstreamId) {
        return upstream.poll(upstreamId)
                .<PollOutcome>flatMap(outcome ->
                        outcome instanceof Unusable unusable ? Mono.error(new NoAnswer(unusable)) : Mono.just(outcome))
                .transformDeferred(CircuitBreakerOperator.of(breaker))
                .transformDeferred(RateLimiterOperator.of(rate))
                .onErrorResume(NoAnswer.class, e -> Mono.just(new Unusable(String.valueOf(e.getMessage()))))
                .onErrorResume(CallNotPermittedException.class, _ -> Mono.just(new Unusable("circuit open")))
                .onErrorResume(RequestNotPermitted.class, _ -> Mono.just(new Unusable("rate limited")));
    }
}
