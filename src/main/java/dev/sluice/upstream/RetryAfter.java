package dev.sluice.upstream;

import java.time.Duration;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import org.jspecify.annotations.Nullable;

/** The pause that a {@code Retry-After} header asks for, in seconds or as a date (RFC 9110, section 10.2.3). */
final class RetryAfter {

    /** Longer than this is not believed: a wrong clock must not stop the queue for a day. */
    static final Duration LONGEST = Duration.ofSeconds(60);

    private RetryAfter() {}

    static @Nullable Duration parse(@Nullable String header) {
        if (header == null) {
            return null;
        }
        try {
            Duration pause = header.chars().allMatch(Character::isDigit)
                    ? Duration.ofSeconds(Long.parseLong(header))
                    : Duration.between(
                            ZonedDateTime.now(ZoneOffset.UTC),
                            ZonedDateTime.parse(header, DateTimeFormatter.RFC_1123_DATE_TIME));
            return pause.isNegative() ? Duration.ZERO : pause.compareTo(LONGEST) > 0 ? LONGEST : pause;
        } catch (NumberFormatException | DateTimeParseException neitherForm) {
            return null;
        }
    }
}
