package dev.sluice.stream;

import dev.sluice.capacity.Forecast;
import dev.sluice.generation.CallerId;
import dev.sluice.generation.Generation;
import dev.sluice.generation.Places;
import dev.sluice.journal.Hint;
import dev.sluice.journal.Journal;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.reactivestreams.Subscriber;
import org.springframework.context.SmartLifecycle;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Operators;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/**
 * Lets any number of watchers follow a generation. What is recorded is encoded once and the same bytes go to all of them.
 * Stopping ends every stream at once, before the web server begins to wait for them.
 */
public final class Streams implements SmartLifecycle, AutoCloseable {

    private static final Duration LONGEST_TICK = Duration.ofSeconds(1);
    private static final int RETRY_VARIES_UP_TO = 3;

    /** A hint that was lost is found by reading what is watched again, so often. */
    private static final int TICKS_A_SWEEP = 5;

    /** Between the recognition of a caller and the beginning of its stream there is a question to the log. */
    private static final Duration LATECOMERS = Duration.ofSeconds(5);

    private final Journal journal;
    private final StreamProperties properties;
    private final StreamMeters meters;
    private final Set<Watcher> watchers = ConcurrentHashMap.newKeySet();
    private final Map<CallerId, Integer> openByCaller = new ConcurrentHashMap<>();

    /** Fan-out has threads of its own: neither the log nor the event loops wait for many watchers to be served. */
    private final Scheduler fanOut = Schedulers.newParallel("stream", 2, true);

    private final Channels channels;
    private final Duration tickLength;
    private final Disposable.Composite ticking = Disposables.composite();
    private volatile long ticks;
    private final LongSupplier clock = () -> ticks;
    private volatile boolean running;
    private volatile boolean draining;
    private final Sinks.Empty<Void> drained = Sinks.empty();
    private final Sinks.Many<CallerId> dismissed = Sinks.many().multicast().directBestEffort();

    Streams(Journal journal, Forecast forecast, StreamProperties properties, StreamMeters meters) {
        this.journal = journal;
        this.channels = new Channels(journal, forecast, fanOut, meters);
        this.properties = properties;
        this.meters = meters;
        this.tickLength = shorter(LONGEST_TICK, properties.heartbeat().dividedBy(2));
    }

    private static Duration shorter(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }

    /**
     * A stream for a caller: the head at once, every recorded event after the given one, news between them, a heartbeat
     * in silence; ends after the ending. Ends in {@link TooManyStreams} at once when there is no place for it.
     *
     * @param known the generation as just read; what happened since is found
     * @param after the sequence of the last event that the caller has seen, 0 for none
     */
    public Flux<Frame> stream(Generation known, long after) {
        return Flux.using(() -> take(known.caller(), after > 0), _ -> watch(known, after), this::giveBack)
                .checkpoint("stream a generation");
    }

    /**
     * A stream of news that are of no generation, as one of that caller's: the head at once, then the news, of which a slow
     * reader sees the newest, and a heartbeat in silence. Ends when they end or fail, and when the server shuts down: it
     * is never waited for. Ends in {@link TooManyStreams} at once when there is no place for it.
     */
    public Flux<Frame> stream(CallerId caller, Flux<Frame> news) {
        return Flux.using(
                        () -> take(caller, false),
                        _ -> Flux.concat(Mono.fromSupplier(this::comeBackLater), news.switchMap(this::thenBeats))
                                .onErrorComplete()
                                .takeUntilOther(drained.asMono())
                                .takeUntilOther(dismissed.asFlux().filter(caller::equals)),
                        this::giveBack)
                .checkpoint("stream news");
    }

    /** Until the next news take its place, sent or not. */
    private Flux<Frame> thenBeats(Frame news) {
        return Flux.interval(properties.heartbeat(), fanOut)
                .onBackpressureDrop()
                .map(_ -> Frames.HEARTBEAT)
                .startWith(news);
    }

    /** The same of several, which counts as one stream; news of the moment and the ids of events are told of each. */
    public Flux<Frame> stream(Several several, Places after) {
        boolean resumes = !after.equals(several.beginning());
        return Flux.using(() -> take(several.caller(), resumes), _ -> watch(several, after), this::giveBack)
                .checkpoint("stream several generations");
    }

    /** Fails with {@link TooManyStreams} if a stream for this caller would have no place now. */
    public void requirePlace(CallerId caller) {
        if (openByCaller.getOrDefault(caller, 0) >= properties.maxPerClient()) {
            meters.refusedToCaller();
            throw new TooManyStreams("You have " + properties.maxPerClient()
                    + " streams open, as many as one caller may: close some, or watch by polling");
        }
        if (meters.open() >= properties.max()) {
            meters.refusedToAll();
            throw new TooManyStreams("As many streams are open as this server takes: come back in a moment");
        }
    }

    private CallerId take(CallerId caller, boolean resumes) {
        requirePlace(caller);
        openByCaller.merge(caller, 1, Integer::sum);
        meters.opened();
        if (resumes) {
            meters.resumed();
        }
        return caller;
    }

    private void giveBack(CallerId caller) {
        openByCaller.computeIfPresent(caller, (_, open) -> open == 1 ? null : open - 1);
        meters.closed();
    }

    /**
     * The generation when it has ended, or as it stands when the time is over or the server shuts down.
     *
     * @param known the generation as just read
     */
    public Mono<Generation> ending(Generation known, Duration atMost) {
        return known.hasEnded() || !atMost.isPositive() ? Mono.just(known) : until(known, Generation::hasEnded, atMost);
    }

    /** The generation as soon as it is as wanted, or as it stands when the time is over or the server shuts down. */
    public Mono<Generation> until(Generation known, Predicate<Generation> wanted, Duration atMost) {
        return watch(known, known.sequence() - 1)
                .mapNotNull(frame -> frame.moment().map(Moment::generation).orElse(null))
                .filter(wanted)
                .next()
                .timeout(atMost, Mono.empty())
                .switchIfEmpty(journal.find(known.id()).onErrorReturn(known)) // it is accepted, whatever else fails
                .checkpoint("wait for a generation");
    }

    /** The generations when all have ended, or as they stand when the time is over or the server shuts down. */
    public Mono<Several> endings(Several known, Duration atMost) {
        return known.hasEnded() || !atMost.isPositive()
                ? Mono.just(known)
                : watch(known, known.now())
                        .then()
                        .timeout(atMost, Mono.empty())
                        .then(Mono.defer(() -> readAgain(known)).onErrorReturn(known))
                        .checkpoint("wait for several generations");
    }

    private Mono<Several> readAgain(Several known) {
        return journal.findAll(known.ids(), known.caller()).map(known::asOf);
    }

    /** Like {@link #stream}, without a place of its own: for those whose answer is something else than a stream. */
    public Flux<Frame> watch(Generation known, long after) {
        return Flux.from(reader -> begin(List.of(known), List.of((int) after), Bookmarks.OF_ONE, reader));
    }

    /** The same of several. */
    public Flux<Frame> watch(Several known, Places after) {
        return Flux.from(
                reader -> begin(known.generations(), after.sequences(), new Bookmarks.OfSeveral(known), reader));
    }

    private void begin(
            List<Generation> known, List<Integer> after, Bookmarks bookmarks, Subscriber<? super Frame> reader) {
        Watcher watcher =
                new Watcher(known.getFirst().caller(), Operators.toCoreSubscriber(reader), retry(), bookmarks, clock);
        watchers.add(watcher);
        List<Seat> seats = IntStream.range(0, known.size())
                .mapToObj(i -> new Seat(channels.join(known.get(i), watcher), after.get(i)))
                .toList();
        if (draining) {
            watcher.leave();
        }
        try {
            watcher.begin(seats, () -> end(seats, watcher));
            channels.readAgain(seats.stream().map(Seat::channel).toList());
        } catch (RuntimeException e) {
            watcher.cancel();
            throw e;
        }
    }

    private void end(List<Seat> seats, Watcher watcher) {
        watchers.remove(watcher);
        seats.forEach(seat -> channels.leave(seat.channel(), watcher));
    }

    /** To be called with every generation that was committed; quick, since the fan-out is done elsewhere. */
    void committed(Generation generation) {
        if (!draining) {
            channels.committed(generation);
        }
    }

    /** To be called with what another replica committed: read only if somebody watches it here, and does not know it. */
    void committedElsewhere(Hint hint) {
        if (!draining) {
            channels.committedElsewhere(hint);
        }
    }

    /**
     * Ends the streams and the waits of a caller, who comes back to them only if it may; and once more a little later, those
     * that were asked for before and begun after.
     */
    public void dismiss(CallerId caller) {
        end(caller);
        ticking.add(Mono.delay(LATECOMERS, fanOut).subscribe(_ -> end(caller)));
    }

    private void end(CallerId caller) {
        dismissed.emitNext(caller, Sinks.EmitFailureHandler.busyLooping(LONGEST_TICK));
        watchers.stream().filter(watcher -> watcher.isOf(caller)).forEach(Watcher::leave);
    }

    /**
     * Answers with frames as they come, each flushed; a reader that is slow is told the newest news and no older ones. They
     * begin when the handler of the request is done: what it needed to find them is not kept for as long as they last. What
     * fails before the first is answered as if the handler had failed; whoever goes away cancels them.
     */
    public static Mono<Void> answer(ServerWebExchange exchange, Flux<Frame> frames) {
        return Mono.fromRunnable(() -> StreamedAnswers.put(exchange, frames));
    }

    /** The same at once: for a handler that wants to know when they end, or that nobody reads them any more. */
    public static Mono<Void> write(ServerHttpResponse response, Flux<Frame> frames) {
        return StreamedAnswers.write(response, frames);
    }

    private Duration retry() {
        long least = properties.retry().toMillis();
        return Duration.ofMillis(RandomGenerator.getDefault().nextLong(least, least * RETRY_VARIES_UP_TO + 1));
    }

    /** When a stream that cannot be served now may be asked for again: what is sent instead of one. */
    public Frame comeBackLater() {
        return Frames.retryAfter(retry());
    }

    @Override
    public void start() {
        running = true;
        ticking.add(Flux.interval(tickLength, fanOut).onBackpressureDrop().subscribe(this::beat));
        ticking.add(Flux.interval(tickLength, fanOut)
                .onBackpressureDrop()
                .concatMap(tick -> tellNews(tick).onErrorComplete(), 0) // the next tick tells newer ones
                .subscribe());
    }

    /** Apart from the beats: they must go on even while the log does not answer. */
    private Mono<Void> tellNews(long tick) {
        return Mono.defer(() -> tick % TICKS_A_SWEEP == 0
                ? channels.readAllAgain().then(channels.tellProgress())
                : channels.tellProgress());
    }

    private void beat(long tick) {
        ticks = tick;
        long silence = Math.max(1, properties.heartbeat().dividedBy(tickLength));
        watchers.forEach(watcher -> watcher.tick(tick, silence));
    }

    @Override
    public void stop() {
        running = false;
        draining = true;
        ticking.dispose();
        drained.tryEmitEmpty();
        watchers.forEach(Watcher::leave);
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    @Override
    public void close() {
        fanOut.dispose();
    }
}
