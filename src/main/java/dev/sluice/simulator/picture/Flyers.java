package dev.sluice.simulator.picture;

import java.awt.Color;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Path2D;
import java.awt.geom.Rectangle2D;
import java.util.Random;

/** Birds, balloons and a rocket. */
final class Flyers {

    private final Canvas canvas;
    private final Scene scene;
    private final Palette palette;

    Flyers(Canvas canvas, Scene scene) {
        this.canvas = canvas;
        this.scene = scene;
        this.palette = scene.palette();
    }

    void paint() {
        Random dice = scene.dice("flyers");
        if (scene.has(Motif.BIRDS) || (!scene.isNight() && dice.nextInt(3) > 0)) {
            flock(dice, scene.has(Motif.BIRDS) ? 17 : 6);
        }
        if (scene.has(Motif.BALLOON)) {
            balloon(canvas.width * 0.5, canvas.horizon * 0.42, canvas.unit * 10, dice);
            balloon(canvas.width * 0.2, canvas.horizon * 0.6, canvas.unit * 4.5, dice);
            balloon(canvas.width * 0.8, canvas.horizon * 0.3, canvas.unit * 5.5, dice);
        }
        if (scene.has(Motif.ROCKET)) {
            rocket(canvas.width * 0.5, canvas.horizon * 0.4, canvas.unit * 9);
        }
    }

    private void flock(Random dice, int count) {
        double x = canvas.width * (0.25 + 0.5 * dice.nextDouble());
        double y = canvas.horizon * (0.25 + 0.3 * dice.nextDouble());
        for (int i = 0; i < count; i++) {
            double span = canvas.unit * (0.9 + 1.1 * dice.nextDouble());
            double bx = x + dice.nextGaussian() * canvas.unit * 12;
            double by = y + dice.nextGaussian() * canvas.unit * 5;
            Path2D wings = new Path2D.Double();
            wings.moveTo(bx - span, by - span * 0.35);
            wings.quadTo(bx - span * 0.35, by - span * 0.5, bx, by);
            wings.quadTo(bx + span * 0.35, by - span * 0.5, bx + span, by - span * 0.35);
            canvas.line(wings, canvas.unit * 0.24, Ink.clear(palette.shade(), 0.75));
        }
    }

    private void balloon(double x, double y, double size, Random dice) {
        int[][] liveries = {{0xE85D4E, 0xFFE2A8}, {0x3F7FBF, 0xF8F3E3}, {0xF2B33D, 0xC9483F}};
        int[] livery = liveries[dice.nextInt(liveries.length)];
        if (scene.has(Motif.BANANA)) {
            livery = new int[] {0xFFD84D, 0xFFF3B8};
        }
        Path2D bag = new Path2D.Double();
        bag.moveTo(x - size * 0.22, y + size * 1.18);
        bag.curveTo(x - size * 1.35, y + size * 0.2, x - size * 1.15, y - size, x, y - size);
        bag.curveTo(x + size * 1.15, y - size, x + size * 1.35, y + size * 0.2, x + size * 0.22, y + size * 1.18);
        bag.closePath();
        canvas.fill(bag, tinted(livery[0]));
        for (int gore : new int[] {2, 1, 0}) {
            double half = size * (0.28 + 0.33 * gore);
            canvas.fillInside(
                    bag,
                    new Ellipse2D.Double(x - half, y - size * 1.05, 2 * half, size * 2.3),
                    tinted(livery[gore % 2 == 0 ? 1 : 0]));
        }
        canvas.fillInside(
                bag, new Ellipse2D.Double(x, y - size * 1.2, size * 1.6, size * 2.8), Ink.clear(palette.shade(), 0.14));
        double basket = y + size * 1.55;
        canvas.line(
                Canvas.polygon(
                        x - size * 0.2,
                        y + size * 1.18,
                        x + size * 0.2,
                        y + size * 1.18,
                        x + size * 0.13,
                        basket,
                        x - size * 0.13,
                        basket),
                size * 0.025,
                palette.shade());
        canvas.box(x - size * 0.16, basket, size * 0.32, size * 0.24, tinted(0x8A5A3A));
        if (palette.isDark()) {
            canvas.glow(x, y + size * 0.7, size * 1.5, Ink.of(0xFFC46B), 0.7);
        }
    }

    private Color tinted(int rgb) {
        return Ink.mix(Ink.of(rgb), palette.shade(), palette.darkness() * 0.4);
    }

    private void rocket(double x, double y, double size) {
        for (int i = 0; i < 34; i++) {
            double down = size * (1.1 + i * 0.16);
            double drift = Math.sin(i * 0.8) * size * 0.012 * i;
            canvas.dot(x + drift, y + down, size * (0.1 + i * 0.012), Ink.clear(palette.low(), 0.34 - i * 0.009));
        }
        canvas.glow(x, y + size * 1.15, size * 1.6, Ink.of(0xFFB45C), 0.95);
        canvas.fill(
                Canvas.polygon(x - size * 0.2, y + size * 0.9, x + size * 0.2, y + size * 0.9, x, y + size * 1.75),
                Ink.of(0xFFE08A));
        Color red = tinted(0xE0524A);
        canvas.fill(
                Canvas.polygon(x, y + size * 0.25, x + size * 0.62, y + size * 1.05, x - size * 0.62, y + size * 1.05),
                red);
        Path2D body = new Path2D.Double();
        body.moveTo(x, y - size);
        body.quadTo(x + size * 0.52, y - size * 0.2, x + size * 0.27, y + size * 0.95);
        body.lineTo(x - size * 0.27, y + size * 0.95);
        body.quadTo(x - size * 0.52, y - size * 0.2, x, y - size);
        canvas.fill(body, Canvas.across(x - size * 0.4, x + size * 0.4, tinted(0xFFFFFF), tinted(0xB9C4D8)));
        canvas.fillInside(body, new Rectangle2D.Double(x - size, y - size, 2 * size, size * 0.5), red);
        canvas.dot(x, y - size * 0.05, size * 0.17, tinted(0x54637F));
        canvas.dot(x, y - size * 0.05, size * 0.12, Ink.of(0xA9E3F2));
    }
}
