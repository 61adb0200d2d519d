package dev.sluice.conductor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.capacity.Spread;
import dev.sluice.conductor.Polling.Strategy;
import dev.sluice.conductor.PollingSimulation.Run;
import java.time.Duration;
import java.util.Locale;
import java.util.Random;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Polls where the ending is, and no more of them. {@code mvn -Pcrash test -Dtest=LearntPollingTests} prints the README's table. */
@Order(3)
class LearntPollingTests {

    private static final Logger log = LoggerFactory.getLogger(LearntPollingTests.class);
    private static final long SEED = Long.getLong("sluice.tests.seed", 20_261_125);
    private static final int LEARNT_FROM = 200;
    private static final int MEASURED = Integer.getInteger("sluice.learnt.generations", 500);

    /** One of them is luck. */
    private static final int BEGINNINGS = 10;

    private static final double NEAR_THE_OPTIMUM = 1.1;

    private final Random random = new Random(SEED);

    @ParameterizedTest
    @Tag("long")
    @CsvSource({"20, 0.1", "40, 0.1", "12, 0.2", "40, 0.2", "12, 0.3", "20, 0.3", "40, 0.3", "20, 0.5", "40, 0.5"})
    void isNearTheOptimumInMoreCases(double median, double sigma) {
        isNearTheOptimumAfterTwoHundredEndings(median, sigma);
    }

    @ParameterizedTest
    @CsvSource({"12, 0.1", "20, 0.2", "12, 0.5"})
    void isNearTheOptimumAfterTwoHundredEndings(double median, double sigma) {
        compare(
                "log-normal median=%s sigma=%s".formatted(median, sigma),
                logNormal(median, sigma),
                seconds -> cumulative(seconds, median, sigma));
    }

    @Test
    void findsBothOfTwoKinds() {
        compare(
                "bimodal: seven in ten about 12, the others about 30, sigma=0.1",
                DoubleStream.generate(
                        () -> (random.nextDouble() < 0.7 ? 12 : 30) * Math.exp(0.1 * random.nextGaussian())),
                seconds -> 0.7 * cumulative(seconds, 12, 0.1) + 0.3 * cumulative(seconds, 30, 0.1));
    }

    /** The README's are 4,000 each: the lag of a few hundred is known to a twentieth only. */
    private static void compare(String what, DoubleStream durations, DoubleUnaryOperator cumulative) {
        double[] all = durations.limit(LEARNT_FROM + MEASURED).toArray();
        Learning fixed = learning(Strategy.FIXED, all);
        Learning learnt = learning(Strategy.LEARNT, all);
        Run best = best(cumulative, DoubleStream.of(all).skip(LEARNT_FROM));
        log.info(
                "Polling: {} fixedLag={} learntLag={} optimum={} ratio={} fixedPolls={} learntPolls={} seed={}",
                what,
                rounded(fixed.run().lag()),
                rounded(learnt.run().lag()),
                rounded(best.lag()),
                rounded(learnt.run().lag() / best.lag()),
                rounded(fixed.run().polls()),
                rounded(learnt.run().polls()),
                SEED);
        assertThat(learnt.polls()).as("polls, from the first generation on").isLessThanOrEqualTo(fixed.polls());
        assertThat(learnt.run().lag() / fixed.run().lag())
                .as("lag, as a part of the fixed one")
                .isLessThan(best.lag() / fixed.run().lag() * NEAR_THE_OPTIMUM);
    }

    /**
     * @param run what is compared with the optimum
     * @param polls of all, those that it learnt from included
     */
    private record Learning(Run run, long polls) {}

    private static Learning learning(Strategy strategy, double[] all) {
        try (PollingSimulation simulation = new PollingSimulation(strategy)) {
            simulation.run(DoubleStream.of(all).limit(LEARNT_FROM));
            Run run = simulation.run(DoubleStream.of(all).skip(LEARNT_FROM));
            return new Learning(run, simulation.allPolls());
        }
    }

    /** Of the plan that is made when the durations are known exactly, and as many polls as the fixed ones are allowed. */
    private static Run best(DoubleUnaryOperator cumulative, DoubleStream durations) {
        double cell = 0.25;
        double[] mass = IntStream.range(0, 900)
                .mapToDouble(i -> cumulative.applyAsDouble((i + 1) * cell) - cumulative.applyAsDouble(i * cell))
                .toArray();
        PollPlan plan = PollPlan.of(
                new FixedPolls(Spread.of(Duration.ofMillis(250), mass), PollingSimulation.asDocumented(Strategy.FIXED)),
                0);
        double[] lagAndPolls = durations
                .mapToObj(seconds -> {
                    Duration at = Duration.ZERO;
                    int polls = 0;
                    while (at.toNanos() / 1e9 < seconds) {
                        at = plan.pollAfter(at).orElse(at.plusSeconds(3));
                        polls++;
                    }
                    return new double[] {at.toNanos() / 1e9 - seconds, polls, 1};
                })
                .reduce(new double[3], (a, b) -> new double[] {a[0] + b[0], a[1] + b[1], a[2] + b[2]});
        return new Run(lagAndPolls[0] / lagAndPolls[2], lagAndPolls[1] / lagAndPolls[2]);
    }

    @ParameterizedTest
    @CsvSource({"12, 0.1", "20, 0.2", "12, 0.5", "40, 0.5"})
    void isNoWorseThanTheFixedPaceWhileItLearns(double median, double sigma) {
        double fixedLag = 0;
        double fixedPolls = 0;
        double learntLag = 0;
        double learntPolls = 0;
        for (int i = 0; i < BEGINNINGS; i++) {
            double[] first = logNormal(median, sigma).limit(LEARNT_FROM).toArray();
            Run fixed = fresh(Strategy.FIXED, first);
            Run learnt = fresh(Strategy.LEARNT, first);
            fixedLag += fixed.lag() / BEGINNINGS;
            fixedPolls += fixed.polls() / BEGINNINGS;
            learntLag += learnt.lag() / BEGINNINGS;
            learntPolls += learnt.polls() / BEGINNINGS;
        }

        log.info(
                "Polling: beginning median={} sigma={} fixedLag={} learntLag={} fixedPolls={} learntPolls={}",
                median,
                sigma,
                rounded(fixedLag),
                rounded(learntLag),
                rounded(fixedPolls),
                rounded(learntPolls));
        assertThat(learntLag).isLessThan(fixedLag);
        assertThat(learntPolls).isLessThanOrEqualTo(fixedPolls);
    }

    @ParameterizedTest
    @CsvSource({"12, 24", "24, 12", "12, 40", "40, 12"})
    void noticesThatDurationsHaveChanged(double before, double after) {
        double[] all = DoubleStream.concat(
                        logNormal(before, 0.15).limit(300),
                        logNormal(after, 0.15).limit(300))
                .toArray();
        try (PollingSimulation fixed = new PollingSimulation(Strategy.FIXED);
                PollingSimulation learnt = new PollingSimulation(Strategy.LEARNT)) {
            fixed.run(DoubleStream.of(all).limit(300));
            learnt.run(DoubleStream.of(all).limit(300));

            Run fixedMeanwhile = fixed.run(DoubleStream.of(all).skip(300).limit(40));
            Run learntMeanwhile = learnt.run(DoubleStream.of(all).skip(300).limit(40));
            Run fixedThen = fixed.run(DoubleStream.of(all).skip(340));
            Run learntThen = learnt.run(DoubleStream.of(all).skip(340));

            log.info(
                    "Polling: drift from {} to {}: first 40 lag={} of {} polls={} of {}, then lag={} of {} polls={} of"
                            + " {}",
                    before,
                    after,
                    rounded(learntMeanwhile.lag()),
                    rounded(fixedMeanwhile.lag()),
                    rounded(learntMeanwhile.polls()),
                    rounded(fixedMeanwhile.polls()),
                    rounded(learntThen.lag()),
                    rounded(fixedThen.lag()),
                    rounded(learntThen.polls()),
                    rounded(fixedThen.polls()));
            assertThat(learntThen.lag()).isLessThan(fixedThen.lag() * 0.6);
            assertThat(learnt.allPolls()).isLessThanOrEqualTo(fixed.allPolls());
            assertThat(learntMeanwhile.lag())
                    .as("what the first few cost that end far earlier than ever, on average of forty")
                    .isLessThan(fixedMeanwhile.lag() * 1.5);
        }
    }

    @Test
    void isBetterThanTheFixedPaceWhileDurationsDrift() {
        double[] all = IntStream.range(0, 1_200)
                .mapToDouble(i -> (18 + 8 * Math.sin(i / 150.0)) * Math.exp(0.15 * random.nextGaussian()))
                .toArray();

        Run fixed = fresh(Strategy.FIXED, all);
        Run learnt = fresh(Strategy.LEARNT, all);

        log.info("Polling: drifting between 10 and 26 fixed={} learnt={}", fixed, learnt);
        assertThat(learnt.lag()).isLessThan(fixed.lag() * 0.7);
        assertThat(learnt.polls()).isLessThanOrEqualTo(fixed.polls());
    }

    @Test
    void pollsNoMoreThanTheFixedPaceInABurstOfSlowOnesAfterThousandsOfQuickOnes() {
        double[] quick = logNormal(12, 0.1).limit(3_000).toArray();
        double[] slow = logNormal(45, 0.1).limit(100).toArray();
        try (PollingSimulation fixed = new PollingSimulation(Strategy.FIXED);
                PollingSimulation learnt = new PollingSimulation(Strategy.LEARNT)) {
            fixed.run(DoubleStream.of(quick));
            learnt.run(DoubleStream.of(quick));

            Run fixedBurst = fixed.run(DoubleStream.of(slow));
            Run learntBurst = learnt.run(DoubleStream.of(slow));

            log.info("Polling: burst fixed={} learnt={}", fixedBurst, learntBurst);
            assertThat(learntBurst.polls()).isLessThanOrEqualTo(fixedBurst.polls());
        }
    }

    @ParameterizedTest
    @CsvSource({"3, 0.001", "3, 0.1", "6, 0.05", "9, 0.02"})
    void pollsNoMoreThanTheFixedPaceIfThreeInTenEndEarly(double early, double sigma) {
        double[] all = DoubleStream.generate(
                        () -> (random.nextDouble() < 0.3 ? early : 12) * Math.exp(sigma * random.nextGaussian()))
                .limit(3L * MEASURED)
                .toArray();

        Run fixed = fresh(Strategy.FIXED, all);
        Run learnt = fresh(Strategy.LEARNT, all);

        log.info("Polling: three in ten end after {} sigma={} fixed={} learnt={}", early, sigma, fixed, learnt);
        assertThat(learnt.polls()).isLessThanOrEqualTo(fixed.polls());
        assertThat(learnt.lag()).isLessThan(fixed.lag());
    }

    @Test
    void makesNoneOverdueSoonerThanTheFixedPace() {
        double[] slow = logNormal(100, 0.3).limit(600).toArray();

        int fixed = overdue(Strategy.FIXED, slow, false);

        assertThat(fixed).as("some are").isPositive();
        assertThat(overdue(Strategy.LEARNT, slow, false)).isLessThanOrEqualTo(fixed);
    }

    @Test
    void makesNoneOverdueSoonerThoughEverySecondPollGoesUnanswered() {
        double[] slow = logNormal(250, 0.1).limit(60).toArray();

        assertThat(overdue(Strategy.FIXED, slow, true))
                .as("what has no answer spends no budget")
                .isZero();
        assertThat(overdue(Strategy.LEARNT, slow, true)).isZero();
    }

    private static int overdue(Strategy strategy, double[] seconds, boolean losesAnswers) {
        try (PollingSimulation simulation = new PollingSimulation(strategy)) {
            if (losesAnswers) {
                simulation.loseEverySecondAnswer();
            }
            simulation.run(DoubleStream.of(seconds));
            return simulation.overdue();
        }
    }

    private static Run fresh(Strategy strategy, double[] all) {
        try (PollingSimulation simulation = new PollingSimulation(strategy)) {
            return simulation.run(DoubleStream.of(all));
        }
    }

    private DoubleStream logNormal(double median, double sigma) {
        return DoubleStream.generate(() -> median * Math.exp(sigma * random.nextGaussian()));
    }

    /** Of a log-normal; by the error function's approximation 7.1.26 of Abramowitz and Stegun, exact to 1.5e-7. */
    private static double cumulative(double seconds, double median, double sigma) {
        if (seconds <= 0) {
            return 0;
        }
        double z = Math.log(seconds / median) / sigma / Math.sqrt(2);
        double t = 1 / (1 + 0.3275911 * Math.abs(z));
        double polynomial =
                t * (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429))));
        double error = Math.signum(z) * (1 - polynomial * Math.exp(-z * z));
        return (1 + error) / 2;
    }

    private static String rounded(double figure) {
        return String.format(Locale.ROOT, "%.2f", figure);
    }
}
