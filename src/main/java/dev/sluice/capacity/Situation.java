package dev.sluice.capacity;

import dev.sluice.generation.WaitingFor;
import dev.sluice.journal.Counts;
import dev.sluice.journal.Quota;
import java.time.Duration;
import java.util.Optional;

/**
 * How things stand, as far as one caller may know: of others only what all of them come to.
 *
 * @param submit the circuit of submits
 * @param busy the circuit of busy answers to them
 * @param poll the circuit of polls
 * @param waitingFor what holds all submits, if anything but the limit does
 * @param limit how many tasks may be in flight, as learnt
 * @param all everybody's generations, a second old at most
 * @param expectedWait how long one that came now would be queued; empty if nobody can know
 * @param own the caller's own of them
 * @param quota what the caller has left of what it may use
 */
public record Situation(
        Circuit submit,
        Circuit busy,
        Circuit poll,
        Optional<WaitingFor> waitingFor,
        int limit,
        Counts all,
        Optional<Duration> expectedWait,
        Counts own,
        Quota quota) {}
