package dev.sluice.intake;

import java.util.Locale;

/** What a request was refused for, where that is more than callers may send. */
public enum Bound {
    BODY_SIZE,
    BODY_TIME,
    JSON,
    PROMPT,
    REFERENCE_IMAGES,
    METADATA,
    BATCH,
    IDEMPOTENCY_KEY;

    /** As the meter is tagged with it. */
    String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
