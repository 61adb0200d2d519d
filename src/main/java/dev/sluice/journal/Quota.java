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
        Used requests =
                used(db, "count(distinct coalesce(batch, id))", "created_at", caller, now.minus(REQUESTS_WINDOW));
        Used credits = allowance.creditsPerDay() == null
                ? new Used(0, null)
                : used(
                        db,
                        "coalesce(sum(credits), 0)",
                        "case when credits > 0 then created_at end",
                        caller,
                        now.minus(CREDITS_WINDOW));
        return new Quota(
                allowance,
                now,
                requests.amount(),
                requests.until(now, REQUESTS_WINDOW),
                credits.amount(),
                credits.until(now, CREDITS_WINDOW));
    }

    private record Used(long amount, @Nullable Long since) {

        Duration until(Instant now, Duration window) {
            return since == null
                    ? Duration.ZERO
                    : Duration.between(now, Instant.ofEpochMilli(since).plus(window));
        }
    }

    private static Used used(JdbcClient db, String amount, String from, CallerId caller, Instant since) {
        return db.sql("select " + amount + " as amount, min(" + from
                        + ") as since from generation where caller = ? and created_at > ?")
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
