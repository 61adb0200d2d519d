package dev.sluice.generation;

import com.github.f4b6a3.ulid.Ulid;
import com.github.f4b6a3.ulid.UlidCreator;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/** Names one generation: {@code gen_} and a ULID in lower case, so that ids sort by the time they were made. */
public record GenerationId(String value) implements Comparable<GenerationId> {

    /** How many bytes stand for an id. */
    public static final int BYTES = 16;

    private static final Pattern FORM = Pattern.compile("gen_[0-7][0-9a-hjkmnp-tv-z]{25}");

    /** Sorts after every other. */
    public static final GenerationId LATEST = new GenerationId("gen_7" + "z".repeat(25));

    public GenerationId {
        if (!FORM.matcher(value).matches()) {
            throw new IllegalArgumentException("Not a generation's id: " + value);
        }
    }

    /** A new id, greater than every id this process made before. */
    public static GenerationId next() {
        return new GenerationId(
                "gen_" + UlidCreator.getMonotonicUlid().toString().toLowerCase(Locale.ROOT));
    }

    /** The id that this text is; empty if it cannot be one. */
    public static Optional<GenerationId> parse(String text) {
        return FORM.matcher(text).matches() ? Optional.of(new GenerationId(text)) : Optional.empty();
    }

    /** The id that these bytes stand for. */
    public static GenerationId of(byte[] bytes) {
        return new GenerationId("gen_" + Ulid.from(bytes).toString().toLowerCase(Locale.ROOT));
    }

    /** {@link #BYTES} bytes that stand for it. */
    public byte[] bytes() {
        return Ulid.from(value.substring("gen_".length())).toBytes();
    }

    @Override
    public int compareTo(GenerationId other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
