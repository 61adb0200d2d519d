package dev.sluice.journal;

/** What is done by one at a time, on whichever replica: each of them waits here for its turn. */
enum Turn {
    /** Whatever counts what is in flight, or leaves the queue, or comes back to it. */
    QUEUE,
    /** Whatever counts what is accepted. */
    ROOM
}
