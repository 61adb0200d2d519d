package dev.sluice.simulator.picture;

import java.awt.geom.Path2D;
import java.util.Random;

/** The upper edge of a stretch of land. */
final class Ridge {

    private static final int OCTAVES = 5;
    private static final int KNOTS = 256;

    private final double[] knots = new double[KNOTS];
    private final double base;
    private final double rise;
    private final double wavelength;
    private final double roughness;
    private final boolean peaked;

    private Ridge(Random dice, double base, double rise, double wavelength, double roughness, boolean peaked) {
        for (int i = 0; i < KNOTS; i++) {
            knots[i] = dice.nextDouble();
        }
        this.base = base;
        this.rise = rise;
        this.wavelength = wavelength;
        this.roughness = roughness;
        this.peaked = peaked;
    }

    static Ridge rolling(Random dice, double base, double rise, double wavelength) {
        return new Ridge(dice, base, rise, wavelength, 0.28, false);
    }

    static Ridge peaked(Random dice, double base, double rise, double wavelength) {
        return new Ridge(dice, base, rise, wavelength, 0.46, true);
    }

    double base() {
        return base;
    }

    double top() {
        return base - rise;
    }

    /** The height of the edge, as a y of the canvas. */
    double at(double x) {
        double sum = 0;
        double weight = 1;
        double weights = 0;
        double frequency = 1 / wavelength;
        for (int octave = 0; octave < OCTAVES; octave++) {
            double wave = noise(x * frequency + octave * 37.7);
            sum += weight * (peaked ? 1 - Math.abs(2 * wave - 1) : wave);
            weights += weight;
            weight *= roughness;
            frequency *= 2.07;
        }
        return base - rise * sum / weights;
    }

    private double noise(double x) {
        int left = (int) Math.floor(x);
        double t = x - left;
        double eased = t * t * (3 - 2 * t);
        return knot(left) + (knot(left + 1) - knot(left)) * eased;
    }

    private double knot(int i) {
        return knots[Math.floorMod(i, KNOTS)];
    }

    /** All that lies below the edge, moved by so much and down to the floor. */
    Path2D below(double width, double floor, double moveX, double moveY) {
        Path2D path = new Path2D.Double();
        path.moveTo(-2, floor);
        for (double x = -2; x <= width + 2; x += 2) {
            path.lineTo(x, at(x - moveX) + moveY);
        }
        path.lineTo(width + 2, floor);
        path.closePath();
        return path;
    }

    Path2D below(double width, double floor) {
        return below(width, floor, 0, 0);
    }
}
