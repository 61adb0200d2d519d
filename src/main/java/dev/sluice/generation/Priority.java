package dev.sluice.generation;

import java.util.Locale;

/** How urgent its caller says that a generation is. */
public enum Priority {
    INTERACTIVE,
    BATCH;

    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
