package dev.sluice.access;

/** Nobody whom Sluice knows. The message says what to do, and nothing of what was sent. */
public final class Unauthenticated extends RuntimeException {

    private static final long serialVersionUID = 1;

    private static final String NO_TOKEN = "Bearer";
    private static final String BAD_TOKEN = "Bearer error=\"invalid_token\"";

    private final String challenge;

    private Unauthenticated(String whatToDo, String challenge) {
        super(whatToDo, null, false, false);
        this.challenge = challenge;
    }

    static Unauthenticated withoutKey() {
        return new Unauthenticated("Send your gateway key as Authorization: Bearer KEY", NO_TOKEN);
    }

    static Unauthenticated withBadToken(String claim) {
        return new Unauthenticated(
                "The token is not accepted: it must come from the issuer that Sluice knows, be meant for Sluice, be"
                        + " valid now and name its caller in the claim " + claim,
                BAD_TOKEN);
    }

    static Unauthenticated withBadTicket() {
        return new Unauthenticated(
                "The ticket does not open this, or not any more: get a new one with POST /v1/stream-tickets",
                BAD_TOKEN);
    }

    /** The {@code WWW-Authenticate} header (RFC 6750, section 3). */
    public String challenge() {
        return challenge;
    }
}
