package dev.sluice.stream;

import dev.sluice.capacity.Forecast;
import dev.sluice.generation.Generation;
import dev.sluice.generation.GenerationId;
import dev.sluice.journal.Hint;
import dev.sluice.journal.Journal;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/** The channels of all generations that somebody watches, kept as new as the log. */
final class Channels {

    private final Map<GenerationId, Channel> channels = new ConcurrentHashMap<>();
    private final Journal journal;
    private final Forecast forecast;
    private final Scheduler fanOut;
    private final StreamMeters meters;

    /** @param fanOut where watchers are served of what is new */
    Channels(Journal journal, Forecast forecast, Scheduler fanOut, StreamMeters meters) {
        this.journal = journal;
        this.forecast = forecast;
        this.fanOut = fanOut;
        this.meters = meters;
    }

    /** The generation's channel, which lives as long as somebody watches, and knows at least this much. */
    Channel join(Generation known, Watcher watcher) {
        Channel channel = Objects.requireNonNull(channels.compute(known.id(), (_, existing) -> {
            Channel joined = existing == null ? new Channel(known, forecast.underWay(known)) : existing;
            joined.add(watcher);
            return joined;
        }));
        channel.update(known, forecast.underWay(known));
        return channel;
    }

    void leave(Channel channel, Watcher watcher) {
        channels.computeIfPresent(channel.generation().id(), (_, current) -> {
            channel.remove(watcher);
            return current == channel && channel.isUnwatched() ? null : current;
        });
    }

    /** Quick, since the fan-out is done elsewhere. */
    void committed(Generation generation) {
        if (channels.containsKey(generation.id())) {
            fanOut.schedule(() -> update(generation));
        }
    }

    /** Read only if somebody watches it here, and does not know it. */
    void committedElsewhere(Hint hint) {
        Channel channel = channels.get(hint.generation());
        if (channel != null && channel.generation().sequence() < hint.sequence()) {
            readAgain(List.of(channel));
        }
    }

    private void update(Generation now) {
        Channel channel = channels.get(now.id());
        if (channel != null) {
            channel.update(now, forecast.underWay(now), () -> handedOut(now));
        }
    }

    private void handedOut(Generation now) {
        meters.handedOut(Duration.between(now.last().at(), Instant.ofEpochMilli(fanOut.now(TimeUnit.MILLISECONDS))));
    }

    /** What was committed after a generation was read and before its channel could hear of it is found here. */
    void readAgain(List<Channel> joined) {
        List<Generation> open = joined.stream()
                .map(Channel::generation)
                .filter(generation -> !generation.hasEnded())
                .toList();
        if (!open.isEmpty()) {
            journal.findAll(
                            open.stream().map(Generation::id).toList(),
                            open.getFirst().caller())
                    .onErrorComplete() // the next sweep finds it
                    .publishOn(fanOut)
                    .subscribe(found -> found.forEach(this::update));
        }
    }

    Mono<Void> readAllAgain() {
        return Flux.fromIterable(channels.values())
                .filter(channel -> !channel.hasEnded())
                .concatMap(channel -> journal.find(channel.generation().id())
                        .onErrorComplete() // the next sweep finds it
                        .publishOn(fanOut)
                        .doOnNext(this::update))
                .then();
    }

    Mono<Void> tellProgress() {
        return Flux.fromIterable(channels.values())
                .concatMap(channel -> {
                    Generation generation = channel.generation();
                    return forecast.of(generation).doOnNext(progress -> channel.tell(generation, progress));
                })
                .then();
    }
}
