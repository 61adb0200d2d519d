package dev.sluice.upstream;

import java.util.concurrent.atomic.AtomicReference;
import reactor.util.context.ContextView;

/**
 * Whether a request has begun to be written: the line between "certainly not sent" and "may have been read". Carried in
 * the subscriber's context, so that the client's hook and the reader of the failure see the same one.
 */
final class FirstByte {

    private enum Fate {
        WAITING,
        WRITTEN,
        GIVEN_UP
    }

    private final AtomicReference<Fate> fate = new AtomicReference<>(Fate.WAITING);

    /**
     * Called by the client right before it writes. Refuses a submit that was given up a moment ago, and one that carries
     * no first byte to mark: what could not be told apart afterwards is not sent.
     */
    static void aboutToBeWritten(ContextView context) {
        FirstByte firstByte = context.get(FirstByte.class);
        if (!firstByte.fate.compareAndSet(Fate.WAITING, Fate.WRITTEN)) {
            throw new IllegalStateException("The submit was given up before its first byte");
        }
    }

    /** True if nothing was written; from then on nothing will be. */
    boolean wasNeverWritten() {
        return fate.compareAndSet(Fate.WAITING, Fate.GIVEN_UP) || fate.get() == Fate.GIVEN_UP;
    }
}
