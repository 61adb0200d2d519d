package dev.sluice.conductor;

import dev.sluice.capacity.Prices;
import java.time.Duration;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.util.retry.Retry;

/**
 * Keeps the prices as the upstream tells them: reads them at the start and every now and then. Nothing waits for it: until
 * they are read, and while they cannot be, what was known before is good enough, since the upstream's answer to a submit
 * says what it really cost.
 */
final class PriceReader implements SmartLifecycle {

    private static final Logger log = LoggerFactory.getLogger(PriceReader.class);

    static final Duration READ_EVERY = Duration.ofMinutes(10);

    /** After a failure; doubled with each further one, up to the longest pause. */
    static final Duration SOON = Duration.ofSeconds(1);

    static final Duration LONGEST_PAUSE_AFTER_FAILURES = Duration.ofMinutes(1);

    private final Mono<Map<String, Long>> told;
    private final Prices prices;
    private final Scheduler timer;
    private Disposable reading = Disposables.disposed();

    PriceReader(Mono<Map<String, Long>> told, Prices prices, Scheduler timer) {
        this.told = told;
        this.prices = prices;
        this.timer = timer;
    }

    @Override
    public void start() {
        reading = told.doOnNext(prices::are)
                .retryWhen(Retry.backoff(Long.MAX_VALUE, SOON)
                        .maxBackoff(LONGEST_PAUSE_AFTER_FAILURES)
                        .scheduler(timer)
                        .doBeforeRetry(PriceReader::tellOnce))
                .repeatWhen(reads -> reads.delayElements(READ_EVERY, timer))
                .subscribe();
    }

    private static void tellOnce(Retry.RetrySignal failed) {
        if (failed.totalRetries() == 0) {
            log.warn(
                    "The prices of the models cannot be read, and stay as they were: because={}",
                    failed.failure().getMessage());
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
