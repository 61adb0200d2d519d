package dev.sluice.simulator.picture;

import java.awt.Color;
import java.awt.geom.Line2D;
import java.util.Random;

/** What falls, or glows, between the picture and whoever looks at it. */
final class Weather {

    private final Canvas canvas;
    private final Scene scene;
    private final Palette palette;
    private final Random dice;

    Weather(Canvas canvas, Scene scene) {
        this.canvas = canvas;
        this.scene = scene;
        this.palette = scene.palette();
        this.dice = scene.dice("weather");
    }

    void paint() {
        if (scene.has(Motif.SNOW)) {
            flakes(240, Ink.WHITE);
        } else if (scene.has(Motif.BLOSSOM)) {
            flakes(90, Ink.of(0xFBD0DD));
        } else if (scene.has(Motif.AUTUMN)) {
            flakes(50, Ink.of(0xE8A33D));
        } else if (scene.has(Motif.RAIN)) {
            rain();
        } else if (palette.isDark() && scene.ground() != Motif.CITY && scene.ground() != Motif.DESERT) {
            fireflies();
        }
    }

    private void flakes(int count, Color colour) {
        for (int i = 0; i < count; i++) {
            double near = Math.pow(dice.nextDouble(), 3);
            double x = dice.nextDouble() * canvas.width;
            double y = dice.nextDouble() * canvas.height;
            canvas.dot(x, y, canvas.unit * (0.2 + 0.65 * near), Ink.clear(colour, 0.8 - 0.45 * near));
        }
    }

    private void rain() {
        canvas.box(0, 0, canvas.width, canvas.height, Ink.clear(Ink.mix(palette.shade(), palette.middle(), 0.5), 0.22));
        for (int i = 0; i < 320; i++) {
            double x = dice.nextDouble() * canvas.width * 1.1;
            double y = dice.nextDouble() * canvas.height;
            double length = canvas.unit * (2 + 4 * dice.nextDouble());
            canvas.line(
                    new Line2D.Double(x, y, x - length * 0.22, y + length),
                    canvas.unit * 0.13,
                    Ink.clear(palette.light(), 0.3));
        }
    }

    private void fireflies() {
        for (int i = 0; i < 16; i++) {
            double x = dice.nextDouble() * canvas.width;
            double y = canvas.height * (0.78 + 0.2 * dice.nextDouble());
            canvas.glow(x, y, canvas.unit * (1 + 1.4 * dice.nextDouble()), Ink.of(0xFFE58A), 0.75);
            canvas.dot(x, y, canvas.unit * 0.2, Ink.of(0xFFF6C9));
        }
    }
}
