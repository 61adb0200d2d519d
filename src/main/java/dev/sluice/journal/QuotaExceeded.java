package dev.sluice.journal;

import java.time.Duration;

/** The caller has used what it may use; nothing was accepted. */
public final class QuotaExceeded extends RuntimeException {

    private static final long serialVersionUID = 1;

    private final transient Quota quota;
    private final boolean ofRequests;

    /** @param quota what is used, without that which was refused */
    QuotaExceeded(Quota quota) {
        super("The caller's quota is used up", null, false, false);
        this.quota = quota;
        this.ofRequests = quota.requestsLeft() == 0;
    }

    public Quota quota() {
        return quota;
    }

    /** Whether the requests of the minute are used up; otherwise what was asked for costs more than is left of the day. */
    public boolean isOfRequests() {
        return ofRequests;
    }

    /**
     * Until some of it is free again; what was asked for may need more than that, and what costs more than a day's credits
     * is not worth another try before the next.
     */
    public Duration retryAfter() {
        if (ofRequests) {
            return quota.nextRequest();
        }
        return quota.credits() == 0 ? Quota.CREDITS_WINDOW : quota.nextCredits();
    }
}
