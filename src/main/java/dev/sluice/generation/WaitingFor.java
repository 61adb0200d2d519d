package dev.sluice.generation;

import java.util.Locale;

/** What a queued generation waits for. */
public enum WaitingFor {
    /** As many tasks are in flight as the limit allows. */
    LIMIT,
    /** The upstream said that it is busy; nobody is submitted for a moment. */
    BUSY,
    /** The upstream does not answer as it should; a circuit breaker is open. */
    CIRCUIT,
    /** The upstream refuses the gateway's key; an operator has to act. */
    KEY,
    /** An operator has paused submits. */
    PAUSED;

    /** The word that callers see. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
