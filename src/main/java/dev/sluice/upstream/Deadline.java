package dev.sluice.upstream;

import java.time.Duration;
import reactor.core.publisher.Mono;

/**
 * When an answer that costs money is no longer waited for. A process that stood still may wake up after that with the answer
 * in its hands: it gets a moment to read it, and another one if it stood still in that.
 */
final class Deadline {

    /** Much longer than reading takes, and little beside any timeout. */
    private static final Duration MOMENT = Duration.ofMillis(400);

    private Deadline() {}

    static Mono<Long> after(Duration timeout) {
        Duration moment = timeout.compareTo(MOMENT.multipliedBy(4)) < 0 ? timeout.dividedBy(4) : MOMENT;
        return Mono.delay(timeout.minus(moment))
                .then(Mono.defer(() -> spent(moment)).repeatWhenEmpty(again -> again));
    }

    /** Empty if it took much longer than it should. */
    private static Mono<Long> spent(Duration moment) {
        long began = System.nanoTime();
        return Mono.delay(moment)
                .filter(_ -> System.nanoTime() - began < moment.multipliedBy(2).toNanos());
    }
}
