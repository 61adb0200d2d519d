package dev.sluice.capacity;

import dev.sluice.generation.Allowance;
import dev.sluice.generation.CallerId;
import dev.sluice.generation.GenerationId;
import dev.sluice.generation.WaitingFor;
import dev.sluice.journal.Counts;
import dev.sluice.journal.Journal;
import dev.sluice.journal.Quota;
import dev.sluice.journal.Waiting;
import io.github.resilience4j.circuitbreaker.CircuitBreakerRegistry;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import reactor.core.publisher.Mono;

/** Looks how things stand for a caller. The room is looked at for all of them together, the quota for each. */
public final class Situations {

    private final Journal journal;
    private final Forecast forecast;
    private final Durations durations;
    private final Gate gate;
    private final CircuitBreakerRegistry breakers;

    Situations(Journal journal, Forecast forecast, Durations durations, Gate gate, CircuitBreakerRegistry breakers) {
        this.journal = journal;
        this.forecast = forecast;
        this.durations = durations;
        this.gate = gate;
        this.breakers = breakers;
    }

    /** How things stand for that caller now. Ends in an error if the journal cannot be read. */
    public Mono<Situation> of(CallerId caller, Allowance allowance) {
        return forecast.view()
                .zipWith(journal.quota(caller, allowance), (room, quota) -> situation(caller, room, quota))
                .checkpoint("look how things stand");
    }

    /** How things stand for everybody together now. Ends in an error if the journal cannot be read. */
    public Mono<Overview> ofAll() {
        return forecast.view().map(this::overview).checkpoint("look how all things stand");
    }

    private Overview overview(View room) {
        return new Overview(
                Map.of("submit", circuit("submit"), "busy", circuit("busy"), "poll", circuit("poll")),
                room.isPaused(),
                waitingFor(room),
                room.limit(),
                new Counts(room.queued(), room.inFlight()),
                room.countsByCaller());
    }

    private Optional<WaitingFor> waitingFor(View room) {
        return room.isPaused() ? Optional.of(WaitingFor.PAUSED) : gate.waitingFor();
    }

    private Situation situation(CallerId caller, View room, Quota quota) {
        Optional<WaitingFor> waitingFor = waitingFor(room);
        return new Situation(
                circuit("submit"),
                circuit("busy"),
                circuit("poll"),
                waitingFor,
                room.limit(),
                new Counts(room.queued(), room.inFlight()),
                expectedWait(caller, room, quota.allowance(), waitingFor),
                room.countsOf(caller),
                quota);
    }

    private Circuit circuit(String name) {
        return Circuit.of(breakers.circuitBreaker(name));
    }

    /** Of an interactive one. What only an operator or the upstream's health can end lasts nobody knows how long. */
    private Optional<Duration> expectedWait(
            CallerId caller, View room, Allowance allowance, Optional<WaitingFor> waitingFor) {
        return waitingFor.filter(why -> why != WaitingFor.BUSY).isPresent()
                ? Optional.empty()
                : durations
                        .typical()
                        .map(usual -> room.until(
                                room.placeOf(new Waiting(GenerationId.LATEST, caller, true, usual, allowance.weight())),
                                room.drain(usual)));
    }
}
