package dev.sluice.stream;

/** As many streams are open as may be, in all or for this caller. */
public final class TooManyStreams extends RuntimeException {

    private static final long serialVersionUID = 1;

    TooManyStreams(String message) {
        super(message, null, false, false);
    }
}
