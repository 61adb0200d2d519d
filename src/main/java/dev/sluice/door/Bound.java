package dev.sluice.door;

import java.util.Locale;

/** What a connection was closed for. */
enum Bound {
    CONNECTIONS,
    HEAD_TIME,
    HEAD_SIZE,
    REQUEST_LINE,
    MALFORMED,
    PIPELINED,
    UNREAD;

    /** As the meter is tagged with it. */
    String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
