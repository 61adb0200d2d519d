package dev.sluice.upstream;

import dev.sluice.generation.Problem;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** How a submit ended, by whether the upstream took it: the one question that money hangs on. */
public sealed interface SubmitOutcome {

    /** All the words under which one may be counted. */
    List<String> WORDS = List.of("accepted", "busy", "key_refused", "refused", "failed", "not_sent", "unknown");

    /** The word under which it is counted. */
    default String word() {
        return switch (this) {
            case Accepted _ -> "accepted";
            case Busy _ -> "busy";
            case KeyRefused _ -> "key_refused";
            case Refused _ -> "refused";
            case FailedAtOnce _ -> "failed";
            case NotSent _ -> "not_sent";
            case Ambiguous _ -> "unknown";
        };
    }

    /** Taken, and paid for. */
    record Accepted(
            String upstreamId,
            @Nullable Long creditsUsed,
            @Nullable Long creditsRemaining,
            String answer) implements SubmitOutcome {}

    /**
     * Not taken, for now: {@code server_busy} (refunded), or 429.
     *
     * @param retryAfter how long the upstream asks to be left alone, if it says
     * @param activeTasks how many tasks it says it has, if it says
     */
    record Busy(@Nullable Duration retryAfter, @Nullable Integer activeTasks) implements SubmitOutcome {}

    /** Not taken: 401 or 403. An operator has to act. */
    record KeyRefused(int status) implements SubmitOutcome {}

    /** Not taken, and it never will be. */
    record Refused(Problem why) implements SubmitOutcome {}

    /** Taken, paid for, and failed in the same answer. */
    record FailedAtOnce(
            Problem why,
            @Nullable String upstreamId,
            @Nullable Long creditsUsed,
            @Nullable Long creditsRemaining,
            String answer)
            implements SubmitOutcome {}

    /** Certainly not taken: its first byte was never sent. */
    record NotSent(String why) implements SubmitOutcome {}

    /** Sent, and nobody knows. */
    record Ambiguous(String why, String answer) implements SubmitOutcome {}
}
