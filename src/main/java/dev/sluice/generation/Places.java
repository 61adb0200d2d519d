package dev.sluice.generation;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/**
 * The places of a reader in the logs of several generations, in their fixed order. Written {@code {name}.{packed}} on the
 * wire and opaque to callers: a byte for most places, so that all of them fit into one {@code Last-Event-ID}.
 *
 * @param name of what is read: the same name goes with the same generations in the same order
 * @param sequences of each generation the last event that was seen, 0 for none
 * @param endIsSeen whether the reader was told that all have ended
 */
public record Places(String name, List<Integer> sequences, boolean endIsSeen) {

    /** As many generations as may be followed together. */
    public static final int MOST = 100;

    /** No position is longer, whatever the logs: a name, a dot, and five bytes a place in base 64. */
    public static final int LONGEST = 700;

    private static final int BITS_A_BYTE = 7;
    private static final int MORE_FOLLOWS = 1 << BITS_A_BYTE;

    public Places {
        sequences = List.copyOf(sequences);
    }

    /** Of a reader that has seen nothing of so many generations. */
    public static Places beginning(String name, int generations) {
        return new Places(name, Collections.nCopies(generations, 0), false);
    }

    /** The places that this text names; empty if it names none. Each has one spelling only. */
    public static Optional<Places> parse(String text) {
        int dot = text.lastIndexOf('.');
        if (dot < 0 || text.length() > LONGEST) {
            return Optional.empty();
        }
        return unpacked(text.substring(dot + 1))
                .map(numbers ->
                        new Places(text.substring(0, dot), numbers.subList(1, numbers.size()), numbers.getFirst() == 1))
                .filter(places -> places.toString().equals(text));
    }

    private static Optional<List<Integer>> unpacked(String packed) {
        try {
            List<Integer> numbers = new ArrayList<>();
            int number = 0;
            int shift = 0;
            for (byte next : Base64.getUrlDecoder().decode(packed)) {
                number |= (next & (MORE_FOLLOWS - 1)) << shift;
                shift += BITS_A_BYTE;
                if ((next & MORE_FOLLOWS) == 0) {
                    numbers.add(number);
                    number = 0;
                    shift = 0;
                }
            }
            return numbers.size() > 1 && numbers.size() <= 1 + MOST ? Optional.of(numbers) : Optional.empty();
        } catch (IllegalArgumentException noBase64) {
            return Optional.empty();
        }
    }

    @Override
    public String toString() {
        ByteArrayOutputStream packed = new ByteArrayOutputStream(1 + sequences.size());
        packed.write(endIsSeen ? 1 : 0);
        sequences.forEach(sequence -> pack(sequence, packed));
        return name + "." + Base64.getUrlEncoder().withoutPadding().encodeToString(packed.toByteArray());
    }

    /** Seven bits a byte, the lowest first; all but the last say that more follow. */
    private static void pack(int number, ByteArrayOutputStream packed) {
        int rest = number;
        while (rest >= MORE_FOLLOWS) {
            packed.write(rest & (MORE_FOLLOWS - 1) | MORE_FOLLOWS);
            rest >>>= BITS_A_BYTE;
        }
        packed.write(rest);
    }
}
