package dev.sluice.conductor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.capacity.Prices;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;
import reactor.core.publisher.Mono;
import reactor.test.scheduler.VirtualTimeScheduler;

@Isolated
class PriceReaderTests {

    private final VirtualTimeScheduler time = VirtualTimeScheduler.create();
    private int questions;
    private boolean fails;

    private final PriceReader reader = new PriceReader(
            Mono.<Map<String, Long>>defer(() -> {
                questions++;
                return fails ? Mono.error(new IllegalStateException("no answer in time")) : Mono.just(Map.of());
            }),
            new Prices(),
            time);

    @AfterEach
    void stop() {
        reader.stop();
        time.dispose();
    }

    @Test
    void readsAtTheStartAndThenNowAndThen() {
        reader.start();
        assertThat(questions).isEqualTo(1);

        time.advanceTimeBy(PriceReader.READ_EVERY.multipliedBy(3));

        assertThat(questions).isEqualTo(4);
    }

    @Test
    void asksAgainSoonAfterAFailureAndNeverStopsAsking() {
        fails = true;
        reader.start();

        time.advanceTimeBy(Duration.ofSeconds(10));
        assertThat(questions).isBetween(3, 6);
        time.advanceTimeBy(Duration.ofHours(1));
        assertThat(questions).isBetween(40, 130);

        fails = false;
        time.advanceTimeBy(PriceReader.LONGEST_PAUSE_AFTER_FAILURES.multipliedBy(2));
        int untilItSucceeded = questions;
        time.advanceTimeBy(PriceReader.READ_EVERY.minusMinutes(3));
        assertThat(questions).isEqualTo(untilItSucceeded);
    }

    @Test
    void asksNothingOnceItIsStopped() {
        reader.start();
        reader.stop();

        time.advanceTimeBy(Duration.ofHours(1));

        assertThat(questions).isEqualTo(1);
        assertThat(reader.isRunning()).isFalse();
    }
}
