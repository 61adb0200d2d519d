package dev.sluice.simulator.picture;

import java.awt.Color;
import java.awt.geom.Path2D;
import java.awt.geom.Rectangle2D;
import java.util.Random;

/** Whatever was built. */
final class Town {

    private static final Color LAMP = Ink.of(0xFFD98A);

    private final Canvas canvas;
    private final Scene scene;
    private final Palette palette;
    private final Random dice;

    Town(Canvas canvas, Scene scene) {
        this.canvas = canvas;
        this.scene = scene;
        this.palette = scene.palette();
        this.dice = scene.dice("town");
    }

    /** Three rows of towers, the furthest nearly lost in the haze. */
    void skyline() {
        double[] distances = {0.8, 0.55, 0.26};
        double[] heights = {0.62, 0.5, 0.3};
        for (int row = 0; row < distances.length; row++) {
            double x = -canvas.unit * 4;
            while (x < canvas.width) {
                double wide = canvas.unit * (4.5 + 5.5 * dice.nextDouble());
                double middle = 1 - Math.abs((x + wide / 2) / canvas.width - 0.5);
                double tall = canvas.horizon * heights[row] * (0.35 + 0.65 * dice.nextDouble()) * middle * 1.15;
                tower(x, wide, tall, distances[row]);
                x += wide + canvas.unit * 1.4 * dice.nextDouble();
            }
        }
    }

    private void tower(double x, double wide, double tall, double distance) {
        double top = canvas.horizon - tall;
        Color wall = palette.land(Ink.mix(scene.groundColour(), Ink.of(0x8A6F8F), dice.nextDouble() * 0.5), distance);
        canvas.box(
                x,
                top,
                wide,
                tall,
                Canvas.across(x, x + wide, Ink.mix(wall, palette.light(), 0.12), Ink.darker(wall, 0.12)));
        switch (dice.nextInt(4)) {
            case 0 -> canvas.box(x + wide * 0.2, top - tall * 0.08, wide * 0.6, tall * 0.09, wall);
            case 1 -> canvas.box(x + wide * 0.48, top - tall * 0.2, Math.max(1, wide * 0.05), tall * 0.2, wall);
            case 2 -> canvas.fill(Canvas.polygon(x, top + 1, x + wide, top + 1, x + wide, top - wide * 0.35), wall);
            default -> canvas.fill(Canvas.polygon(x, top + 1, x + wide, top + 1, x + wide / 2, top - wide * 0.4), wall);
        }
        windows(x, top, wide, tall, distance);
    }

    private void windows(double x, double top, double wide, double tall, double distance) {
        double pane = canvas.unit * 0.62;
        double lit = palette.isDark() ? 0.46 : 0.16;
        for (double wy = top + pane * 1.5; wy < canvas.horizon - pane * 2; wy += pane * 2.3) {
            for (double wx = x + pane; wx < x + wide - pane * 1.4; wx += pane * 2) {
                Color glass = palette.isDark() ? Ink.mix(LAMP, Ink.of(0xFF9D6E), dice.nextDouble() * 0.5) : Ink.WHITE;
                if (dice.nextDouble() < lit) {
                    canvas.box(wx, wy, pane, pane * 1.25, Ink.clear(glass, (1 - distance * 0.7) * 0.9));
                }
            }
        }
    }

    /** A few cottages that stand together, where there is anybody to live in them. */
    void hamlet(Ridge ridge, double distance, int count) {
        boolean lonely = scene.ground() == Motif.DESERT || scene.ground() == Motif.MOUNTAINS;
        if (!scene.has(Motif.HOUSE) && (lonely || dice.nextInt(3) == 0)) {
            return;
        }
        double centre = canvas.width * (0.25 + 0.5 * dice.nextDouble());
        for (int i = 0; i < count; i++) {
            double x = centre + (i - count / 2.0) * canvas.unit * (5 + 3 * dice.nextDouble());
            double size = canvas.unit * (distance > 0.4 ? 2.6 : 4.4) * (0.85 + 0.4 * dice.nextDouble());
            cottage(x, ridge.at(x) + size * 0.18, size, distance);
        }
    }

    void cottage(double x, double foot, double size, double distance) {
        Color wall = palette.land(Ink.of(0xF3E3CF), distance * 0.8);
        Color roof = palette.land(Ink.of(new int[] {0xB5483C, 0x8E3F4A, 0x54637F}[dice.nextInt(3)]), distance * 0.8);
        double wide = size * 1.25;
        canvas.box(
                x - wide / 2,
                foot - size * 0.72,
                wide,
                size * 0.75,
                Canvas.across(x - wide / 2, x + wide / 2, wall, Ink.darker(wall, 0.18)));
        canvas.box(x + wide * 0.2, foot - size * 1.35, size * 0.15, size * 0.5, Ink.darker(roof, 0.2));
        canvas.fill(
                Canvas.polygon(
                        x - wide * 0.6,
                        foot - size * 0.68,
                        x + wide * 0.6,
                        foot - size * 0.68,
                        x + wide * 0.3,
                        foot - size * 1.25,
                        x - wide * 0.3,
                        foot - size * 1.25),
                roof);
        if (scene.ground() == Motif.SNOW || scene.has(Motif.SNOW)) {
            canvas.fill(
                    Canvas.polygon(
                            x - wide * 0.5,
                            foot - size * 0.86,
                            x + wide * 0.5,
                            foot - size * 0.86,
                            x + wide * 0.3,
                            foot - size * 1.28,
                            x - wide * 0.3,
                            foot - size * 1.28),
                    Ink.mix(Ink.WHITE, palette.shade(), palette.darkness() * 0.45));
        }
        Color glass = palette.isDark() ? LAMP : Ink.mix(palette.top(), palette.shade(), 0.4);
        if (palette.isDark()) {
            canvas.glow(x - wide * 0.18, foot - size * 0.4, size * 1.5, LAMP, 0.45);
        }
        canvas.box(x - wide * 0.3, foot - size * 0.52, size * 0.26, size * 0.26, glass);
        canvas.box(x + wide * 0.12, foot - size * 0.5, size * 0.24, size * 0.5, Ink.darker(roof, 0.25));
        smoke(x + wide * 0.2 + size * 0.07, foot - size * 1.4, size);
    }

    private void smoke(double x, double y, double size) {
        for (int i = 0; i < 6; i++) {
            double drift = size * 0.09 * i * i * 0.5;
            canvas.dot(
                    x + drift,
                    y - size * 0.26 * i,
                    size * (0.09 + 0.05 * i),
                    Ink.clear(palette.low(), 0.34 - 0.05 * i));
        }
    }

    void lighthouse(double x, double foot, boolean beamsRight) {
        double tall = canvas.unit * 17;
        double wide = canvas.unit * 2.3;
        double lamp = foot - tall;
        if (palette.isDark()) {
            double reach = canvas.width * (beamsRight ? 0.75 : -0.75);
            Path2D beam =
                    Canvas.polygon(x, lamp, x + reach, lamp - canvas.unit * 11, x + reach, lamp + canvas.unit * 1);
            canvas.fill(
                    beam,
                    beamsRight
                            ? Canvas.across(x, x + reach, Ink.clear(LAMP, 0.5), Ink.clear(LAMP, 0))
                            : Canvas.across(x + reach, x, Ink.clear(LAMP, 0), Ink.clear(LAMP, 0.5)));
        }
        Path2D body = Canvas.polygon(
                x - wide, foot, x + wide, foot, x + wide * 0.6, lamp + wide * 0.5, x - wide * 0.6, lamp + wide * 0.5);
        Color white = palette.land(Ink.of(0xF7F1E6), 0.15);
        canvas.fill(body, Canvas.across(x - wide, x + wide, white, Ink.darker(white, 0.25)));
        Color red = palette.land(Ink.of(0xC8413B), 0.1);
        for (int band = 0; band < 3; band++) {
            canvas.fillInside(
                    body,
                    new Rectangle2D.Double(x - wide, foot - tall * (0.26 + 0.28 * band), 2 * wide, tall * 0.13),
                    red);
        }
        canvas.box(x - wide * 0.8, lamp + wide * 0.35, wide * 1.6, wide * 0.3, Ink.darker(red, 0.4));
        canvas.box(x - wide * 0.42, lamp - wide * 0.45, wide * 0.84, wide * 0.85, LAMP);
        canvas.fill(
                Canvas.polygon(
                        x - wide * 0.62, lamp - wide * 0.4, x + wide * 0.62, lamp - wide * 0.4, x, lamp - wide * 1.3),
                red);
        canvas.glow(x, lamp, canvas.unit * 7, LAMP, palette.isDark() ? 0.9 : 0.4);
    }

    void castle(Ridge ridge) {
        double x = canvas.width * (0.35 + 0.3 * dice.nextDouble());
        double foot = ridge.at(x) + canvas.unit * 3;
        Color wall = palette.land(Ink.of(0xB9B3C9), 0.45);
        double[][] towers = {{-8, 15, 3.2}, {-3.4, 23, 3.6}, {2.2, 18, 3.2}, {6.6, 12, 2.8}, {-12, 10, 2.6}};
        canvas.box(
                x - canvas.unit * 12, foot - canvas.unit * 8, canvas.unit * 20, canvas.unit * 9, Ink.darker(wall, 0.1));
        for (double[] tower : towers) {
            double wide = canvas.unit * tower[2];
            double left = x + canvas.unit * tower[0];
            double top = foot - canvas.unit * tower[1];
            canvas.box(
                    left,
                    top,
                    wide,
                    foot - top,
                    Canvas.across(left, left + wide, Ink.mix(wall, palette.light(), 0.2), Ink.darker(wall, 0.2)));
            canvas.fill(
                    Canvas.polygon(
                            left - wide * 0.18,
                            top + 1,
                            left + wide * 1.18,
                            top + 1,
                            left + wide / 2,
                            top - wide * 1.7),
                    palette.land(Ink.of(0x5B5FA8), 0.3));
            canvas.box(
                    left + wide * 0.4,
                    top + wide * 0.7,
                    wide * 0.2,
                    wide * 0.5,
                    palette.isDark() ? LAMP : palette.shade());
        }
    }
}
