package dev.sluice.conductor;

import dev.sluice.upstream.RefusedKey;
import dev.sluice.upstream.Upstream;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/**
 * Asks for the account's balance now and then, which is free: so that operators see what is left while nothing is submitted,
 * and whether the upstream answers while nothing else is asked. What is wrong is said once, when it begins: so a wrong
 * address or key is known before the first submit. Nothing waits for it, and nothing is decided by it.
 */
final class BalanceReader implements SmartLifecycle {

    private static final Logger log = LoggerFactory.getLogger(BalanceReader.class);

    private final Upstream upstream;
    private final CreditMeters credits;
    private final UpstreamMeters inquiries;
    private final Duration every;
    private final Scheduler timer;
    private Disposable reading = Disposables.disposed();
    private String trouble = "";

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
                .doOnSuccess(_ -> answered())
                .doOnError(this::failed)
                .onErrorComplete();
    }

    private void answered() {
        inquiries.inquired(true);
        if (!trouble.isEmpty()) {
            log.info("The image API can be asked again");
            trouble = "";
        }
    }

    /** A refusal is an answer as well. */
    private void failed(Throwable failure) {
        inquiries.inquired(failure instanceof RefusedKey);
        String why = String.valueOf(failure.getMessage());
        if (!why.equals(trouble)) {
            trouble = why;
            tell(failure, why);
        }
    }

    private void tell(Throwable failure, String why) {
        if (failure instanceof RefusedKey refused) {
            log.error(
                    "The upstream refuses Sluice's key: answer={}. Correct sluice.upstream.api-key, or the file that"
                            + " sluice.upstream.api-key-file names",
                    refused.status());
        } else {
            log.warn(
                    "The image API cannot be asked: because={} url={}. Look whether"
                            + " sluice.upstream.base-url is right and can be reached from here",
                    why,
                    upstream.baseUrl());
        }
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
