package dev.sluice.journal;

import dev.sluice.generation.GenerationId;
import dev.sluice.generation.Status;
import java.util.Optional;

/** That another replica has recorded something: a hint, not the truth; what matters is read. */
public record Hint(GenerationId generation, long sequence, Status status) {

    private static final int PARTS = 4;

    /** As other replicas are told it, and by whom. */
    String told(String replica) {
        return String.join(" ", generation.value(), String.valueOf(sequence), status.word(), replica);
    }

    /** What the database tells of an event; empty if this replica recorded it itself, or a newer one says it otherwise. */
    static Optional<Hint> read(String told, String replica) {
        String[] parts = told.split(" ", -1);
        return parts.length < PARTS || parts[3].equals(replica)
                ? Optional.empty()
                : GenerationId.parse(parts[0])
                        .flatMap(id ->
                                Status.of(parts[2]).map(status -> new Hint(id, Long.parseLong(parts[1]), status)));
    }
}
