package dev.sluice.journal;

import dev.sluice.generation.GenerationId;
import dev.sluice.generation.Status;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** That another replica has recorded something: a hint, not the truth; what matters is read. */
public record Hint(GenerationId generation, long sequence, Status status) {

    private static final int PARTS = 3;

    /** As other replicas are told it: one line each, after one that says by whom. */
    static String told(List<Hint> hints, String replica) {
        return Stream.concat(Stream.of(replica), hints.stream().map(Hint::line)).collect(Collectors.joining("\n"));
    }

    private String line() {
        return String.join(" ", generation.value(), String.valueOf(sequence), status.word());
    }

    /** What another replica has told; nothing if this one said it itself, and nothing of what a newer one says otherwise. */
    static List<Hint> read(String told, String replica) {
        List<String> lines = told.lines().toList();
        return lines.isEmpty() || lines.getFirst().equals(replica)
                ? List.of()
                : lines.stream().skip(1).flatMap(line -> read(line).stream()).toList();
    }

    private static Optional<Hint> read(String line) {
        String[] parts = line.split(" ", -1);
        return parts.length < PARTS
                ? Optional.empty()
                : GenerationId.parse(parts[0])
                        .flatMap(id ->
                                Status.of(parts[2]).map(status -> new Hint(id, Long.parseLong(parts[1]), status)));
    }
}
