package dev.sluice.upstream;

/** The upstream does not take Sluice's own key, which nobody but an operator can mend. */
public final class RefusedKey extends IllegalStateException {

    private final int status;

    RefusedKey(int status) {
        super("it answered " + status);
        this.status = status;
    }

    /** What it answered: 401 or 403. */
    public int status() {
        return status;
    }
}
