package dev.sluice.access;

/** Nobody whom Sluice knows. */
public final class Unauthenticated extends RuntimeException {

    private static final long serialVersionUID = 1;

    Unauthenticated() {
        super("No valid key", null, false, false);
    }
}
