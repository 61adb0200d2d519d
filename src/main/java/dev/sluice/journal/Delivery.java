package dev.sluice.journal;

import dev.sluice.generation.CallerId;
import dev.sluice.generation.EventId;
import dev.sluice.generation.Generation;
import dev.sluice.generation.GenerationId;
import java.net.URI;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * That an ending is told to an address that its caller gave.
 *
 * @param ending the event that is told
 * @param host where it goes, as whoever shares it is counted
 * @param attempts how often it was sent, the one that is under way included
 * @param lastAttempt in short words what came of the newest attempt; null until one is over
 * @param nextAt when it is sent next, unless the one that is under way succeeds; null once it is settled
 */
public record Delivery(
        EventId ending,
        CallerId caller,
        String host,
        URI url,
        State state,
        Instant endedAt,
        int attempts,
        @Nullable String lastAttempt,
        @Nullable Instant nextAt,
        @Nullable Instant deliveredAt) {

    /** For so long after the ending it is tried. */
    public static final Duration TRIED_FOR = Duration.ofHours(24);

    /** How a delivery stands. */
    public enum State {
        /** It is sent, now or later. */
        PENDING,
        /** Its receiver has it. */
        DELIVERED,
        /** Its receiver said that it wants none any more. */
        GONE,
        /** Nobody took it for as long as it was tried. */
        GIVEN_UP;

        private final String word = name().toLowerCase(Locale.ROOT);

        /** The word that callers see, and that the table holds. */
        public String word() {
            return word;
        }

        private static State of(String word) {
            return Arrays.stream(values())
                    .filter(state -> state.word.equals(word))
                    .findFirst()
                    .orElseThrow(() -> new IllegalStateException("A delivery is in a state unknown here: " + word));
        }
    }

    /** When it is given up. */
    public Instant triedUntil() {
        return endedAt.plus(TRIED_FOR);
    }

    /** Writes down that this is to be told, if it has ended and its caller wants to be told. */
    static void owe(JdbcClient db, Generation generation) {
        URI url = generation.request().webhookUrl();
        if (url == null || !generation.hasEnded()) {
            return;
        }
        long endedAt = generation.last().at().toEpochMilli();
        db.sql("""
            insert into delivery (generation, sequence, caller, host, url, state, ended_at, next_at)
            values (?, ?, ?, ?, ?, 'pending', ?, ?)
            """)
                .params(
                        generation.id().value(),
                        generation.sequence(),
                        generation.caller().value(),
                        String.valueOf(url.getHost()).toLowerCase(Locale.ROOT),
                        url.toString(),
                        endedAt,
                        endedAt)
                .update();
    }

    static Delivery read(ResultSet row, int number) throws SQLException {
        return new Delivery(
                new EventId(new GenerationId(row.getString("generation")), row.getLong("sequence")),
                new CallerId(row.getString("caller")),
                row.getString("host"),
                URI.create(row.getString("url")),
                State.of(row.getString("state")),
                Instant.ofEpochMilli(row.getLong("ended_at")),
                row.getInt("attempts"),
                row.getString("last_attempt"),
                instant(row, "next_at"),
                instant(row, "delivered_at"));
    }

    private static @Nullable Instant instant(ResultSet row, String column) throws SQLException {
        Long millis = Rows.longOrNull(row, column);
        return millis == null ? null : Instant.ofEpochMilli(millis);
    }
}
