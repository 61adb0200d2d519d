package dev.sluice.conductor;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The pace of polling.
 *
 * @param initialDelay from the upstream's acceptance to the first poll
 * @param interval between two polls
 * @param maxAttempts answered polls until a generation is overdue
 * @param overdueInterval between two polls of an overdue one
 * @param overdueFor how long an overdue one is polled until it is given up
 * @param strategy fixed, or learnt: polls come where the durations of the model make the ending likely, and on average no
 *     more of them than the fixed ones
 */
@ConfigurationProperties("sluice.polling")
record Polling(
        @DefaultValue("5s") Duration initialDelay,
        @DefaultValue("3s") Duration interval,
        @DefaultValue("60") int maxAttempts,
        @DefaultValue("30s") Duration overdueInterval,
        @DefaultValue("1h") Duration overdueFor,
        @DefaultValue("fixed") Strategy strategy) {

    /** How polls are placed until a generation is overdue. */
    enum Strategy {
        FIXED,
        LEARNT
    }

    Polling {
        requirePositive("initial-delay", initialDelay);
        requirePositive("interval", interval);
        requirePositive("overdue-interval", overdueInterval);
        requirePositive("overdue-for", overdueFor);
        if (maxAttempts < 1) {
            throw new IllegalArgumentException("sluice.polling.max-attempts must be at least 1, not " + maxAttempts);
        }
    }

    /** How many polls the fixed pace has made so long after the acceptance, that moment included. */
    long fixedPolls(Duration elapsed) {
        return elapsed.compareTo(initialDelay) < 0
                ? 0
                : 1 + elapsed.minus(initialDelay).dividedBy(interval);
    }

    /** When the fixed pace polls next, counted from the acceptance. */
    Duration fixedPollAfter(Duration elapsed) {
        return initialDelay.plus(interval.multipliedBy(fixedPolls(elapsed)));
    }

    private static void requirePositive(String name, Duration value) {
        if (!value.isPositive()) {
            throw new IllegalArgumentException(
                    "sluice.polling." + name + " must be a positive duration such as 3s, not " + value);
        }
    }
}
