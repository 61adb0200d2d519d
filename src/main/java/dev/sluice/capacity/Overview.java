package dev.sluice.capacity;

import dev.sluice.generation.CallerId;
import dev.sluice.generation.WaitingFor;
import dev.sluice.journal.Counts;
import java.util.Map;
import java.util.Optional;

/**
 * How things stand for everybody together, as operators may know.
 *
 * @param circuits where the circuits of this process stand, by name
 * @param isPaused whether submits are kept back
 * @param waitingFor what holds all submits, if anything but the limit does
 * @param limit how many tasks may be in flight, as learnt
 * @param callers what those have who have anything queued or in flight
 */
public record Overview(
        Map<String, Circuit> circuits,
        boolean isPaused,
        Optional<WaitingFor> waitingFor,
        int limit,
        Counts all,
        Map<CallerId, Counts> callers) {

    public Overview {
        circuits = Map.copyOf(circuits);
        callers = Map.copyOf(callers);
    }
}
