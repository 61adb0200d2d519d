package dev.sluice.intake;

import dev.sluice.generation.Problem;
import dev.sluice.generation.ProblemType;

/** A request that is not carried out, and what its sender is told. */
public final class Refusal extends RuntimeException {

    private static final long serialVersionUID = 1;

    private final transient Problem problem;

    public Refusal(ProblemType type, String detail) {
        super(detail, null, false, false);
        this.problem = new Problem(type, detail);
    }

    public Problem problem() {
        return problem;
    }

    /** @param pointer the field, as a JSON pointer (RFC 6901) */
    static Refusal ofField(String pointer, String rule) {
        return new Refusal(ProblemType.INVALID_FIELD, pointer + ": " + rule);
    }
}
