package dev.sluice.dropin;

import dev.sluice.generation.ProblemType;
import dev.sluice.intake.Refusal;
import org.jspecify.annotations.Nullable;

/** How the caller of a submit wants to be answered; the upstream itself is always asked in {@link #ASYNC}. */
enum Mode {
    /** At once, when the upstream has accepted. */
    ASYNC,
    /** When the picture is there; also what is meant by saying nothing. */
    SYNC,
    /** With a stream of events. */
    STREAM;

    /**
     * The mode that this word means.
     *
     * @throws Refusal if it means none
     */
    static Mode of(@Nullable String word) {
        return switch (word) {
            case "async" -> ASYNC;
            case "sync" -> SYNC;
            case null -> SYNC;
            case "stream" -> STREAM;
            default -> throw new Refusal(ProblemType.INVALID_FIELD, "/mode: must be \"async\", \"sync\" or \"stream\"");
        };
    }
}
