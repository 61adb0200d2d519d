package dev.sluice.simulator.picture;

import java.awt.Color;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Line2D;
import java.awt.geom.Path2D;
import java.awt.geom.RoundRectangle2D;

/** Somebody who sits on the bank and looks at it all, seen from behind. */
final class Companion {

    private final Canvas canvas;
    private final Scene scene;
    private final Palette palette;

    Companion(Canvas canvas, Scene scene) {
        this.canvas = canvas;
        this.scene = scene;
        this.palette = scene.palette();
    }

    void sit(Ridge bank, double lightX) {
        double x = lightX + (lightX < canvas.width / 2.0 ? 1 : -1) * canvas.width * 0.13;
        double foot = bank.at(x) + canvas.unit * 1.6;
        double size = canvas.unit * 13;
        if (scene.has(Motif.ROBOT)) {
            robot(x, foot, size);
        } else if (scene.has(Motif.CAT)) {
            animal(x, foot, size, coat(0x3A3242), 1.0, 0.10);
        } else if (scene.has(Motif.FOX)) {
            animal(x, foot, size, coat(0xD9692E), 1.15, 0.24);
        } else if (scene.has(Motif.DOG)) {
            animal(x, foot, size, coat(0x8A6244), 0, 0.13);
            floppyEars(x, foot - size * 0.86, size, coat(0x5E4130));
        }
    }

    private Color coat(int rgb) {
        return Ink.mix(Ink.of(rgb), palette.shade(), palette.darkness() * 0.55);
    }

    private void animal(double x, double foot, double size, Color coat, double ears, double bush) {
        Color rim = Ink.mix(coat, palette.light(), 0.3);
        Path2D tail = new Path2D.Double();
        tail.moveTo(x + size * 0.22, foot - size * 0.1);
        tail.curveTo(
                x + size * 0.75,
                foot + size * 0.08,
                x + size * 0.86,
                foot - size * 0.3,
                x + size * 0.62,
                foot - size * 0.5);
        canvas.line(tail, size * bush, coat);
        if (bush > 0.2) {
            canvas.dot(x + size * 0.62, foot - size * 0.5, size * 0.1, Ink.mix(Ink.WHITE, coat, 0.25));
        }
        Path2D body = new Path2D.Double();
        body.moveTo(x - size * 0.34, foot);
        body.curveTo(x - size * 0.46, foot - size * 0.5, x - size * 0.2, foot - size * 0.75, x, foot - size * 0.78);
        body.curveTo(x + size * 0.2, foot - size * 0.75, x + size * 0.46, foot - size * 0.5, x + size * 0.34, foot);
        body.closePath();
        canvas.fill(body, Canvas.downward(foot - size * 0.8, foot, rim, coat));
        double head = foot - size * 0.86;
        for (int side : new int[] {-1, 1}) {
            canvas.fill(
                    Canvas.polygon(
                            x + side * size * 0.235, head - size * 0.02,
                            x + side * size * 0.2, head - size * (0.1 + 0.25 * ears),
                            x + side * size * 0.03, head - size * 0.19),
                    rim);
        }
        canvas.fill(
                new Ellipse2D.Double(x - size * 0.25, head - size * 0.22, size * 0.5, size * 0.42),
                Canvas.downward(head - size * 0.22, head + size * 0.2, rim, coat));
    }

    private void floppyEars(double x, double head, double size, Color colour) {
        for (int side : new int[] {-1, 1}) {
            double centre = x + side * size * 0.235;
            canvas.fill(
                    new Ellipse2D.Double(centre - size * 0.085, head - size * 0.17, size * 0.17, size * 0.38), colour);
        }
    }

    private void robot(double x, double foot, double size) {
        Color shell = coat(0x9FB4C7);
        Color rim = Ink.mix(shell, palette.light(), 0.35);
        double head = foot - size * 1.02;
        canvas.line(new Line2D.Double(x, head, x, head - size * 0.4), size * 0.04, shell);
        canvas.glow(x, head - size * 0.42, size * 0.3, Ink.of(0xFF7A6B), 0.9);
        canvas.dot(x, head - size * 0.42, size * 0.06, Ink.of(0xFFB0A0));
        canvas.fill(
                new RoundRectangle2D.Double(
                        x - size * 0.33, foot - size * 0.66, size * 0.66, size * 0.7, size * 0.16, size * 0.16),
                Canvas.downward(foot - size * 0.66, foot, rim, shell));
        canvas.fill(
                new RoundRectangle2D.Double(
                        x - size * 0.27, head - size * 0.16, size * 0.54, size * 0.46, size * 0.14, size * 0.14),
                Canvas.downward(head - size * 0.16, head + size * 0.3, rim, shell));
        for (int side : new int[] {-1, 1}) {
            canvas.box(x + side * size * 0.3 - size * 0.035, head, size * 0.07, size * 0.16, Ink.darker(shell, 0.3));
            canvas.line(
                    new Line2D.Double(
                            x + side * size * 0.36, foot - size * 0.5, x + side * size * 0.46, foot - size * 0.05),
                    size * 0.09,
                    shell);
        }
        canvas.box(x - size * 0.16, foot - size * 0.5, size * 0.32, size * 0.2, Ink.darker(shell, 0.28));
        canvas.dot(x - size * 0.08, foot - size * 0.4, size * 0.035, Ink.of(0x8CF0C8));
        canvas.dot(x + size * 0.08, foot - size * 0.4, size * 0.035, Ink.of(0xFFD98A));
    }
}
