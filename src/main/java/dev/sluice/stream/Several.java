package dev.sluice.stream;

import static java.util.function.Function.identity;
import static java.util.stream.Collectors.toMap;

import dev.sluice.generation.BatchId;
import dev.sluice.generation.CallerId;
import dev.sluice.generation.Generation;
import dev.sluice.generation.GenerationId;
import dev.sluice.generation.Places;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Generations of one caller that are followed together.
 *
 * @param name stands for them in the id of every event of their stream
 * @param generations at least one, in a fixed order
 * @param batch under which they were accepted together, if that is why they are
 */
public record Several(String name, List<Generation> generations, Optional<BatchId> batch) {

    /** Tells a caller's lists of generations apart, and guards nothing: each reader has to name the generations too. */
    private static final int FINGERPRINT_BYTES = 12;

    public Several {
        generations = List.copyOf(generations);
    }

    public static Several ofBatch(BatchId id, List<Generation> generations) {
        return new Several(id.value(), generations, Optional.of(id));
    }

    /** Those that a caller chose; their order is the order of their ids, however it named them. */
    public static Several chosen(List<Generation> generations) {
        return new Several("set_" + fingerprint(generations), generations, Optional.empty());
    }

    private static String fingerprint(List<Generation> generations) {
        try {
            MessageDigest hash = MessageDigest.getInstance("SHA-256");
            generations.forEach(
                    generation -> hash.update(generation.id().value().getBytes(StandardCharsets.US_ASCII)));
            return Base64.getUrlEncoder().encodeToString(Arrays.copyOf(hash.digest(), FINGERPRINT_BYTES));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every JDK has SHA-256", e);
        }
    }

    /** The same, as these now stand; what is not among them stays as it was. */
    public Several asOf(List<Generation> newer) {
        Map<GenerationId, Generation> byId = newer.stream().collect(toMap(Generation::id, identity()));
        return new Several(
                name,
                generations.stream()
                        .map(old -> byId.getOrDefault(old.id(), old))
                        .toList(),
                batch);
    }

    List<GenerationId> ids() {
        return generations.stream().map(Generation::id).toList();
    }

    CallerId caller() {
        return generations.getFirst().caller();
    }

    public boolean hasEnded() {
        return generations.stream().allMatch(Generation::hasEnded);
    }

    /** Another number after every event of any of them: logs only grow. */
    public long version() {
        return generations.stream().mapToLong(Generation::sequence).sum();
    }

    /** The places that this text names in them; before all of them if it names none, or places that are none. */
    public Places placesIn(String lastEventId) {
        return Places.parse(lastEventId).filter(this::arePlaces).orElseGet(this::beginning);
    }

    private boolean arePlaces(Places places) {
        return places.name().equals(name)
                && places.sequences().size() == generations.size()
                && IntStream.range(0, generations.size())
                        .allMatch(i ->
                                places.sequences().get(i) <= generations.get(i).sequence());
    }

    public Places beginning() {
        return Places.beginning(name, generations.size());
    }

    /** Of one who has seen all that is written by now. */
    Places now() {
        return new Places(
                name,
                generations.stream()
                        .map(generation -> (int) generation.sequence())
                        .toList(),
                false);
    }

    /** Whether a reader at these places has nothing to expect any more. */
    public boolean isOverFor(Places seen) {
        return hasEnded() && seen.sequences().equals(now().sequences()) && (seen.endIsSeen() || batch.isEmpty());
    }
}
