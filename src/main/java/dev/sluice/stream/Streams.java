package dev.sluice.stream;

import dev.sluice.capacity.Forecast;
import dev.sluice.generation.CallerId;
import dev.sluice.generation.Generation;
import dev.sluice.generation.GenerationId;
import dev.sluice.journal.Hint;
import dev.sluice.journal.Journal;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;
import org.springframework.context.SmartLifecycle;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Flux;
import reactor.core.publisher.FluxSink;
import reactor.core.publisher.Mono;
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

    private final Journal journal;
    private final Forecast forecast;
    private final StreamProperties properties;
    private final StreamMeters meters;
    private final Map<GenerationId, Channel> channels = new ConcurrentHashMap<>();
    private final Map<CallerId, Integer> openByCaller = new ConcurrentHashMap<>();

    /** Fan-out has threads of its own: neither the log nor the event loops wait for many watchers to be served. */
    private final Scheduler fanOut = Schedulers.newParallel("stream", 2, true);

    private final Duration tickLength;
    private final Disposable.Composite ticking = Disposables.composite();
    private volatile long ticks;
    private volatile boolean running;
    private volatile boolean draining;

    Streams(Journal journal, Forecast forecast, StreamProperties properties, StreamMeters meters) {
        this.journal = journal;
        this.forecast = forecast;
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
        return Flux.using(() -> take(known.caller()), _ -> watch(known, after), this::giveBack)
                .checkpoint("stream a generation");
    }

    /** Fails with {@link TooManyStreams} if a stream for this caller would have no place now. */
    public void requirePlace(CallerId caller) {
        if (openByCaller.getOrDefault(caller, 0) >= properties.maxPerClient()) {
            throw new TooManyStreams("You have " + properties.maxPerClient()
                    + " streams open, as many as one caller may: close some, or watch by polling");
        }
        if (meters.open() >= properties.max()) {
            throw new TooManyStreams("As many streams are open as this server takes: come back in a moment");
        }
    }

    private CallerId take(CallerId caller) {
        requirePlace(caller);
        openByCaller.merge(caller, 1, Integer::sum);
        meters.opened();
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

    /** Like {@link #stream}, without a place of its own: for those whose answer is something else than a stream. */
    public Flux<Frame> watch(Generation known, long after) {
        return Flux.create(sink -> begin(known, after, sink), FluxSink.OverflowStrategy.ERROR);
    }

    private void begin(Generation known, long after, FluxSink<Frame> sink) {
        Duration retry = retry();
        Channel[] found = new Channel[1];
        Watcher[] watching = new Watcher[1];
        channels.compute(known.id(), (_, existing) -> {
            found[0] = existing == null ? new Channel(known, forecast.underWay(known)) : existing;
            watching[0] = new Watcher(found[0], after, sink, retry, ticks);
            found[0].add(watching[0]);
            return found[0];
        });
        Channel channel = found[0];
        Watcher watcher = watching[0];
        sink.onDispose(() -> end(known.id(), channel, watcher));
        sink.onRequest(_ -> watcher.wake());
        channel.update(known, forecast.underWay(known));
        if (draining) {
            watcher.leave();
        }
        readAgain(known, channel);
    }

    /** What was committed after {@code known} was read and before the channel could hear of it is found here. */
    private void readAgain(Generation known, Channel channel) {
        if (!known.hasEnded()) {
            readAgain(channel).subscribe();
        }
    }

    private Mono<Generation> readAgain(Channel channel) {
        return journal.find(channel.generation().id())
                .onErrorComplete() // the next sweep finds it
                .publishOn(fanOut)
                .doOnNext(now -> channel.update(now, forecast.underWay(now)));
    }

    private Mono<Void> readAllAgain() {
        return Flux.fromIterable(channels.values())
                .filter(channel -> !channel.hasEnded())
                .concatMap(this::readAgain)
                .then();
    }

    private void end(GenerationId id, Channel channel, Watcher watcher) {
        channels.computeIfPresent(id, (_, current) -> {
            channel.remove(watcher);
            return current == channel && channel.isUnwatched() ? null : current;
        });
    }

    /** To be called with every generation that was committed; quick, since the fan-out is done elsewhere. */
    void committed(Generation generation) {
        Channel channel = draining ? null : channels.get(generation.id());
        if (channel != null) {
            fanOut.schedule(() -> channel.update(generation, forecast.underWay(generation)));
        }
    }

    /** To be called with what another replica committed: read only if somebody watches it here, and does not know it. */
    void committedElsewhere(Hint hint) {
        Channel channel = draining ? null : channels.get(hint.generation());
        if (channel != null && channel.generation().sequence() < hint.sequence()) {
            readAgain(channel).subscribe();
        }
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
        return Mono.defer(() -> tick % TICKS_A_SWEEP == 0 ? readAllAgain().then(tellProgress()) : tellProgress());
    }

    private void beat(long tick) {
        ticks = tick;
        long silence = Math.max(1, properties.heartbeat().dividedBy(tickLength));
        channels.values().forEach(channel -> channel.watchers().forEach(watcher -> watcher.tick(tick, silence)));
    }

    private Mono<Void> tellProgress() {
        return Flux.fromIterable(channels.values())
                .concatMap(channel -> {
                    Generation generation = channel.generation();
                    return forecast.of(generation).doOnNext(progress -> channel.tell(generation, progress));
                })
                .then();
    }

    @Override
    public void stop() {
        running = false;
        draining = true;
        ticking.dispose();
        channels.values().forEach(channel -> channel.watchers().forEach(Watcher::leave));
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
