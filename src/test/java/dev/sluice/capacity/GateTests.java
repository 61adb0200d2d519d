package dev.sluice.capacity;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.capacity.Gate.Permit;
import dev.sluice.generation.WaitingFor;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.ratelimiter.RateLimiter;
import io.github.resilience4j.ratelimiter.RateLimiterConfig;
import java.time.Duration;
import java.time.Instant;
import java.util.Random;
import org.junit.jupiter.api.Test;

class GateTests {

    private static final Duration PAUSE = Duration.ofSeconds(2);

    private Instant now = Instant.parse("2026-01-01T00:00:00Z");
    private final CircuitBreaker submit = breaker("submit");
    private final CircuitBreaker busy = breaker("busy");
    private final RateLimiter rate = RateLimiter.of(
            "submit",
            RateLimiterConfig.custom()
                    .limitForPeriod(20)
                    .limitRefreshPeriod(Duration.ofDays(1))
                    .timeoutDuration(Duration.ZERO)
                    .build());
    private final Gate gate = new Gate(submit, busy, rate, PAUSE, () -> now, new Random(1));

    @Test
    void letsSeveralGoAtOnceWhileAllIsWell() {
        assertThat(gate.ask()).isPresent();
        assertThat(gate.ask()).isPresent();
        assertThat(gate.waitingFor()).isEmpty();
    }

    @Test
    void letsNobodyGoForAMomentAfterABusyAnswer() {
        settle(new Verdict.Busy(null));

        assertThat(gate.ask()).isEmpty();
        assertThat(gate.waitingFor()).contains(WaitingFor.BUSY);

        pass(PAUSE.multipliedBy(3).dividedBy(2));
        assertThat(gate.ask()).isPresent();
    }

    @Test
    void waitsAsLongAsTheUpstreamAsksTo() {
        settle(new Verdict.Busy(Duration.ofSeconds(20)));

        pass(Duration.ofSeconds(20));
        assertThat(gate.ask()).as("and a little longer, each time another").isEmpty();
        pass(PAUSE.multipliedBy(3).dividedBy(2));
        assertThat(gate.ask()).isPresent();
    }

    @Test
    void isNotCutShortByALaterAndShorterPause() {
        Permit first = permit();
        Permit second = permit();
        first.settle(new Verdict.Busy(Duration.ofSeconds(20)));
        second.settle(new Verdict.Busy(Duration.ofSeconds(1)));

        pass(Duration.ofSeconds(10));

        assertThat(gate.ask()).isEmpty();
    }

    @Test
    void triesARefusedKeyAgainAfterHalfAMinuteOrWhenItChanges() {
        settle(new Verdict.KeyRefused());
        assertThat(gate.waitingFor()).contains(WaitingFor.KEY);
        pass(Gate.KEY_IS_TRIED_AGAIN.minusSeconds(1));
        assertThat(gate.ask()).isEmpty();
        pass(Duration.ofSeconds(1));
        settle(new Verdict.KeyRefused());
        assertThat(gate.ask()).isEmpty();

        gate.keyChanged();

        assertThat(gate.ask()).isPresent();
    }

    @Test
    void goesOneAtATimeAfterALostAnswerUntilOneIsClear() {
        settle(new Verdict.Unclear());

        Permit probe = permit();
        assertThat(gate.ask()).isEmpty();
        probe.settle(new Verdict.Clear());

        permit();
        assertThat(gate.ask()).isPresent();
    }

    @Test
    void opensTheSubmitBreakerOnLostAnswersAndNotOnBusyOnes() {
        for (int i = 0; i < 4; i++) {
            settle(new Verdict.Busy(Duration.ZERO));
            pass(Duration.ofMinutes(1));
        }
        assertThat(submit.getState()).isEqualTo(CircuitBreaker.State.CLOSED);
        assertThat(busy.getState()).isEqualTo(CircuitBreaker.State.OPEN);
        assertThat(gate.waitingFor()).contains(WaitingFor.BUSY);
    }

    @Test
    void tellsThatTheCircuitIsOpen() {
        for (int i = 0; i < 4; i++) {
            settle(new Verdict.Unclear());
        }

        assertThat(gate.ask()).isEmpty();
        assertThat(gate.waitingFor()).contains(WaitingFor.CIRCUIT);
        assertThat(busy.getState()).isEqualTo(CircuitBreaker.State.CLOSED);
    }

    @Test
    void pausesBrieflyWhenTheUpstreamCannotBeReached() {
        settle(new Verdict.Unreachable());

        assertThat(gate.ask()).isEmpty();
        assertThat(gate.waitingFor()).contains(WaitingFor.CIRCUIT);
    }

    @Test
    void forgetsAPermitThatIsGivenBack() {
        settle(new Verdict.Unclear());
        permit().giveBack();

        assertThat(gate.ask()).isPresent();
        assertThat(submit.getMetrics().getNumberOfBufferedCalls()).isEqualTo(1);
    }

    @Test
    void keepsToTheRate() {
        for (int i = 0; i < 20; i++) {
            permit();
        }

        assertThat(gate.ask()).isEmpty();
    }

    private void settle(Verdict verdict) {
        permit().settle(verdict);
    }

    private Permit permit() {
        return gate.ask().orElseThrow();
    }

    private void pass(Duration span) {
        now = now.plus(span);
    }

    private static CircuitBreaker breaker(String name) {
        return CircuitBreaker.of(
                name,
                CircuitBreakerConfig.custom()
                        .slidingWindowSize(4)
                        .minimumNumberOfCalls(4)
                        .build());
    }
}
