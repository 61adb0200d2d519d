package dev.sluice.simulator.picture;

import java.awt.Color;
import java.awt.geom.Path2D;
import java.util.Random;

/** Whatever grows. */
final class Trees {

    private final Canvas canvas;
    private final Scene scene;
    private final Palette palette;
    private final Random dice;

    Trees(Canvas canvas, Scene scene) {
        this.canvas = canvas;
        this.scene = scene;
        this.palette = scene.palette();
        this.dice = scene.dice("trees");
    }

    /** A wood that thickens and thins out along an edge. */
    void along(Ridge ridge, double distance, double size, int count) {
        double centre = dice.nextDouble() * canvas.width;
        for (int i = 0; i < count; i++) {
            double x = count > 30
                    ? canvas.width * (i + dice.nextDouble()) / count
                    : centre + dice.nextGaussian() * canvas.width * 0.16;
            double height = canvas.unit * size * (0.7 + 0.7 * dice.nextDouble());
            grow(x, ridge.at(x) + height * 0.06, height, distance);
        }
    }

    /** A few tall ones at the side, so that one looks out from among them. */
    void framing(Ridge bank) {
        if (scene.ground() == Motif.CITY) {
            return;
        }
        boolean right = dice.nextBoolean();
        int count = scene.ground() == Motif.FOREST ? 7 : 3;
        for (int i = 0; i < count; i++) {
            double aside = canvas.width * (0.015 + 0.17 * dice.nextDouble());
            double x = right ? canvas.width - aside : aside;
            double height = canvas.unit * (15 + 17 * dice.nextDouble()) * (scene.ground() == Motif.DESERT ? 0.5 : 1);
            grow(x, bank.at(x) + canvas.unit, height, 0);
        }
        grass(bank);
    }

    private void grow(double x, double foot, double height, double distance) {
        switch (scene.ground()) {
            case DESERT -> cactus(x, foot, height * 0.8, leaf(0x4F8A5B, distance));
            case SEA -> palmOrBush(x, foot, height, distance);
            case FOREST, MOUNTAINS, SNOW -> {
                if (scene.has(Motif.AUTUMN) || scene.has(Motif.BLOSSOM)) {
                    round(x, foot, height, distance);
                } else {
                    pine(x, foot, height * 1.15, leaf(0x2C6B52, distance));
                }
            }
            default -> round(x, foot, height, distance);
        }
    }

    /** Leaves keep more of their colour than the ground they grow on. */
    private Color leaf(int rgb, double distance) {
        Color lit = Ink.mix(Ink.of(rgb), palette.shade(), palette.darkness() * 0.62);
        return Ink.mix(lit, palette.low(), distance * 0.72);
    }

    private void pine(double x, double foot, double height, Color colour) {
        double half = height * 0.24;
        canvas.box(x - height * 0.025, foot - height * 0.15, height * 0.05, height * 0.15, Ink.darker(colour, 0.35));
        for (int tier = 0; tier < 4; tier++) {
            double bottom = foot - height * (0.08 + 0.2 * tier);
            double top = bottom - height * (0.42 - 0.035 * tier);
            double reach = half * (1 - 0.2 * tier);
            canvas.fill(
                    Canvas.polygon(x, top, x + reach, bottom, x, bottom + height * 0.025, x - reach, bottom),
                    Canvas.across(
                            x - reach, x + reach, Ink.mix(colour, palette.light(), 0.16), Ink.darker(colour, 0.22)));
            if (scene.ground() == Motif.SNOW || scene.has(Motif.SNOW)) {
                double s = 0.5;
                canvas.fill(
                        Canvas.polygon(
                                x,
                                top,
                                x + reach * s,
                                top + (bottom - top) * s,
                                x + reach * 0.1,
                                top + (bottom - top) * 0.38,
                                x - reach * s,
                                top + (bottom - top) * s),
                        Ink.clear(Ink.mix(Ink.WHITE, colour, palette.isDark() ? 0.45 : 0.12), 0.9));
            }
        }
    }

    private void round(double x, double foot, double height, double distance) {
        Color colour = leaf(foliage(), distance);
        Color bark = leaf(0x5A4232, distance);
        canvas.fill(
                Canvas.polygon(
                        x - height * 0.045,
                        foot,
                        x + height * 0.045,
                        foot,
                        x + height * 0.02,
                        foot - height * 0.6,
                        x - height * 0.02,
                        foot - height * 0.6),
                bark);
        double[][] puffs = {
            {-0.17, 0.52, 0.2}, {0.18, 0.54, 0.19}, {0, 0.74, 0.24}, {-0.08, 0.6, 0.22}, {0.1, 0.66, 0.2}
        };
        for (double[] puff : puffs) {
            double r = height * puff[2];
            double cx = x + height * puff[0];
            double cy = foot - height * puff[1];
            canvas.dot(
                    cx,
                    cy,
                    r,
                    Canvas.downward(cy - r, cy + r, Ink.mix(colour, palette.light(), 0.2), Ink.darker(colour, 0.16)));
        }
    }

    private int foliage() {
        if (scene.has(Motif.AUTUMN)) {
            return new int[] {0xD9622B, 0xE8A33D, 0xB8402F, 0xC98A2B}[dice.nextInt(4)];
        }
        if (scene.has(Motif.BLOSSOM)) {
            return new int[] {0xF4A9C0, 0xF9C9D6, 0xEE8FB0}[dice.nextInt(3)];
        }
        return new int[] {0x4C9A5B, 0x5FA85A, 0x3F8A62}[dice.nextInt(3)];
    }

    private void palmOrBush(double x, double foot, double height, double distance) {
        if (distance > 0) {
            round(x, foot, height, distance);
            return;
        }
        Color colour = leaf(0x2F7A55, distance);
        double lean = height * 0.22 * (x > canvas.width / 2.0 ? -1 : 1);
        Path2D trunk = new Path2D.Double();
        trunk.moveTo(x - height * 0.025, foot);
        trunk.quadTo(x, foot - height * 0.6, x + lean, foot - height);
        trunk.quadTo(x + height * 0.05, foot - height * 0.6, x + height * 0.035, foot);
        canvas.fill(trunk, Ink.darker(leaf(0x6B4E36, distance), 0.2));
        for (int i = 0; i < 8; i++) {
            double angle = Math.PI * (1.12 - 1.24 * i / 7.0);
            double reach = height * (0.42 + 0.1 * dice.nextDouble());
            frond(x + lean, foot - height, angle, reach, Ink.mix(colour, palette.light(), i % 2 * 0.1));
        }
    }

    private void frond(double x, double y, double angle, double reach, Color colour) {
        double tipX = x + reach * Math.cos(angle);
        double tipY = y - reach * Math.sin(angle) * 0.6 + reach * 0.38;
        double bendX = x + reach * 0.55 * Math.cos(angle);
        double bendY = y - reach * 0.62 * Math.sin(angle) - reach * 0.16;
        Path2D frond = new Path2D.Double();
        frond.moveTo(x, y);
        frond.quadTo(bendX, bendY, tipX, tipY);
        frond.quadTo(bendX, bendY + reach * 0.24, x, y);
        canvas.fill(frond, colour);
    }

    private void cactus(double x, double foot, double height, Color colour) {
        Path2D stem = new Path2D.Double();
        stem.moveTo(x, foot);
        stem.lineTo(x, foot - height);
        double arm = height * 0.26;
        stem.moveTo(x, foot - height * 0.38);
        stem.quadTo(x - arm, foot - height * 0.36, x - arm, foot - height * 0.68);
        stem.moveTo(x, foot - height * 0.5);
        stem.quadTo(x + arm, foot - height * 0.48, x + arm, foot - height * 0.82);
        canvas.line(stem, height * 0.13, colour);
        canvas.line(stem, height * 0.03, Ink.mix(colour, palette.light(), 0.22));
    }

    private void grass(Ridge bank) {
        if (scene.ground() == Motif.DESERT || scene.ground() == Motif.SNOW || scene.has(Motif.SNOW)) {
            return;
        }
        Color blade = Ink.mix(palette.land(Ink.of(0x3F7A4A), 0), palette.shade(), 0.45);
        for (int i = 0; i < 150; i++) {
            double x = dice.nextDouble() * canvas.width;
            double foot = bank.at(x) + canvas.unit * 0.6;
            double tall = canvas.unit * (1.2 + 2.6 * dice.nextDouble());
            double bow = canvas.unit * 1.6 * dice.nextGaussian() * 0.6;
            canvas.fill(
                    Canvas.polygon(x - canvas.unit * 0.16, foot, x + canvas.unit * 0.16, foot, x + bow, foot - tall),
                    blade);
        }
        flowers(bank);
    }

    private void flowers(Ridge bank) {
        int[] petals = {0xF7C8D8, 0xFFE08A, 0xFFFFFF, 0xF29C7A, 0xC9B3F5};
        int count = scene.has(Motif.BLOSSOM) ? 90 : scene.ground() == Motif.MEADOW ? 36 : 10;
        for (int i = 0; i < count; i++) {
            double x = dice.nextDouble() * canvas.width;
            double y = bank.at(x) + canvas.unit * (-1.4 + 7 * dice.nextDouble() * dice.nextDouble());
            Color petal =
                    Ink.mix(Ink.of(petals[dice.nextInt(petals.length)]), palette.shade(), palette.darkness() * 0.6);
            canvas.dot(x, y, canvas.unit * (0.3 + 0.35 * dice.nextDouble()), petal);
        }
    }
}
