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

    /** The pause doubles with each busy answer after another, so often: a long siege must not fill the log. */
    private static final int MOST_DOUBLINGS = 3;

    private final CircuitBreaker submit;
    private final CircuitBreaker busy;
    private final RateLimiter rate;
    private final Duration busyPause;
    private final InstantSource clock;
    private final RandomGenerator random;

    private int underWay;
    private boolean oneAtATime;
    private int busyInARow;
    private Instant pausedUntil = Instant.MIN;
    private WaitingFor pausedFor = WaitingFor.BUSY;
    private Instant keyIsRefusedUntil = Instant.MIN;

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

    /** The right to submit one generation; settled or given back, and only the first of that counts. */
    public final class Permit {

        private final Instant since = clock.instant();
        private final boolean isProbe;
        private boolean isOver;

        private Permit(boolean isProbe) {
            this.isProbe = isProbe;
        }

        /** Whether the upstream was away when last heard of: then something that is free is to be asked of it first. */
        public boolean isProbe() {
            return isProbe;
        }

        /** Not used after all. */
        public void giveBack() {
            synchronized (Gate.this) {
                if (end()) {
                    submit.releasePermission();
                    busy.releasePermission();
                }
            }
        }

        /** Used, and this is what the answer told. */
        public void settle(Verdict verdict) {
            synchronized (Gate.this) {
                if (end()) {
                    Gate.this.settle(
                            verdict, Duration.between(since, clock.instant()).toNanos());
                }
            }
        }

        private boolean end() {
            boolean isFirst = !isOver;
            isOver = true;
            underWay -= isFirst ? 1 : 0;
            return isFirst;
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
        return Optional.of(new Permit(submit.getState() == CircuitBreaker.State.HALF_OPEN));
    }

    /** What keeps submits from going, if anything but the limit does. */
    public synchronized Optional<WaitingFor> waitingFor() {
        Instant now = clock.instant();
        if (now.isBefore(keyIsRefusedUntil)) {
            return Optional.of(WaitingFor.KEY);
        }
        if (now.isBefore(pausedUntil)) {
            return Optional.of(pausedFor);
        }
        if (isHeldBy(submit) || (oneAtATime && underWay > 0)) {
            return Optional.of(WaitingFor.CIRCUIT);
        }
        return isHeldBy(busy) ? Optional.of(WaitingFor.BUSY) : Optional.empty();
    }

    private static boolean isHeldBy(CircuitBreaker breaker) {
        return breaker.getState() == CircuitBreaker.State.OPEN || breaker.getState() == CircuitBreaker.State.HALF_OPEN;
    }

    /** The upstream's key was changed: what was held for it may be tried at once. */
    public synchronized void keyChanged() {
        keyIsRefusedUntil = Instant.MIN;
    }

    private boolean isPaused() {
        Instant now = clock.instant();
        return now.isBefore(keyIsRefusedUntil) || now.isBefore(pausedUntil);
    }

    private void settle(Verdict verdict, long nanos) {
        switch (verdict) {
            case Clear _ -> {
                submit.onSuccess(nanos, TimeUnit.NANOSECONDS);
                busy.onSuccess(nanos, TimeUnit.NANOSECONDS);
                oneAtATime = false;
                busyInARow = 0;
            }
            case Busy(Duration retryAfter) -> {
                submit.onSuccess(nanos, TimeUnit.NANOSECONDS);
                busy.onError(nanos, TimeUnit.NANOSECONDS, new IllegalStateException("The upstream is busy"));
                oneAtATime = false;
                busyInARow = Math.min(MOST_DOUBLINGS, busyInARow + 1);
                Duration asked = retryAfter == null ? Duration.ZERO : retryAfter;
                pauseFor(WaitingFor.BUSY, asked.plus(varied(busyPause.multipliedBy(1L << (busyInARow - 1)))));
            }
            case KeyRefused _ -> {
                submit.onSuccess(nanos, TimeUnit.NANOSECONDS);
                busy.releasePermission();
                keyIsRefusedUntil = clock.instant().plus(KEY_IS_TRIED_AGAIN);
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

    /** A pause is never cut short by a later one. */
    private void pauseFor(WaitingFor why, Duration length) {
        Instant until = clock.instant().plus(length);
        if (until.isAfter(pausedUntil)) {
            pausedUntil = until;
            pausedFor = why;
        }
    }

    private Duration varied(Duration about) {
        return about.multipliedBy(50 + random.nextInt(101)).dividedBy(100);
    }
}
