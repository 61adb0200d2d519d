package dev.sluice.simulator.picture;

import java.awt.Color;

/** Colours and what can be mixed from them. */
final class Ink {

    static final Color WHITE = of(0xFFFFFF);

    private Ink() {}

    static Color of(int rgb) {
        return new Color(rgb);
    }

    /** All of the one at 0, all of the other at 1. */
    static Color mix(Color one, Color other, double share) {
        double s = Math.clamp(share, 0, 1);
        return new Color(
                between(one.getRed(), other.getRed(), s),
                between(one.getGreen(), other.getGreen(), s),
                between(one.getBlue(), other.getBlue(), s),
                between(one.getAlpha(), other.getAlpha(), s));
    }

    private static int between(int one, int other, double share) {
        return (int) Math.round(one + (other - one) * share);
    }

    /** Opaque at 1, invisible at 0. */
    static Color clear(Color colour, double opacity) {
        int alpha = (int) Math.round(255 * Math.clamp(opacity, 0, 1));
        return new Color(colour.getRed(), colour.getGreen(), colour.getBlue(), alpha);
    }

    static Color darker(Color colour, double share) {
        return mix(colour, of(0x0A0A1C), share);
    }

    static Color lighter(Color colour, double share) {
        return mix(colour, WHITE, share);
    }
}
