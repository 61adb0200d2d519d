package dev.sluice.conductor;

import dev.sluice.generation.GenerationId;
import dev.sluice.generation.Status;
import dev.sluice.journal.Hold;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.Disposable;
import reactor.core.Disposables;

/** Who polls what in this process: one poller for each generation, with the newest right to it. */
final class Pollers {

    private static final Logger log = LoggerFactory.getLogger(Pollers.class);

    private final Poller poller;
    private final Map<GenerationId, Polled> all = new HashMap<>();
    private boolean ended;

    private record Polled(long epoch, Disposable.Swap life) {}

    Pollers(Poller poller) {
        this.poller = poller;
    }

    /** Unless it is polled already, or not to be. Whoever polls it in an older epoch could not write what it hears. */
    synchronized void poll(Hold hold) {
        Status status = hold.generation().status();
        Polled before = all.get(hold.id());
        if (ended
                || (status != Status.PROCESSING && status != Status.OVERDUE)
                || (before != null && before.epoch() >= hold.epoch())) {
            return;
        }
        letGo(hold.id());
        Polled now = new Polled(hold.epoch(), Disposables.swap());
        all.put(hold.id(), now);
        now.life()
                .update(poller.seeToItsEnd(hold)
                        .doFinally(_ -> remove(hold.id(), now))
                        .subscribe(
                                _ -> {},
                                failure -> log.error(
                                        "Polling ended in a way that nobody foresaw: id={}", hold.id(), failure)));
    }

    private synchronized void remove(GenerationId id, Polled polled) {
        all.remove(id, polled);
    }

    /** It is somebody else's: it is polled here no longer. */
    synchronized void letGo(GenerationId id) {
        Polled polled = all.remove(id);
        if (polled != null) {
            polled.life().dispose();
        }
    }

    /** What is polled now. */
    synchronized Set<GenerationId> ids() {
        return Set.copyOf(all.keySet());
    }

    /** Lets go of all, for good. */
    synchronized void end() {
        ended = true;
        ids().forEach(this::letGo);
    }
}
