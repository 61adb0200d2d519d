package dev.sluice.simulator.picture;

import java.awt.Color;
import java.awt.Shape;
import java.awt.geom.Area;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Path2D;
import java.util.Random;

/** All that is above: the light, the stars, what hangs and flies among them. */
final class Sky {

    private final Canvas canvas;
    private final Scene scene;
    private final Palette palette;
    private final double lightX;
    private final double lightY;
    private final double lightRadius;

    Sky(Canvas canvas, Scene scene) {
        this.canvas = canvas;
        this.scene = scene;
        this.palette = scene.palette();
        Random dice = scene.dice("light");
        double third = dice.nextBoolean() ? 0.3 : 0.7;
        lightX = canvas.width * (third + 0.12 * (dice.nextDouble() - 0.5));
        lightY = canvas.horizon * height(dice);
        lightRadius =
                canvas.unit * (scene.hour() == Motif.DUSK ? 9 + 3 * dice.nextDouble() : 6.5 + 2 * dice.nextDouble());
    }

    /** The sun of the morning and of the evening stands low, unless something would hide it. */
    private double height(Random dice) {
        if (scene.has(Motif.BANANA) || scene.ground() == Motif.CITY) {
            return 0.2 + 0.06 * dice.nextDouble();
        }
        return switch (scene.hour()) {
            case DUSK -> 0.62 + 0.12 * dice.nextDouble();
            case DAWN -> 0.52 + 0.14 * dice.nextDouble();
            default -> 0.26 + 0.14 * dice.nextDouble();
        };
    }

    double lightX() {
        return lightX;
    }

    double lightRadius() {
        return lightRadius;
    }

    void paint() {
        canvas.box(
                0,
                0,
                canvas.width,
                canvas.height,
                Canvas.downward(0, canvas.horizon, palette.top(), palette.middle(), palette.low()));
        if (scene.isNight()) {
            stars();
        }
        if (scene.has(Motif.AURORA)) {
            aurora();
        }
        light();
        if (scene.has(Motif.RAINBOW)) {
            rainbow();
        }
    }

    private void stars() {
        Random dice = scene.dice("stars");
        for (int i = 0; i < 260; i++) {
            double x = dice.nextDouble() * canvas.width;
            double y = canvas.horizon * Math.pow(dice.nextDouble(), 1.4);
            double size = canvas.unit * (0.07 + 0.16 * Math.pow(dice.nextDouble(), 4));
            double shine = (1 - y / canvas.horizon) * (0.35 + 0.65 * dice.nextDouble());
            canvas.dot(x, y, size, Ink.clear(Ink.mix(Ink.WHITE, palette.light(), dice.nextDouble()), shine));
        }
        for (int i = 0; i < 7; i++) {
            sparkle(
                    dice.nextDouble() * canvas.width,
                    canvas.horizon * 0.6 * dice.nextDouble(),
                    canvas.unit * (0.7 + dice.nextDouble()));
        }
        shootingStar(dice);
    }

    private void sparkle(double x, double y, double arm) {
        canvas.glow(x, y, arm * 1.6, palette.light(), 0.4);
        double waist = arm * 0.13;
        canvas.fill(
                Canvas.polygon(
                        x, y - arm, x + waist, y - waist, x + arm, y, x + waist, y + waist, x, y + arm, x - waist,
                        y + waist, x - arm, y, x - waist, y - waist),
                Ink.clear(Ink.WHITE, 0.9));
    }

    private void shootingStar(Random dice) {
        double x = canvas.width * (0.15 + 0.6 * dice.nextDouble());
        double y = canvas.horizon * (0.08 + 0.2 * dice.nextDouble());
        double length = canvas.unit * 14;
        Path2D tail =
                Canvas.polygon(x, y, x + length, y - length * 0.42, x + canvas.unit * 0.2, y + canvas.unit * 0.45);
        canvas.fill(tail, Canvas.across(x, x + length, Ink.clear(Ink.WHITE, 0.85), Ink.clear(Ink.WHITE, 0)));
    }

    private void aurora() {
        Random dice = scene.dice("aurora");
        Color[] veils = {Ink.of(0x59F2B0), Ink.of(0x7CF7D4), Ink.of(0xB38BFF)};
        for (Color veil : veils) {
            Ridge foot = Ridge.rolling(dice, canvas.horizon * 0.82, canvas.horizon * 0.5, canvas.width * 0.55);
            Ridge reach = Ridge.rolling(dice, canvas.horizon * 0.5, canvas.horizon * 0.35, canvas.width * 0.05);
            for (double x = 0; x < canvas.width; x += 1.5) {
                double bottom = foot.at(x);
                double top = bottom - reach.at(x);
                canvas.box(
                        x,
                        top,
                        1.7,
                        bottom - top,
                        Canvas.downward(top, bottom, Ink.clear(veil, 0), Ink.clear(veil, 0.24), Ink.clear(veil, 0)));
            }
        }
    }

    private void light() {
        canvas.glow(
                lightX,
                lightY,
                lightRadius * 9,
                Ink.mix(palette.light(), palette.low(), 0.4),
                scene.isNight() ? 0.35 : 0.75);
        canvas.glow(lightX, lightY, lightRadius * 3, palette.light(), 0.7);
        if (scene.has(Motif.BANANA)) {
            bananaMoon();
        } else if (scene.isNight()) {
            moon();
        } else {
            canvas.dot(
                    lightX,
                    lightY,
                    lightRadius,
                    Canvas.downward(
                            lightY - lightRadius,
                            lightY + lightRadius,
                            palette.light(),
                            Ink.mix(palette.light(), palette.low(), 0.55)));
        }
    }

    private void moon() {
        canvas.dot(
                lightX,
                lightY,
                lightRadius,
                Canvas.across(
                        lightX - lightRadius,
                        lightX + lightRadius,
                        palette.light(),
                        Ink.mix(palette.light(), palette.low(), 0.35)));
        Random dice = scene.dice("craters");
        for (int i = 0; i < 6; i++) {
            double angle = dice.nextDouble() * 2 * Math.PI;
            double away = lightRadius * 0.7 * dice.nextDouble();
            double size = lightRadius * (0.08 + 0.14 * dice.nextDouble());
            canvas.dot(
                    lightX + away * Math.cos(angle),
                    lightY + away * Math.sin(angle),
                    size,
                    Ink.clear(palette.low(), 0.28));
        }
    }

    /** What else should hang in the sky of a gateway to Nano Banana? */
    private void bananaMoon() {
        double r = lightRadius * 1.35;
        Area banana = new Area(new Ellipse2D.Double(lightX - r, lightY - r, 2 * r, 2 * r));
        banana.subtract(new Area(new Ellipse2D.Double(lightX - r * 0.62, lightY - r * 1.5, 2.1 * r, 2.1 * r)));
        canvas.fill(
                banana, Canvas.downward(lightY - r, lightY + r, Ink.of(0xFFEFA0), Ink.of(0xFFE066), Ink.of(0xF2B632)));
        Color tip = Ink.of(0x6B4A2B);
        canvas.fillInside(banana, new Ellipse2D.Double(lightX - r * 1.12, lightY - r * 0.9, r * 0.42, r * 0.42), tip);
        canvas.fillInside(banana, new Ellipse2D.Double(lightX + r * 0.72, lightY + r * 0.42, r * 0.42, r * 0.42), tip);
    }

    private void rainbow() {
        int[] colours = {0xE8575C, 0xF2934B, 0xF7D154, 0x6CC57C, 0x56A8E0, 0x6F6BD1, 0xA863C4};
        double radius = canvas.width * 0.44;
        for (int colour : colours) {
            Shape arc = new Ellipse2D.Double(
                    canvas.width * 0.5 - radius, canvas.horizon * 1.02 - radius * 0.92, 2 * radius, 2 * radius);
            canvas.line(arc, canvas.unit * 1.5, Ink.clear(Ink.of(colour), 0.42));
            radius -= canvas.unit * 1.3;
        }
    }
}
