package dev.sluice.capacity;

import java.time.Duration;
import java.util.DoubleSummaryStatistics;
import java.util.List;
import java.util.stream.DoubleStream;

/**
 * How likely the ending of a generation is in each small span of time after its acceptance.
 *
 * <p>The idea: a sighting only tells two polls between which the ending came. Each is spread over its span in proportion
 * to what is believed so far, and the sum of that is believed next (Turnbull, J. R. Statist. Soc. B 38, 1976). Durations
 * scatter in proportion to their length, so each round is smoothed on a logarithmic scale (Silverman and others, J. R.
 * Statist. Soc. B 52, 1990); without that a few hundred sightings would be believed to the letter.
 */
public final class Spread {

    /** Finer than any two polls are apart. */
    private static final double FINEST_CELL = 0.25;

    /** However long the longest took: what is computed over all pairs of cells must stay small. */
    private static final int MOST_CELLS = 400;

    private static final int ROUNDS = 10;
    private static final double LEAST_SCATTER = 0.05;
    private static final double ANYWHERE = 0.05;

    /** Half of what is usual for a normal density: the spans have smoothed already. */
    private static final double SMOOTHING = 0.5;

    /** Where a kernel has as good as ended, in its widths. */
    private static final double REACH = 4;

    private static final double ROOM_BEYOND_THE_LONGEST = 1.15;

    private final double cell;
    private final double[] mass;
    private final int sightings;

    private Spread(double cell, double[] mass, int sightings) {
        this.cell = cell;
        this.mass = mass;
        this.sightings = sightings;
    }

    /**
     * One that is known for certain.
     *
     * @param mass the likelihood of each cell, from the acceptance on; its sum is 1
     */
    public static Spread of(Duration cell, double[] mass) {
        return new Spread(seconds(cell), mass.clone(), Integer.MAX_VALUE);
    }

    static Spread of(List<Sighting> sightings) {
        double longest =
                sightings.stream().mapToDouble(it -> seconds(it.by())).max().orElseThrow() * ROOM_BEYOND_THE_LONGEST;
        double cell = Math.max(FINEST_CELL, longest / MOST_CELLS);
        double[] believed = new double[(int) Math.ceil(longest / cell) + 1];
        fillLogNormally(believed, cell, sightings);
        for (int i = 0; i < ROUNDS; i++) {
            believed = smoothed(shared(sightings, believed, cell), cell, sightings.size());
        }
        return new Spread(cell, believed, sightings.size());
    }

    /** What is believed first: usual durations, of which a part may be anywhere. It stays where no poll ever looks. */
    private static void fillLogNormally(double[] believed, double cell, List<Sighting> sightings) {
        DoubleSummaryStatistics logs = logs(sightings).summaryStatistics();
        double mean = logs.getAverage();
        double scatter = Math.max(
                LEAST_SCATTER,
                Math.sqrt(logs(sightings)
                        .map(log -> (log - mean) * (log - mean))
                        .average()
                        .orElseThrow()));
        double sum = 0;
        for (int i = 0; i < believed.length; i++) {
            double far = (Math.log((i + 0.5) * cell) - mean) / scatter;
            believed[i] = Math.exp(-far * far / 2) / (i + 0.5);
            sum += believed[i];
        }
        for (int i = 0; i < believed.length; i++) {
            believed[i] = (1 - ANYWHERE) * believed[i] / sum + ANYWHERE / believed.length;
        }
    }

    private static DoubleStream logs(List<Sighting> sightings) {
        return sightings.stream().mapToDouble(it -> Math.log((seconds(it.after()) + seconds(it.by())) / 2));
    }

    /** Each sighting is one part of all, shared among the cells of its span as they are believed. */
    private static double[] shared(List<Sighting> sightings, double[] believed, double cell) {
        double[] next = new double[believed.length];
        for (Sighting sighting : sightings) {
            int from = Math.min(believed.length - 1, (int) Math.round(seconds(sighting.after()) / cell));
            int to = Math.clamp(Math.round(seconds(sighting.by()) / cell), from + 1, believed.length);
            double sum = 0;
            for (int i = from; i < to; i++) {
                sum += believed[i];
            }
            for (int i = from; i < to; i++) {
                double part = sum > 0 ? believed[i] / sum : 1.0 / (to - from);
                next[i] += part / sightings.size();
            }
        }
        return next;
    }

    private static double[] smoothed(double[] mass, double cell, int sightings) {
        double width = width(mass, cell, sightings);
        double[] next = new double[mass.length];
        double[] kernel = new double[mass.length];
        for (int i = 0; i < mass.length; i++) {
            double middle = (i + 0.5) * cell;
            int from = (int) (middle * Math.exp(-REACH * width) / cell);
            int to = (int) Math.min(mass.length, Math.ceil(middle * Math.exp(REACH * width) / cell) + 1);
            double sum = 0;
            for (int j = from; j < to; j++) {
                double far = Math.log((j + 0.5) / (i + 0.5)) / width;
                kernel[j] = Math.exp(-far * far / 2) / (j + 0.5);
                sum += kernel[j];
            }
            for (int j = from; j < to; j++) {
                next[j] += mass[i] * kernel[j] / sum;
            }
        }
        return next;
    }

    private static double width(double[] mass, double cell, int sightings) {
        double mean = 0;
        double square = 0;
        for (int i = 0; i < mass.length; i++) {
            double log = Math.log((i + 0.5) * cell);
            mean += mass[i] * log;
            square += mass[i] * log * log;
        }
        double scatter = Math.sqrt(Math.max(0, square - mean * mean));
        return Math.max(0.01, SMOOTHING * scatter * Math.pow(sightings, -0.2));
    }

    /** From how many it was learnt. */
    public int sightings() {
        return sightings;
    }

    /** How many cells there are; nothing is known of what comes after the last. */
    public int cells() {
        return mass.length;
    }

    /** How long a cell is, in seconds. */
    public double cell() {
        return cell;
    }

    /** The likelihood that the ending comes in that cell. */
    public double mass(int index) {
        return mass[index];
    }

    private static double seconds(Duration duration) {
        return duration.toNanos() / 1e9;
    }
}
