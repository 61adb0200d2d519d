package dev.sluice.conductor;

import dev.sluice.upstream.Upstream;
import java.time.Duration;
import org.springframework.context.SmartLifecycle;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/**
 * Asks for the account's balance now and then, which is free: so that operators see what is left while nothing is submitted,
 * and whether the upstream answers while nothing else is asked. Nothing waits for it, and nothing is decided by it.
 */
final class BalanceReader implements SmartLifecycle {

    private final Upstream upstream;
    private final CreditMeters credits;
    private final UpstreamMeters inquiries;
    private final Duration every;
    private final Scheduler timer;
    private Disposable reading = Disposables.disposed();

    BalanceReader(Upstream upstream, CreditMeters credits, UpstreamMeters inquiries, Duration every, Scheduler timer) {
        this.upstream = upstream;
        this.credits = credits;
        this.inquiries = inquiries;
        this.every = every;
        this.timer = timer;
    }

    @Override
    public void start() {
        reading = Flux.interval(Duration.ZERO, every, timer)
                .onBackpressureDrop()
                .concatMap(_ -> read(), 0)
                .subscribe();
    }

    private Mono<Void> read() {
        return upstream.credits()
                .doOnNext(credits::left)
                .then()
                .doOnSuccess(_ -> inquiries.inquired(true))
                .doOnError(_ -> inquiries.inquired(false))
                .onErrorComplete();
    }

    @Override
    public void stop() {
        reading.dispose();
    }

    @Override
    public boolean isRunning() {
        return !reading.isDisposed();
    }
}
