package dev.sluice.generation;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** A fact about a generation, as the log keeps it. */
public sealed interface GenerationEvent {

    /** Where the generation stands after this. */
    Status status();

    /**
     * Waiting for a place at the upstream.
     *
     * @param returnedFor why it came back from a submit that was certainly not accepted; null the first time
     */
    record Queued(@Nullable WaitingFor returnedFor) implements GenerationEvent {
        @Override
        public Status status() {
            return Status.QUEUED;
        }
    }

    /** The submit is about to be sent. */
    record Submitting() implements GenerationEvent {
        @Override
        public Status status() {
            return Status.SUBMITTING;
        }
    }

    /**
     * The upstream has it.
     *
     * @param upstreamId the upstream's own id of it
     * @param creditsUsed what it cost, if the answer told
     * @param creditsRemaining what was left on the account, if the answer told
     * @param answer the upstream's answer to the submit, as it came
     */
    record Processing(
            String upstreamId,
            @Nullable Long creditsUsed,
            @Nullable Long creditsRemaining,
            String answer) implements GenerationEvent {
        @Override
        public Status status() {
            return Status.PROCESSING;
        }
    }

    /** The fast polling budget is used up. */
    record Overdue() implements GenerationEvent {
        @Override
        public Status status() {
            return Status.OVERDUE;
        }
    }

    /**
     * The pictures are there.
     *
     * @param imageUrls where the upstream serves them, as it said
     * @param answer the {@code data} of the poll that told, as it came
     */
    record Completed(List<String> imageUrls, String answer) implements GenerationEvent {
        public Completed {
            imageUrls = List.copyOf(imageUrls);
        }

        @Override
        public Status status() {
            return Status.COMPLETED;
        }
    }

    /**
     * The upstream took it, was paid, and failed.
     *
     * @param why what the caller is told
     * @param upstreamId the upstream's id, where the answer to the submit already was the failure
     * @param creditsUsed what it cost, where the answer to the submit already was the failure
     * @param creditsRemaining what was left on the account, likewise
     * @param answer the poll's {@code data}, or the answer to the submit, as it came
     */
    record Failed(
            Problem why,
            @Nullable String upstreamId,
            @Nullable Long creditsUsed,
            @Nullable Long creditsRemaining,
            String answer)
            implements GenerationEvent {
        @Override
        public Status status() {
            return Status.FAILED;
        }
    }

    /** Nothing was charged, and nothing will come. */
    record Rejected(Problem why) implements GenerationEvent {
        @Override
        public Status status() {
            return Status.REJECTED;
        }
    }

    /** Withdrawn by its owner. */
    record Cancelled() implements GenerationEvent {
        @Override
        public Status status() {
            return Status.CANCELLED;
        }
    }

    /**
     * Sent, and no readable answer.
     *
     * @param creditsAtRisk what it cost if the upstream took it, as far as can be told: at least 1
     */
    record Unknown(Problem why, long creditsAtRisk) implements GenerationEvent {
        @Override
        public Status status() {
            return Status.UNKNOWN;
        }
    }

    /** Given up, though paid for. */
    record TimedOut(Problem why) implements GenerationEvent {
        @Override
        public Status status() {
            return Status.TIMED_OUT;
        }
    }
}
