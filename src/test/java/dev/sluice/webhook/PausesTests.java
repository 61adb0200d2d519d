package dev.sluice.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.generation.CallerId;
import dev.sluice.generation.EventId;
import dev.sluice.generation.GenerationId;
import dev.sluice.journal.Delivery;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class PausesTests {

    private static final Instant ENDED = Instant.parse("2026-01-01T00:00:00Z");

    private final Pauses pauses = new Pauses(new Random(1));

    @Test
    void growFromFiveSecondsToAnHourAndEndADayAfterTheEnding() {
        List<Duration> between = new ArrayList<>();
        Instant now = ENDED;
        int attempts = 1;
        for (var next = pauses.next(after(attempts), null, now); next.isPresent(); ) {
            between.add(Duration.between(now, next.get()));
            now = next.get();
            attempts++;
            next = pauses.next(after(attempts), null, now);
        }

        assertThat(between.getFirst()).isBetween(Duration.ofSeconds(5), Duration.ofSeconds(6));
        assertThat(between.get(1)).isBetween(Duration.ofSeconds(15), Duration.ofSeconds(18));
        assertThat(between).allMatch(pause -> pause.compareTo(Duration.ofMinutes(72)) <= 0);
        assertThat(now).as("the last attempt").isEqualTo(ENDED.plus(Duration.ofHours(24)));
        assertThat(attempts).isBetween(25, 35);
    }

    @Test
    void areAsLongAsTheReceiverAsksButNotBeyondTheDay() {
        assertThat(pauses.next(after(1), Duration.ofMinutes(10), ENDED)).contains(ENDED.plus(Duration.ofMinutes(10)));
        assertThat(pauses.next(after(1), Duration.ofDays(9), ENDED)).contains(ENDED.plus(Duration.ofHours(24)));
        assertThat(pauses.next(after(9), Duration.ofSeconds(1), ENDED))
                .hasValueSatisfying(next -> assertThat(next).isAfter(ENDED.plus(Duration.ofMinutes(59))));
        assertThat(pauses.next(after(1), Duration.ofSeconds(-5), ENDED))
                .hasValueSatisfying(next -> assertThat(next).isAfterOrEqualTo(ENDED.plus(Pauses.FIRST)));
    }

    @Test
    void readWhatAReceiverAsksForInBothForms() {
        assertThat(RetryAfter.parse("120", ENDED)).hasMinutes(2);
        assertThat(RetryAfter.parse("Thu, 01 Jan 2026 00:01:00 GMT", ENDED)).hasMinutes(1);
        assertThat(RetryAfter.parse("soon", ENDED)).isNull();
        assertThat(RetryAfter.parse("", ENDED)).isNull();
        assertThat(RetryAfter.parse("99999999999999999999", ENDED)).isNull();
    }

    private static Delivery after(int attempts) {
        return new Delivery(
                new EventId(GenerationId.LATEST, 4),
                new CallerId("alice"),
                "example.com",
                URI.create("https://example.com/"),
                Delivery.State.PENDING,
                ENDED,
                attempts,
                null,
                null,
                null);
    }
}
