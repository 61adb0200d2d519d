package dev.sluice.journal;

/** As many generations are queued as the waiting room holds; nothing was accepted. */
public final class RoomFull extends RuntimeException {

    private static final long serialVersionUID = 1;

    private final int capacity;

    RoomFull(int capacity) {
        super("All " + capacity + " places of the waiting room are taken", null, false, false);
        this.capacity = capacity;
    }

    public int capacity() {
        return capacity;
    }
}
