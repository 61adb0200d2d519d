package dev.sluice.generation;

/** Names the caller that a generation belongs to. */
public record CallerId(String value) {

    @Override
    public String toString() {
        return value;
    }
}
