package dev.sluice.capacity;

import dev.sluice.generation.Allowance;
import dev.sluice.generation.BatchId;
import dev.sluice.generation.CallerId;
import dev.sluice.generation.GenerationId;
import dev.sluice.generation.GenerationRequest;
import dev.sluice.generation.Priority;
import dev.sluice.journal.Accepted;
import dev.sluice.journal.Journal;
import dev.sluice.journal.Opening;
import dev.sluice.journal.Opening.Outlook;
import dev.sluice.journal.Waiting;
import dev.sluice.tracing.Traces;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** Where generations are accepted, with what is known of their price, their duration and the wait before them. */
public final class WaitingRoom {

    private final Journal journal;
    private final Forecast forecast;
    private final Durations durations;
    private final Prices prices;
    private final Admission admission;
    private final Traces traces;

    WaitingRoom(
            Journal journal,
            Forecast forecast,
            Durations durations,
            Prices prices,
            Admission admission,
            Traces traces) {
        this.journal = journal;
        this.forecast = forecast;
        this.durations = durations;
        this.prices = prices;
        this.admission = admission;
        this.traces = traces;
    }

    /**
     * Something that is asked for.
     *
     * @param waitAtMost how long it may be queued
     * @param isHeld whether it can be found again by nothing but the request that asks for it
     */
    public record Ask(GenerationId id, GenerationRequest request, Duration waitAtMost, boolean isHeld) {}

    /**
     * Accepts all of them or none, as {@link Journal#open} promises. A wait that is expected to be longer than allowed is
     * refused only on what was learnt: a guess is no reason to send anybody away.
     */
    public Mono<Accepted> accept(
            CallerId caller, Allowance allowance, List<Ask> asks, @Nullable BatchId batch, Opening.@Nullable Key key) {
        List<GenerationId> asked = asks.stream().map(Ask::id).toList();
        Mono<Accepted> accepting = outlook(caller, allowance, asks)
                .flatMap(outlook -> journal.open(new Opening(
                        caller,
                        allowance,
                        asks.stream().map(this::item).toList(),
                        batch,
                        admission.queueCapacity(),
                        outlook,
                        key)));
        return traces.accept(asked, accepting)
                .doOnNext(accepted -> forgetIfOld(asked, accepted))
                .checkpoint("accept generations");
    }

    /** What a key had bound before keeps its own trace; what was asked for now never begins. */
    private void forgetIfOld(List<GenerationId> asked, Accepted accepted) {
        if (!accepted.isNew()) {
            asked.forEach(traces::forget);
        }
    }

    private Opening.Item item(Ask ask) {
        return new Opening.Item(
                ask.id(),
                ask.request(),
                ask.waitAtMost(),
                prices.of(ask.request()),
                expected(ask.request()),
                ask.isHeld());
    }

    private Duration expected(GenerationRequest request) {
        return durations.typical(request.selectedModel());
    }

    private Mono<Outlook> outlook(CallerId caller, Allowance allowance, List<Ask> asks) {
        return forecast.view()
                .map(room -> outlook(room, caller, allowance, asks.getLast().request(), asks.size() - 1))
                .onErrorReturn(Outlook.CLEAR); // the log refuses by itself if it cannot be written
    }

    /** @param before how many that are accepted with it go before it */
    private Outlook outlook(View room, CallerId caller, Allowance allowance, GenerationRequest request, int before) {
        Duration expected = expected(request);
        Duration drain = room.drain(expected);
        boolean isKnown = durations.nineInTen(request.selectedModel()).isPresent();
        boolean isUrgent = request.priority() == Priority.INTERACTIVE;
        return new Outlook(
                isKnown
                        ? room.until(
                                before
                                        + room.placeOf(new Waiting(
                                                GenerationId.LATEST, caller, isUrgent, expected, allowance.weight())),
                                drain)
                        : null,
                drain);
    }
}
