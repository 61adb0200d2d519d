package dev.sluice.tracing;

import dev.sluice.generation.GenerationId;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import io.micrometer.observation.contextpropagation.ObservationThreadLocalAccessor;
import io.micrometer.tracing.CurrentTraceContext;
import io.micrometer.tracing.Link;
import io.micrometer.tracing.Span;
import io.micrometer.tracing.TraceContext;
import io.micrometer.tracing.Tracer;
import io.micrometer.tracing.handler.TracingObservationHandler.TracingContext;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.util.context.Context;
import reactor.util.context.ContextView;

/**
 * The traces in which a generation's life is told: each submit in that of the request that asked for it, each poll in one
 * of its own that is linked to the submit. What leads back to the request is kept in memory and by this process alone: on
 * another replica and after a restart a submit begins a trace. Without a collector everything here does nothing.
 */
public final class Traces {

    /** More than are queued and in flight, unless an operator sets far higher bounds. Beyond it the oldest is forgotten. */
    static final int MOST_REMEMBERED = 10_000;

    private final @Nullable Tracer tracer;
    private final ObservationRegistry observations;
    private final SequencedMap<GenerationId, Trail> trails = new LinkedHashMap<>();

    /**
     * What is remembered of one generation.
     *
     * @param origin under which its submits stand
     * @param newest to which its polls are linked
     */
    private record Trail(TraceContext origin, TraceContext newest) {}

    /** @param tracer null if nothing is to be traced */
    Traces(@Nullable Tracer tracer, ObservationRegistry observations) {
        this.tracer = tracer;
        this.observations = observations;
    }

    /** The {@code traceparent} (W3C Trace Context) that leads to the request of that context; empty if it is not traced. */
    Optional<String> traceparent(ContextView request) {
        return spanOf(request)
                .map(Span::context)
                .map(trace -> "00-%s-%s-%s".formatted(trace.traceId(), trace.spanId(), isSampled(trace) ? "01" : "00"));
    }

    /** Remembers the request for what it asks for before that can be claimed; a refusal is forgotten. */
    public <T> Mono<T> accept(Collection<GenerationId> asked, Mono<T> accepting) {
        return tracer == null
                ? accepting
                : Mono.deferContextual(request -> {
                    spanOf(request)
                            .map(Span::context)
                            .ifPresent(trace -> asked.forEach(id -> remember(id, new Trail(trace, trace))));
                    return accepting.doOnError(_ -> asked.forEach(this::forget));
                });
    }

    /** Tells a submit, under the request that asked for the generation. Its subscriber's context leads to it. */
    public <T> Mono<T> submit(GenerationId id, Mono<T> submit, Function<T, String> outcome) {
        Tracer on = tracer;
        return on == null
                ? submit
                : Mono.defer(() -> {
                    Trail trail = trail(id);
                    Span.Builder builder = on.spanBuilder().name("submit").tag("sluice.generation", id.toString());
                    Span span = (trail == null ? builder.setNoParent() : builder.setParent(trail.origin())).start();
                    remember(id, new Trail(trail == null ? span.context() : trail.origin(), span.context()));
                    return inside(span, submit, outcome);
                });
    }

    /**
     * Tells a poll. Polls go on for an hour and more, so each has a trace of its own: one that grew as long would be cut by
     * collectors, and nobody could read it. What nobody wants to see of the submit nobody sees of the polls.
     */
    public <T> Mono<T> poll(GenerationId id, Mono<T> poll, Function<T, String> outcome) {
        Tracer on = tracer;
        return on == null
                ? poll
                : Mono.defer(() -> {
                    Trail trail = trail(id);
                    Span.Builder builder = on.spanBuilder().name("poll").tag("sluice.generation", id.toString());
                    if (trail == null) {
                        builder.setNoParent();
                    } else if (isSampled(trail.newest())) {
                        builder.setNoParent().addLink(new Link(trail.newest()));
                    } else {
                        builder.setParent(trail.newest());
                    }
                    return inside(builder.start(), poll, outcome);
                });
    }

    /** What is logged meanwhile carries the ids of the generation's trace. */
    public void with(GenerationId id, Runnable telling) {
        Trail trail = trail(id);
        if (tracer == null || trail == null) {
            telling.run();
            return;
        }
        try (CurrentTraceContext.Scope _ = tracer.currentTraceContext().newScope(trail.newest())) {
            telling.run();
        }
    }

    /** It has ended, here or elsewhere, or was never accepted. */
    public void forget(GenerationId id) {
        synchronized (trails) {
            trails.remove(id);
        }
    }

    private void remember(GenerationId id, Trail trail) {
        synchronized (trails) {
            trails.put(id, trail);
            if (trails.size() > MOST_REMEMBERED) {
                trails.pollFirstEntry();
            }
        }
    }

    private @Nullable Trail trail(GenerationId id) {
        synchronized (trails) {
            return trails.get(id);
        }
    }

    /** The client below asks the context for an observation, and takes its span for the parent of its own. */
    private <T> Mono<T> inside(Span span, Mono<T> call, Function<T, String> outcome) {
        TracingContext tracing = new TracingContext();
        tracing.setSpan(span);
        Observation carrier = Observation.createNotStarted(
                "sluice.trace", () -> new Observation.Context().put(TracingContext.class, tracing), observations);
        return call.doOnNext(told -> span.tag("sluice.outcome", outcome.apply(told)))
                .doOnError(span::error)
                .doFinally(_ -> span.end())
                .contextWrite(Context.of(ObservationThreadLocalAccessor.KEY, carrier));
    }

    private static Optional<Span> spanOf(ContextView context) {
        return context.<Observation>getOrEmpty(ObservationThreadLocalAccessor.KEY)
                .flatMap(observation -> Optional.<TracingContext>ofNullable(
                        observation.getContextView().get(TracingContext.class)))
                .map(TracingContext::getSpan);
    }

    private static boolean isSampled(TraceContext trace) {
        return Boolean.TRUE.equals(trace.sampled());
    }
}
