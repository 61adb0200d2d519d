package dev.sluice.journal;

import dev.sluice.generation.Allowance;
import dev.sluice.generation.CallerId;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * How much of what it may use a caller has used. Both are counted over the log, in sliding windows, so that nothing has to
 * be kept in step: what was rejected or cancelled gives its credits back by what it is.
 *
 * @param asOf when that was counted
 * @param requests accepted in the last minute
 * @param nextRequest until one of them is a minute old; zero if there is none
 * @param credits spent, at risk or set aside in the last 24 hours
 * @param nextCredits until some of them are a day old; zero if there are none
 */
public record Quota(
        Allowance allowance, Instant asOf, long requests, Duration nextRequest, long credits, Duration nextCredits) {

    public static final Duration REQUESTS_WINDOW = Duration.ofMinutes(1);
    public static final Duration CREDITS_WINDOW = Duration.ofDays(1);

    static Quota of(JdbcClient db, CallerId caller, Allowance allowance, Instant now) {
        Used requests = requests(db, caller, now.minus(REQUESTS_WINDOW));
        Used credits =
                allowance.creditsPerDay() == null ? new Used(0, null) : credits(db, caller, now.minus(CREDITS_WINDOW));
        return new Quota(
                allowance,
                now,
                requests.amount(),
                requests.until(now, REQUESTS_WINDOW),
                credits.amount(),
                credits.until(now, CREDITS_WINDOW));
    }

    static final String REQUESTS = """
        select (select max(nth) from generation where caller = :caller) as newest,
               (select nth from generation where caller = :caller and created_at > :since and nth is not null
                order by created_at, nth limit 1) as oldest,
               (select count(distinct coalesce(batch, id)) from generation
                where caller = :caller and nth is null and created_at > :since) as unnumbered,
               (select min(created_at) from generation where caller = :caller and created_at > :since) as since
        """;

    private record Used(long amount, @Nullable Long since) {

        Duration until(Instant now, Duration window) {
            return since == null
                    ? Duration.ZERO
                    : Duration.between(now, Instant.ofEpochMilli(since).plus(window));
        }
    }

    /**
     * Not counted one by one: with 15,000 in the last minute that took 8 ms of the one thread that writes, at each request,
     * and this takes as little with them as without. Those that an older version accepted have no number and are counted.
     * When the clock is set back, what was asked for before is forgotten.
     */
    private static Used requests(JdbcClient db, CallerId caller, Instant since) {
        return db.sql(REQUESTS)
                .param("caller", caller.value())
                .param("since", since.toEpochMilli())
                .query((row, _) -> {
                    Long oldest = Rows.longOrNull(row, "oldest");
                    long numbered = oldest == null ? 0 : row.getLong("newest") - oldest + 1;
                    return new Used(numbered + row.getLong("unnumbered"), Rows.longOrNull(row, "since"));
                })
                .single();
    }

    private static Used credits(JdbcClient db, CallerId caller, Instant since) {
        return db.sql("""
            select coalesce(sum(credits), 0) as amount, min(case when credits > 0 then created_at end) as since
            from generation where caller = ? and created_at > ?
            """)
                .params(caller.value(), since.toEpochMilli())
                .query((row, _) -> new Used(row.getLong("amount"), Rows.longOrNull(row, "since")))
                .single();
    }

    /** The same after one more request that is expected to cost so much. */
    Quota after(long moreCredits) {
        return new Quota(
                allowance,
                asOf,
                requests + 1,
                requests == 0 ? REQUESTS_WINDOW : nextRequest,
                credits + moreCredits,
                credits == 0 ? CREDITS_WINDOW : nextCredits);
    }

    public long requestsLeft() {
        return Math.max(0, allowance.requestsPerMinute() - requests);
    }

    /** Empty if the caller may spend as much as there is. */
    public Optional<Long> creditsLeft() {
        return Optional.ofNullable(allowance.creditsPerDay()).map(most -> Math.max(0, most - credits));
    }

    /** When some of the requests are free again; empty if none is used. */
    public Optional<Instant> requestsResetAt() {
        return requests == 0 ? Optional.empty() : Optional.of(asOf.plus(nextRequest));
    }

    /** When some of the credits are free again; empty if none is used. */
    public Optional<Instant> creditsResetAt() {
        return credits == 0 ? Optional.empty() : Optional.of(asOf.plus(nextCredits));
    }

    boolean isExceeded() {
        return requests > allowance.requestsPerMinute()
                || (allowance.creditsPerDay() != null && credits > allowance.creditsPerDay());
    }
}
