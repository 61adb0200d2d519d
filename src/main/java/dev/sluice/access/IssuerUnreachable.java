package dev.sluice.access;

/** Whether a token is good cannot be found out now: its issuer does not tell its keys. */
public final class IssuerUnreachable extends RuntimeException {

    private static final long serialVersionUID = 1;

    IssuerUnreachable(Throwable cause) {
        super("The issuer of tokens does not tell its keys", cause, false, false);
    }
}
