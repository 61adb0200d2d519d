package dev.sluice.simulator.picture;

import java.awt.Color;
import java.awt.geom.Area;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Rectangle2D;
import java.awt.geom.RoundRectangle2D;
import java.util.Random;

/** Clouds with flat bellies, and long thin ones near the horizon. */
final class Clouds {

    private final Canvas canvas;
    private final Palette palette;
    private final Random dice;
    private final int heaps;

    Clouds(Canvas canvas, Scene scene) {
        this.canvas = canvas;
        this.palette = scene.palette();
        this.dice = scene.dice("clouds");
        this.heaps = scene.has(Motif.RAIN) ? 9 : scene.isNight() ? 2 : 3 + dice.nextInt(3);
    }

    void paint() {
        for (int i = 0; i < 6; i++) {
            streak();
        }
        for (int i = 0; i < heaps; i++) {
            heap();
        }
    }

    private void streak() {
        double length = canvas.width * (0.15 + 0.35 * dice.nextDouble());
        double x = canvas.width * (1.2 * dice.nextDouble() - 0.2);
        double y = canvas.horizon * (0.55 + 0.38 * dice.nextDouble());
        double thick = canvas.unit * (0.5 + 0.7 * dice.nextDouble());
        Color colour = Ink.mix(palette.light(), palette.middle(), 0.45);
        canvas.fill(
                new RoundRectangle2D.Double(x, y, length, thick, thick, thick),
                Canvas.across(x, x + length, Ink.clear(colour, 0.34), Ink.clear(colour, 0.02)));
    }

    private void heap() {
        double size = canvas.unit * (7 + 9 * dice.nextDouble());
        double x = canvas.width * dice.nextDouble();
        double y = canvas.horizon * (0.12 + 0.5 * dice.nextDouble());
        Area cloud = new Area();
        for (int i = 0; i < 7; i++) {
            double puff = size * (0.28 + 0.3 * dice.nextDouble()) * (1 - Math.abs(i - 3) * 0.14);
            double centre = x + (i - 3) * size * 0.42;
            cloud.add(new Area(new Ellipse2D.Double(centre - puff, y - puff * 1.1, 2 * puff, 2 * puff)));
        }
        cloud.intersect(new Area(new Rectangle2D.Double(x - 3 * size, y - 3 * size, 6 * size, 3 * size)));
        Color bright = Ink.mix(palette.light(), palette.low(), 0.25);
        double opacity = palette.isDark() ? 0.30 : 0.78;
        canvas.fill(
                cloud,
                Canvas.downward(
                        y - size * 0.7,
                        y,
                        Ink.clear(bright, opacity),
                        Ink.clear(Ink.mix(palette.low(), palette.middle(), 0.5), opacity * 0.25)));
    }
}
