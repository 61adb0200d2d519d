package dev.sluice.door;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.springframework.context.SmartLifecycle;
import reactor.core.scheduler.Schedulers;

/**
 * Keeps the door open for a moment after the order to stop, when readiness is refused already: a balancer needs that moment
 * to hear of it, and a connection that it makes meanwhile would be reset with its request unread. Stops in the first phase,
 * with the streams and the conductor, and before the web server's own.
 */
final class LastCallers implements SmartLifecycle {

    private final Duration stillOpen;
    private volatile boolean running;

    LastCallers(Duration stillOpen) {
        this.stillOpen = stillOpen;
    }

    @Override
    public void start() {
        running = true;
    }

    @Override
    public void stop(Runnable whenDone) {
        stop();
        Schedulers.parallel().schedule(whenDone, stillOpen.toMillis(), TimeUnit.MILLISECONDS);
    }

    @Override
    public void stop() {
        running = false;
    }

    @Override
    public boolean isRunning() {
        return running;
    }
}
