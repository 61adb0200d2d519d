package dev.sluice.upstream;

import dev.sluice.generation.Problem;
import java.util.List;

/** What a poll told. */
public sealed interface PollOutcome {

    /** All the words under which one may be counted. */
    List<String> WORDS = List.of("processing", "completed", "failed", "unusable");

    /** The word under which it is counted. */
    default String word() {
        return switch (this) {
            case StillProcessing _ -> "processing";
            case Completed _ -> "completed";
            case Failed _ -> "failed";
            case Unusable _ -> "unusable";
        };
    }

    /** Answered: not yet. Any status that the documentation does not name counts as this. */
    record StillProcessing() implements PollOutcome {}

    /** Answered: done. The {@code data} of the answer is kept as it came. */
    record Completed(List<String> imageUrls, String data) implements PollOutcome {}

    /** Answered: it failed. */
    record Failed(Problem why, String data) implements PollOutcome {}

    /** No answer that says anything about the generation. */
    record Unusable(String why) implements PollOutcome {}
}
