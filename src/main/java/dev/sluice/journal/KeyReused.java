package dev.sluice.journal;

/** The idempotency key is bound to another body; nothing was accepted. */
public final class KeyReused extends RuntimeException {

    private static final long serialVersionUID = 1;

    KeyReused() {
        super("The Idempotency-Key is bound to another body", null, false, false);
    }
}
