package dev.sluice.journal;

import dev.sluice.generation.CallerId;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The waiting room at one moment.
 *
 * @param line the queued generations in the order in which they would be claimed
 * @param hadUpto up to where callers have had their shares
 * @param position how far the line has moved
 * @param inFlightByCaller how many are {@code submitting} or {@code processing}, by caller
 * @param limit the learnt limit, once anything is learnt
 * @param isPaused whether an operator keeps submits back
 */
public record Room(
        List<Waiting> line,
        Map<CallerId, Double> hadUpto,
        double position,
        Map<CallerId, Integer> inFlightByCaller,
        Optional<Limit> limit,
        boolean isPaused) {

    public Room {
        line = List.copyOf(line);
        hadUpto = Map.copyOf(hadUpto);
        inFlightByCaller = Map.copyOf(inFlightByCaller);
    }

    /** How many are in flight in all. */
    public int inFlight() {
        return inFlightByCaller.values().stream().mapToInt(Integer::intValue).sum();
    }

    /** Where in the line one that came now would stand; 1 is next. */
    public int placeOf(Waiting newcomer) {
        List<Waiting> all = Stream.concat(line.stream(), Stream.of(newcomer)).toList();
        return Line.order(all, hadUpto, position).indexOf(newcomer) + 1;
    }
}
