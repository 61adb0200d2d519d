package dev.sluice.generation;

import com.github.f4b6a3.ulid.UlidCreator;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/** Names generations that were accepted together: {@code bat_} and a ULID in lower case. */
public record BatchId(String value) {

    private static final Pattern FORM = Pattern.compile("bat_[0-7][0-9a-hjkmnp-tv-z]{25}");

    public BatchId {
        if (!FORM.matcher(value).matches()) {
            throw new IllegalArgumentException("Not a batch's id: " + value);
        }
    }

    public static BatchId next() {
        return new BatchId("bat_" + UlidCreator.getMonotonicUlid().toString().toLowerCase(Locale.ROOT));
    }

    /** The id that this text is; empty if it cannot be one. */
    public static Optional<BatchId> parse(String text) {
        return FORM.matcher(text).matches() ? Optional.of(new BatchId(text)) : Optional.empty();
    }

    @Override
    public String toString() {
        return value;
    }
}
