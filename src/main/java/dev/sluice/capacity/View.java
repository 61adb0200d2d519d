package dev.sluice.capacity;

import dev.sluice.generation.CallerId;
import dev.sluice.generation.GenerationId;
import dev.sluice.journal.Counts;
import dev.sluice.journal.Limit;
import dev.sluice.journal.Room;
import dev.sluice.journal.Waiting;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The waiting room as it was a moment ago, ready to answer where somebody stands and how long that takes. */
final class View {

    private final Room room;
    private final int limit;
    private final Map<GenerationId, Integer> places;
    private final Map<Waiting, Integer> newcomers = new ConcurrentHashMap<>();

    View(Room room, int limitUntilLearnt) {
        this.room = room;
        this.limit = room.limit().map(Limit::tasks).orElse(limitUntilLearnt);
        this.places = HashMap.newHashMap(room.line().size());
        room.line().forEach(waiting -> places.put(waiting.id(), places.size() + 1));
    }

    int queued() {
        return room.line().size();
    }

    int inFlight() {
        return room.inFlight();
    }

    Counts countsOf(CallerId caller) {
        int queued = (int) room.line().stream()
                .filter(waiting -> waiting.caller().equals(caller))
                .count();
        return new Counts(queued, room.inFlightByCaller().getOrDefault(caller, 0));
    }

    /** Of all who have anything queued or in flight. */
    Map<CallerId, Counts> countsByCaller() {
        Map<CallerId, Integer> queued = new HashMap<>();
        room.line().forEach(waiting -> queued.merge(waiting.caller(), 1, Integer::sum));
        return Stream.concat(queued.keySet().stream(), room.inFlightByCaller().keySet().stream())
                .distinct()
                .collect(Collectors.toMap(
                        caller -> caller,
                        caller -> new Counts(
                                queued.getOrDefault(caller, 0),
                                room.inFlightByCaller().getOrDefault(caller, 0))));
    }

    boolean isPaused() {
        return room.isPaused();
    }

    int limit() {
        return limit;
    }

    /** 1 is next; empty if it is not in the line. */
    Optional<Integer> place(GenerationId id) {
        return Optional.ofNullable(places.get(id));
    }

    /**
     * Until the one in that place is claimed: as many endings away as stand before it without a place that is free.
     *
     * @param drain how long the room takes to move on by one
     */
    Duration until(int place, Duration drain) {
        int free = Math.max(0, limit - room.inFlight());
        return drain.multipliedBy(Math.max(0, place - free));
    }

    /** Where that one would stand if it came now: whoever has had less of its share goes before. */
    int placeOf(Waiting newcomer) {
        return newcomers.computeIfAbsent(newcomer, room::placeOf);
    }

    /**
     * How long the room takes to move on by one.
     *
     * @param otherwise how long a task takes, should nobody wait who could tell
     */
    Duration drain(Duration otherwise) {
        double millis = room.line().stream()
                .mapToLong(waiting -> waiting.expected().toMillis())
                .average()
                .orElse(otherwise.toMillis());
        return Duration.ofMillis((long) Math.max(1, millis / limit));
    }
}
