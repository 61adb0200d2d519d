package dev.sluice.intake;

import dev.sluice.generation.Problem;
import dev.sluice.generation.ProblemType;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A request that is not carried out, and what its sender is told. */
public final class Refusal extends RuntimeException {

    private static final long serialVersionUID = 1;

    private static final int LONGEST_NAME = 80;

    private final transient Problem problem;
    private final @Nullable Bound bound;

    public Refusal(ProblemType type, String detail) {
        this(type, detail, null);
    }

    /** @param bound what it went beyond; null if that is not why it is refused */
    Refusal(ProblemType type, String detail, @Nullable Bound bound) {
        super(detail, null, false, false);
        this.problem = new Problem(type, detail);
        this.bound = bound;
    }

    public Problem problem() {
        return problem;
    }

    /** What it went beyond; empty if that is not why it is refused. */
    Optional<Bound> bound() {
        return Optional.ofNullable(bound);
    }

    /** The same about a part of a larger body: what is said of a field names it from there. */
    Refusal within(String pointer) {
        return problem.type() == ProblemType.INVALID_FIELD
                ? new Refusal(ProblemType.INVALID_FIELD, pointer + problem.detail(), bound)
                : this;
    }

    /** The pointer to a field of that name; one that is too long to be read is cut. */
    static String pointer(String parent, String name) {
        String escaped = name.replace("~", "~0").replace("/", "~1");
        return parent + "/" + (escaped.length() <= LONGEST_NAME ? escaped : escaped.substring(0, LONGEST_NAME) + "…");
    }

    /** @param pointer the field, as a JSON pointer (RFC 6901) */
    static Refusal ofField(String pointer, String rule) {
        return new Refusal(ProblemType.INVALID_FIELD, pointer + ": " + rule);
    }

    /** The same of one that is larger than it may be. */
    static Refusal beyond(Bound bound, String pointer, String rule) {
        return new Refusal(ProblemType.INVALID_FIELD, pointer + ": " + rule, bound);
    }
}
