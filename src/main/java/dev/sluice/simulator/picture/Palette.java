package dev.sluice.simulator.picture;

import java.awt.Color;
import java.util.List;

/**
 * The light of a picture.
 *
 * @param top the sky overhead
 * @param middle the sky half way down
 * @param low the sky at the horizon, and the haze before all that is far
 * @param light the sun or the moon
 * @param shade what land turns to where no light falls
 * @param darkness how much of that shade is on everything
 */
record Palette(Color top, Color middle, Color low, Color light, Color shade, double darkness) {

    private static final List<Palette> DAWN = List.of(
            of(0x6C7FB5, 0xE8A6B0, 0xFCE0C0, 0xFFF6E0, 0x5B4A7A, 0.34),
            of(0x7FA6C9, 0xF3C6B4, 0xFFE9CF, 0xFFFBEA, 0x54607F, 0.30),
            of(0x8C7BB8, 0xF2A9B8, 0xFFDFC4, 0xFFF4DE, 0x5A3F73, 0.36));

    private static final List<Palette> DAY = List.of(
            of(0x3F8FD2, 0x8FC7EC, 0xEAF5F0, 0xFFF8DC, 0x2E5C7A, 0.12),
            of(0x3FA3BF, 0x9BD8D6, 0xFBF3DC, 0xFFFDF0, 0x2F6670, 0.12),
            of(0x5B8DD9, 0xA9C8F0, 0xFDEBD8, 0xFFF9E8, 0x3A5488, 0.14));

    private static final List<Palette> DUSK = List.of(
            of(0x2B2459, 0xB3486F, 0xFFB25E, 0xFFE9B0, 0x2A1B45, 0.60),
            of(0x3B3A78, 0xE0637A, 0xFFC98B, 0xFFF0C8, 0x3A2450, 0.54),
            of(0x274060, 0xD9797A, 0xFFD79A, 0xFFF4D2, 0x25304F, 0.56));

    private static final List<Palette> NIGHT = List.of(
            of(0x070B24, 0x1B2A5B, 0x4F629E, 0xFDF4D8, 0x070B20, 0.74),
            of(0x0B1030, 0x2A2463, 0x80568F, 0xFFF1DC, 0x0C0A26, 0.74),
            of(0x04141F, 0x0E3B4C, 0x4A8F8E, 0xF6F7DF, 0x04141E, 0.72));

    private static Palette of(int top, int middle, int low, int light, int shade, double darkness) {
        return new Palette(Ink.of(top), Ink.of(middle), Ink.of(low), Ink.of(light), Ink.of(shade), darkness);
    }

    /** Those that suit an hour, which is one of the first four motifs. */
    static List<Palette> at(Motif hour) {
        return switch (hour) {
            case DAWN -> DAWN;
            case DUSK -> DUSK;
            case NIGHT -> NIGHT;
            default -> DAY;
        };
    }

    /** How land of this colour looks in this light, from 0 near by to 1 at the horizon. */
    Color land(Color ground, double distance) {
        return Ink.mix(Ink.mix(ground, shade, darkness), Ink.mix(low, middle, 0.25), distance * 0.82);
    }

    /** Whether lamps are lit and stars are seen. */
    boolean isDark() {
        return darkness > 0.5;
    }
}
