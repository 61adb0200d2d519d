package dev.sluice.conductor;

import dev.sluice.capacity.Verdict;
import dev.sluice.generation.Generation;
import dev.sluice.generation.GenerationEvent;
import dev.sluice.generation.GenerationEvent.Failed;
import dev.sluice.generation.GenerationEvent.Processing;
import dev.sluice.generation.GenerationEvent.Queued;
import dev.sluice.generation.GenerationEvent.Rejected;
import dev.sluice.generation.GenerationEvent.Unknown;
import dev.sluice.generation.Problem;
import dev.sluice.generation.ProblemType;
import dev.sluice.generation.WaitingFor;
import dev.sluice.journal.Receipt;
import dev.sluice.upstream.SubmitOutcome;
import dev.sluice.upstream.SubmitOutcome.Accepted;
import dev.sluice.upstream.SubmitOutcome.Ambiguous;
import dev.sluice.upstream.SubmitOutcome.Busy;
import dev.sluice.upstream.SubmitOutcome.FailedAtOnce;
import dev.sluice.upstream.SubmitOutcome.KeyRefused;
import dev.sluice.upstream.SubmitOutcome.NotSent;
import dev.sluice.upstream.SubmitOutcome.Refused;
import org.jspecify.annotations.Nullable;

/** What each outcome of a submit means: for the generation, for the receipts, for those who wait behind it. */
final class Submission {

    private Submission() {}

    static GenerationEvent event(Generation generation, SubmitOutcome outcome) {
        return switch (outcome) {
            case Accepted it -> new Processing(it.upstreamId(), it.creditsUsed(), it.creditsRemaining(), it.answer());
            case Busy _ -> new Queued(WaitingFor.BUSY);
            case KeyRefused _ -> new Queued(WaitingFor.KEY);
            case NotSent _ -> new Queued(WaitingFor.CIRCUIT);
            case Refused(var why) -> new Rejected(why);
            case FailedAtOnce it ->
                new Failed(it.why(), it.upstreamId(), it.creditsUsed(), it.creditsRemaining(), it.answer());
            case Ambiguous it -> lostAnswer(generation, it.why(), "");
        };
    }

    /**
     * The ending of a submit that may have been charged.
     *
     * @param evidence what else is known about it; may be empty
     */
    static Unknown lostAnswer(Generation generation, String how, String evidence) {
        return new Unknown(
                new Problem(
                        ProblemType.OUTCOME_UNKNOWN,
                        ("The submit was sent and its answer was lost (%s): it may have been accepted and charged. %s"
                            + " Sluice does not send it again on its own; ask anew if paying twice is better than not"
                            + " at all.")
                                .formatted(how, evidence)
                                .replace("  ", " ")),
                generation.leastCost());
    }

    /** The answer that is kept for good, if there was one that could have cost money. */
    static @Nullable Receipt receipt(SubmitOutcome outcome, String owner) {
        return switch (outcome) {
            case Accepted it ->
                new Receipt(it.upstreamId(), it.creditsUsed(), it.creditsRemaining(), it.answer(), owner);
            case FailedAtOnce it ->
                new Receipt(it.upstreamId(), it.creditsUsed(), it.creditsRemaining(), it.answer(), owner);
            case Ambiguous it -> new Receipt(null, null, null, it.answer(), owner);
            case Busy _, KeyRefused _, NotSent _, Refused _ -> null;
        };
    }

    static Verdict verdict(SubmitOutcome outcome) {
        return switch (outcome) {
            case Accepted _, FailedAtOnce _, Refused _ -> new Verdict.Clear();
            case Busy it -> new Verdict.Busy(it.retryAfter());
            case KeyRefused _ -> new Verdict.KeyRefused();
            case NotSent _ -> new Verdict.Unreachable();
            case Ambiguous _ -> new Verdict.Unclear();
        };
    }
}
