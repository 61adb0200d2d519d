package dev.sluice.simulator;

import dev.sluice.simulator.picture.Picture;
import java.util.Map;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** The pictures that were drawn lately: each is drawn once, however many ask for it at the same time. */
final class Gallery {

    /** At roughly three quarters of a megabyte each. */
    static final int MAX_KEPT = 32;

    private final Map<Picture, Mono<byte[]>> drawn = new Bounded<>(MAX_KEPT);

    Mono<byte[]> png(Picture picture) {
        synchronized (drawn) {
            return drawn.computeIfAbsent(picture, Gallery::draw);
        }
    }

    // Drawing keeps a core busy for a good part of a second: not on an event loop.
    private static Mono<byte[]> draw(Picture picture) {
        return Mono.fromCallable(picture::png)
                .subscribeOn(Schedulers.boundedElastic())
                .cache();
    }
}
