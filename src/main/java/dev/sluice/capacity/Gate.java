package dev.sluice.capacity;

import dev.sluice.capacity.Verdict.Busy;
import dev.sluice.capacity.Verdict.Clear;
import dev.sluice.capacity.Verdict.KeyRefused;
import dev.sluice.capacity.Verdict.Unclear;
import dev.sluice.capacity.Verdict.Unreachable;
import dev.sluice.generation.WaitingFor;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.ratelimiter.RateLimiter;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Whether a submit may go now. Asked before anything is claimed, so that what may not go stays queued without a trace in
 * its log.
 *
 * <p>Busy is not broken: a busy answer pauses everybody for a moment and counts on a breaker of its own, {@code busy};
 * silence, errors and unreadable answers count on {@code submit}. A refused key pauses until it changes or half a minute
 * is over. After an answer that nobody can interpret, submits go one at a time until one is clear.
 */
public final class Gate {

    static final Duration KEY_IS_TRIED_AGAIN = Duration.ofSeconds(30);

    private final CircuitBreaker submit;
    private final CircuitBreaker busy;
    private final RateLimiter rate;
    private final Duration busyPause;
    private final InstantSource clock;
    private final RandomGenerator random;

    private int underWay;
    private boolean oneAtATime;
    private @Nullable Pause pause;

    private record Pause(WaitingFor why, Instant until) {}

    Gate(
            CircuitBreaker submit,
            CircuitBreaker busy,
            RateLimiter rate,
            Duration busyPause,
            InstantSource clock,
            RandomGenerator random) {
        this.submit = submit;
        this.busy = busy;
        this.rate = rate;
        this.busyPause = busyPause;
        this.clock = clock;
        this.random = random;
    }

    /** The right to submit one generation; every permit is settled or given back, once. */
    public final class Permit {

        private final Instant since = clock.instant();

        private Permit() {}

        /** Not used after all. */
        public void giveBack() {
            synchronized (Gate.this) {
                underWay--;
                submit.releasePermission();
                busy.releasePermission();
            }
        }

        /** Used, and this is what the answer told. */
        public void settle(Verdict verdict) {
            synchronized (Gate.this) {
                underWay--;
                Gate.this.settle(
                        verdict, Duration.between(since, clock.instant()).toNanos());
            }
        }
    }

    /** A permit, or nothing: then {@link #waitingFor()} says why. */
    public synchronized Optional<Permit> ask() {
        if (isPaused() || (oneAtATime && underWay > 0) || !submit.tryAcquirePermission()) {
            return Optional.empty();
        }
        if (!busy.tryAcquirePermission()) {
            submit.releasePermission();
            return Optional.empty();
        }
        if (!rate.acquirePermission()) {
            submit.releasePermission();
            busy.releasePermission();
            return Optional.empty();
        }
        underWay++;
        return Optional.of(new Permit());
    }

    /** What keeps submits from going, if anything but the limit does. */
    public synchronized Optional<WaitingFor> waitingFor() {
        if (isPaused()) {
            return Optional.ofNullable(pause).map(Pause::why);
        }
        if (submit.getState() == CircuitBreaker.State.OPEN) {
            return Optional.of(WaitingFor.CIRCUIT);
        }
        return busy.getState() == CircuitBreaker.State.OPEN ? Optional.of(WaitingFor.BUSY) : Optional.empty();
    }

    /** The upstream's key was changed: what was held for it may be tried at once. */
    public synchronized void keyChanged() {
        if (pause != null && pause.why() == WaitingFor.KEY) {
            pause = null;
        }
    }

    private boolean isPaused() {
        return pause != null && clock.instant().isBefore(pause.until());
    }

    private void settle(Verdict verdict, long nanos) {
        switch (verdict) {
            case Clear _ -> {
                submit.onSuccess(nanos, TimeUnit.NANOSECONDS);
                busy.onSuccess(nanos, TimeUnit.NANOSECONDS);
                oneAtATime = false;
            }
            case Busy(Duration retryAfter) -> {
                submit.onSuccess(nanos, TimeUnit.NANOSECONDS);
                busy.onError(nanos, TimeUnit.NANOSECONDS, new IllegalStateException("The upstream is busy"));
                oneAtATime = false;
                pauseFor(WaitingFor.BUSY, retryAfter == null ? varied(busyPause) : retryAfter);
            }
            case KeyRefused _ -> {
                submit.onSuccess(nanos, TimeUnit.NANOSECONDS);
                busy.releasePermission();
                pauseFor(WaitingFor.KEY, KEY_IS_TRIED_AGAIN);
            }
            case Unreachable _ -> {
                fails(nanos, "The upstream cannot be reached");
                pauseFor(WaitingFor.CIRCUIT, varied(busyPause));
            }
            case Unclear _ -> {
                fails(nanos, "The upstream's answer was lost");
                oneAtATime = true;
            }
        }
    }

    private void fails(long nanos, String how) {
        submit.onError(nanos, TimeUnit.NANOSECONDS, new IllegalStateException(how));
        busy.releasePermission();
    }

    /** A pause is never cut short by a later one, save that a refused key outranks the rest. */
    private void pauseFor(WaitingFor why, Duration length) {
        Instant until = clock.instant().plus(length);
        if (!isPaused()
                || pause == null
                || why == WaitingFor.KEY
                || pause.until().isBefore(until)) {
            pause = new Pause(why, until);
        }
    }

    private Duration varied(Duration about) {
        return about.multipliedBy(50 + random.nextInt(101)).dividedBy(100);
    }
}
