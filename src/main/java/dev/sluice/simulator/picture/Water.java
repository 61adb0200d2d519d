package dev.sluice.simulator.picture;

import java.awt.Color;
import java.awt.geom.Line2D;
import java.awt.geom.Path2D;
import java.awt.geom.RoundRectangle2D;
import java.util.Random;

/** The water, in which everything above it is seen again. */
final class Water {

    /** The mirror is looked into at a slant: what is reflected looks a little shorter than it is. */
    private static final double SQUEEZE = 1.25;

    private final Canvas canvas;
    private final Scene scene;
    private final Palette palette;
    private final Sky sky;

    Water(Canvas canvas, Scene scene, Sky sky) {
        this.canvas = canvas;
        this.scene = scene;
        this.palette = scene.palette();
        this.sky = sky;
    }

    void paint() {
        reflect();
        double h = canvas.horizon;
        Color deep = Ink.mix(palette.top(), palette.shade(), 0.35);
        canvas.box(
                0,
                h,
                canvas.width,
                canvas.height - h,
                Canvas.downward(h, canvas.height, Ink.clear(deep, 0.16), Ink.clear(deep, 0.62)));
        canvas.box(
                0,
                h,
                canvas.width,
                canvas.unit * 1.6,
                Canvas.downward(h, h + canvas.unit * 1.6, Ink.clear(palette.low(), 0.55), Ink.clear(palette.low(), 0)));
        glitter();
        if (scene.has(Motif.BOAT)
                || (scene.ground() == Motif.SEA && scene.dice("boat").nextInt(3) > 0)) {
            boat();
        }
        if (scene.has(Motif.WHALE)) {
            whale();
        }
    }

    /** Row by row, each a little out of place, and the more so the nearer. */
    private void reflect() {
        int horizon = (int) canvas.horizon;
        int[] row = new int[canvas.width];
        int[] moved = new int[canvas.width];
        for (int y = horizon; y < canvas.height; y++) {
            double depth = (y - horizon) / (double) (canvas.height - horizon);
            double ripple = Math.sin(y * 0.55 + Math.sin(y * 0.13) * 3) * 0.6 + Math.sin(y * 0.21) * 0.4;
            int source = (int) (horizon - 1 - (y - horizon) * SQUEEZE + ripple * (1 + depth * 2));
            int shift = (int) Math.round(ripple * canvas.unit * (0.15 + 1.1 * depth));
            canvas.image.getRGB(0, Math.clamp(source, 0, horizon - 1), canvas.width, 1, row, 0, canvas.width);
            for (int x = 0; x < canvas.width; x++) {
                moved[x] = row[Math.clamp(x + shift, 0, canvas.width - 1)];
            }
            canvas.image.setRGB(0, y, canvas.width, 1, moved, 0, canvas.width);
        }
    }

    private void glitter() {
        Random dice = scene.dice("glitter");
        for (int i = 0; i < 170; i++) {
            double depth = Math.pow(dice.nextDouble(), 1.5);
            double y = canvas.horizon + (canvas.height - canvas.horizon) * depth;
            boolean onPath = dice.nextInt(10) < 6;
            double spread = sky.lightRadius() * (0.8 + 2.2 * depth);
            double x = onPath ? sky.lightX() + dice.nextGaussian() * spread * 0.6 : dice.nextDouble() * canvas.width;
            double length = canvas.unit * (0.8 + 4.5 * depth) * (0.5 + dice.nextDouble());
            double thick = canvas.unit * (0.16 + 0.3 * depth);
            canvas.fill(
                    new RoundRectangle2D.Double(x - length / 2, y, length, thick, thick, thick),
                    Ink.clear(palette.light(), onPath ? 0.55 * (1 - depth * 0.5) : 0.12));
        }
    }

    private void boat() {
        Random dice = scene.dice("sail");
        double x = canvas.width * (0.3 + 0.4 * dice.nextDouble());
        double y = canvas.horizon + (canvas.height - canvas.horizon) * 0.3;
        double size = canvas.unit * 11;
        hull(x, y, size, 1);
        hull(x, y, size, -0.55);
    }

    /** Drawn upright, and once more upside down and fainter. */
    private void hull(double x, double y, double size, double up) {
        double opacity = up > 0 ? 1 : 0.28;
        Color sail = Ink.clear(Ink.mix(Ink.of(0xFFF8EC), palette.shade(), palette.darkness() * 0.5), opacity);
        Color jib = Ink.clear(
                Ink.mix(
                        scene.has(Motif.BANANA) ? Ink.of(0xFFD84D) : Ink.of(0xE2574C),
                        palette.shade(),
                        palette.darkness() * 0.45),
                opacity);
        Path2D main = new Path2D.Double();
        main.moveTo(x, y - up * size * 1.25);
        main.quadTo(x + size * 0.5, y - up * size * 0.55, x + size * 0.46, y - up * size * 0.2);
        main.lineTo(x, y - up * size * 0.2);
        canvas.fill(main, sail);
        Path2D front = new Path2D.Double();
        front.moveTo(x - size * 0.05, y - up * size * 1.1);
        front.quadTo(x - size * 0.2, y - up * size * 0.5, x - size * 0.42, y - up * size * 0.22);
        front.lineTo(x - size * 0.05, y - up * size * 0.2);
        canvas.fill(front, jib);
        Path2D hull = new Path2D.Double();
        hull.moveTo(x - size * 0.56, y - up * size * 0.14);
        hull.lineTo(x + size * 0.6, y - up * size * 0.14);
        hull.quadTo(x + size * 0.45, y + up * size * 0.08, x + size * 0.25, y + up * size * 0.08);
        hull.lineTo(x - size * 0.3, y + up * size * 0.08);
        hull.quadTo(x - size * 0.48, y + up * size * 0.06, x - size * 0.56, y - up * size * 0.14);
        canvas.fill(hull, Ink.clear(Ink.mix(Ink.of(0x7A4632), palette.shade(), palette.darkness() * 0.6), opacity));
    }

    private void whale() {
        double x = canvas.width * (sky.lightX() < canvas.width / 2.0 ? 0.62 : 0.3);
        double y = canvas.horizon + (canvas.height - canvas.horizon) * 0.34;
        double s = canvas.unit * 12;
        Color skin = Ink.mix(Ink.mix(Ink.of(0x3D5A80), palette.shade(), palette.darkness() * 0.7), palette.low(), 0.08);
        Path2D back = new Path2D.Double();
        back.moveTo(x - s, y);
        back.curveTo(x - s * 0.95, y - s * 0.62, x + s * 0.2, y - s * 0.66, x + s * 0.75, y);
        canvas.fill(back, Canvas.downward(y - s * 0.5, y, Ink.lighter(skin, 0.14), skin));
        Path2D tail = new Path2D.Double();
        tail.moveTo(x + s * 1.02, y);
        tail.quadTo(x + s * 1.2, y - s * 0.3, x + s * 1.16, y - s * 0.5);
        tail.quadTo(x + s * 0.95, y - s * 0.72, x + s * 0.78, y - s * 0.66);
        tail.quadTo(x + s * 1.02, y - s * 0.84, x + s * 1.22, y - s * 0.62);
        tail.quadTo(x + s * 1.42, y - s * 0.84, x + s * 1.64, y - s * 0.7);
        tail.quadTo(x + s * 1.46, y - s * 0.72, x + s * 1.28, y - s * 0.5);
        tail.quadTo(x + s * 1.32, y - s * 0.3, x + s * 1.3, y);
        canvas.fill(tail, skin);
        canvas.dot(x - s * 0.72, y - s * 0.17, s * 0.035, palette.shade());
        Color spray = Ink.clear(Ink.lighter(palette.light(), 0.4), 0.85);
        for (int i = -3; i <= 3; i++) {
            Path2D jet = new Path2D.Double();
            jet.moveTo(x - s * 0.45, y - s * 0.45);
            jet.quadTo(
                    x - s * 0.45 + i * s * 0.05,
                    y - s * (1.1 - Math.abs(i) * 0.06),
                    x - s * 0.45 + i * s * 0.13,
                    y - s * (0.9 - Math.abs(i) * 0.1));
            canvas.line(jet, s * 0.028, spray);
        }
        canvas.line(new Line2D.Double(x - s * 1.2, y, x + s * 1.6, y), s * 0.03, Ink.clear(palette.light(), 0.5));
    }
}
