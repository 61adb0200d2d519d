package dev.sluice.simulator.picture;

import java.awt.Color;
import java.awt.Shape;
import java.awt.geom.Path2D;
import java.util.Random;

/** The land, from the palest ridge at the horizon to the meadow at one's feet. */
final class Land {

    private static final Color SNOWLIGHT = Ink.of(0xDCE8FF);

    private final Canvas canvas;
    private final Scene scene;
    private final Palette palette;
    private final Trees trees;
    private final Town town;
    private final Random dice;

    Land(Canvas canvas, Scene scene) {
        this.canvas = canvas;
        this.scene = scene;
        this.palette = scene.palette();
        this.trees = new Trees(canvas, scene);
        this.town = new Town(canvas, scene);
        this.dice = scene.dice("land");
    }

    /** Everything that stands behind the water, or behind the near hills. */
    void paintFar() {
        double h = canvas.horizon;
        boolean high = scene.ground() == Motif.MOUNTAINS || (scene.ground() == Motif.SNOW && dice.nextBoolean());
        double floor = scene.water() ? h : canvas.height;
        switch (scene.ground()) {
            case SEA -> {
                layer(Ridge.rolling(dice, h, h * 0.10, canvas.width * 0.5), floor, 0.92);
                headland(floor);
            }
            case CITY -> {
                layer(Ridge.rolling(dice, h, h * 0.16, canvas.width * 0.45), floor, 0.9);
                town.skyline();
            }
            default -> {
                if (high) {
                    mountain(Ridge.peaked(dice, h, h * 0.62, canvas.width * 0.5), floor, 0.86);
                    mountain(Ridge.peaked(dice, h, h * 0.46, canvas.width * 0.36), floor, 0.62);
                } else {
                    layer(Ridge.rolling(dice, h, h * 0.34, canvas.width * 0.5), floor, 0.92);
                    layer(Ridge.rolling(dice, h * 1.01, h * 0.25, canvas.width * 0.4), floor, 0.74);
                }
                Ridge shore = Ridge.rolling(dice, h * 1.02, h * 0.13, canvas.width * 0.33);
                if (scene.has(Motif.CASTLE)) {
                    town.castle(shore);
                }
                layer(shore, floor, 0.5);
                trees.along(shore, 0.5, 2.6, scene.ground() == Motif.FOREST ? 90 : 26);
                if (scene.water()) {
                    town.hamlet(shore, 0.42, 3);
                }
            }
        }
        mist(h);
    }

    /** A piece of coast that runs out into the sea, from one side. */
    private void headland(double floor) {
        double h = canvas.horizon;
        Ridge cliff = Ridge.rolling(dice, h, h * 0.2, canvas.width * 0.3);
        double reach = canvas.width * (0.42 + 0.1 * dice.nextDouble());
        boolean left = !scene.dice("light").nextBoolean();
        Path2D land = new Path2D.Double();
        land.moveTo(left ? -2 : canvas.width + 2, floor);
        for (double x = 0; x <= reach; x += 2) {
            double at = left ? x : canvas.width - x;
            double fall = Math.sqrt(Math.max(0, 1 - Math.pow(x / reach, 3)));
            land.lineTo(at, h - (h - cliff.at(at) + h * 0.03) * fall);
        }
        land.lineTo(left ? reach : canvas.width - reach, floor);
        land.closePath();
        Color colour = ground(0.45);
        canvas.fill(land, Canvas.downward(h * 0.8, h, Ink.lighter(colour, 0.06), Ink.darker(colour, 0.2)));
        double place = left ? reach * 0.8 : canvas.width - reach * 0.8;
        double foot = h - (h - cliff.at(place) + h * 0.03) * Math.sqrt(1 - 0.512) + canvas.unit * 0.4;
        if (scene.has(Motif.LIGHTHOUSE) || dice.nextInt(3) == 0) {
            town.lighthouse(place, foot, left);
        }
        town.cottage(
                left ? reach * 0.45 : canvas.width - reach * 0.45,
                cliff.at(left ? reach * 0.45 : canvas.width - reach * 0.45) + canvas.unit * -1.2,
                canvas.unit * 3.2,
                0.4);
    }

    private void mountain(Ridge ridge, double floor, double distance) {
        Color colour = ground(distance);
        Shape body = ridge.below(canvas.width, floor);
        canvas.fill(body, Canvas.downward(ridge.top(), ridge.base(), colour, Ink.mix(colour, palette.low(), 0.4)));
        Color snow = Ink.mix(Ink.mix(palette.light(), palette.low(), 0.2), colour, palette.isDark() ? 0.45 : 0.12);
        Ridge edge = Ridge.peaked(
                scene.dice("snow" + distance),
                ridge.base() - (ridge.base() - ridge.top()) * 0.36,
                canvas.unit * 9,
                canvas.width * 0.05);
        Path2D above = new Path2D.Double();
        above.moveTo(-2, 0);
        for (double x = -2; x <= canvas.width + 2; x += 2) {
            above.lineTo(x, edge.at(x));
        }
        above.lineTo(canvas.width + 2, 0);
        above.closePath();
        canvas.fillInside(body, above, Ink.clear(snow, 0.92));
        Shape shadow = ridge.below(canvas.width, floor, canvas.unit * 3.4, canvas.unit * 4.5);
        canvas.fillInside(body, shadow, Ink.clear(palette.shade(), 0.10));
        canvas.fillInside(
                body,
                ridge.below(canvas.width, floor, canvas.unit * -2.6, canvas.unit * 8),
                Ink.clear(palette.shade(), 0.10));
    }

    private void layer(Ridge ridge, double floor, double distance) {
        Color colour = ground(distance);
        Color foot = Ink.mix(colour, palette.low(), 0.35 * distance + 0.05);
        canvas.fill(
                ridge.below(canvas.width, floor),
                Canvas.downward(ridge.top(), ridge.base() + canvas.unit * 4, colour, foot));
    }

    /** Snow keeps its light when all other land has lost it. */
    private Color ground(double distance) {
        Color colour = palette.land(scene.groundColour(), distance);
        return scene.ground() == Motif.SNOW ? Ink.mix(colour, SNOWLIGHT, 0.3) : colour;
    }

    /** Haze lies where the land meets the plain. */
    private void mist(double y) {
        double depth = canvas.unit * (scene.has(Motif.MIST) ? 26 : 9);
        double strength = scene.has(Motif.MIST) ? 0.75 : 0.32;
        Color haze = palette.low();
        canvas.box(
                0,
                y - depth,
                canvas.width,
                depth,
                Canvas.downward(y - depth, y, Ink.clear(haze, 0), Ink.clear(haze, strength)));
        if (!scene.water()) {
            canvas.box(
                    0,
                    y,
                    canvas.width,
                    depth,
                    Canvas.downward(y, y + depth, Ink.clear(haze, strength), Ink.clear(haze, 0)));
        }
    }

    /** The hills between the horizon and the feet, where there is no water. */
    void paintNear() {
        double h = canvas.height;
        double[] bases = {0.76, 0.88};
        double[] distances = {0.30, 0.14};
        for (int i = 0; i < bases.length; i++) {
            Ridge ridge = Ridge.rolling(
                    dice, h * bases[i], h * 0.12, canvas.width * (scene.ground() == Motif.DESERT ? 0.8 : 0.6));
            hill(ridge, distances[i]);
            trees.along(ridge, distances[i], 4.5 + 3 * i, scene.ground() == Motif.FOREST ? 36 : 9);
            if (i == 0) {
                town.hamlet(ridge, distances[i], scene.has(Motif.HOUSE) ? 5 : 2);
            }
        }
    }

    private void hill(Ridge ridge, double distance) {
        Color colour = ground(distance);
        Shape body = ridge.below(canvas.width, canvas.height);
        canvas.fill(
                body,
                Canvas.downward(
                        ridge.top(),
                        ridge.base() + canvas.unit * 16,
                        Ink.mix(colour, palette.light(), 0.16),
                        Ink.mix(colour, palette.shade(), 0.26)));
        for (int furrow = 1; furrow < 7; furrow++) {
            Shape below = ridge.below(
                    canvas.width, canvas.height, furrow * canvas.unit * 2.5, furrow * furrow * canvas.unit * 0.42);
            canvas.fillInside(body, below, Ink.clear(palette.shade(), 0.045));
        }
    }

    /** The bank on which whoever looks is standing. Its edge is where a companion sits. */
    Ridge paintBank() {
        Ridge bank = Ridge.rolling(scene.dice("bank"), canvas.height * 1.0, canvas.height * 0.13, canvas.width * 0.7);
        Color colour = Ink.mix(ground(0), palette.shade(), scene.ground() == Motif.SNOW ? 0.12 : 0.42);
        canvas.fill(
                bank.below(canvas.width, canvas.height),
                Canvas.downward(bank.top(), canvas.height, colour, Ink.darker(colour, 0.45)));
        trees.framing(bank);
        return bank;
    }
}
