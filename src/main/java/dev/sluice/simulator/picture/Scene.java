package dev.sluice.simulator.picture;

import java.awt.Color;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.Set;

/**
 * What is to be seen: the words decide first, and dice thrown from the prompt decide the rest.
 *
 * @param ground the kind of land
 * @param water whether the land lies at the water
 */
record Scene(long seed, Motif hour, Motif ground, boolean water, Set<Motif> motifs, Palette palette) {

    private static final Set<Motif> HOURS = EnumSet.range(Motif.DAWN, Motif.NIGHT);
    private static final List<Motif> GROUNDS =
            List.of(Motif.CITY, Motif.DESERT, Motif.MOUNTAINS, Motif.FOREST, Motif.SEA, Motif.MEADOW, Motif.SNOW);
    private static final List<Motif> ANY_HOUR = List.of(Motif.DAWN, Motif.DAY, Motif.DUSK, Motif.DUSK, Motif.NIGHT);
    private static final List<Motif> ANY_GROUND =
            List.of(Motif.MOUNTAINS, Motif.MEADOW, Motif.MEADOW, Motif.FOREST, Motif.SEA);
    private static final Set<Motif> AFLOAT =
            EnumSet.of(Motif.SEA, Motif.LAKE, Motif.BOAT, Motif.WHALE, Motif.LIGHTHOUSE);

    static Scene of(String prompt, int number) {
        long seed = seed(prompt) + 7_919L * number;
        Random dice = new Random(seed);
        Set<Motif> motifs = Motif.in(prompt);
        Motif hour = chosen(motifs, List.copyOf(HOURS), hours(motifs), dice);
        Motif ground = chosen(motifs, GROUNDS, grounds(motifs), dice);
        List<Palette> lights = Palette.at(hour);
        boolean water = motifs.stream().anyMatch(AFLOAT::contains)
                || ground == Motif.CITY
                || ground == Motif.SEA
                || (ground != Motif.DESERT && dice.nextInt(5) < 2);
        return new Scene(seed, hour, ground, water, motifs, lights.get(dice.nextInt(lights.size())));
    }

    private static List<Motif> hours(Set<Motif> motifs) {
        if (motifs.contains(Motif.AURORA) || motifs.contains(Motif.ROCKET)) {
            return List.of(Motif.NIGHT);
        }
        if (motifs.contains(Motif.RAINBOW) || motifs.contains(Motif.BLOSSOM)) {
            return List.of(Motif.DAWN, Motif.DAY);
        }
        return ANY_HOUR;
    }

    private static List<Motif> grounds(Set<Motif> motifs) {
        if (motifs.contains(Motif.WHALE) || motifs.contains(Motif.LIGHTHOUSE) || motifs.contains(Motif.BOAT)) {
            return List.of(Motif.SEA);
        }
        return motifs.contains(Motif.BLOSSOM) || motifs.contains(Motif.HOUSE) ? List.of(Motif.MEADOW) : ANY_GROUND;
    }

    private static Motif chosen(Set<Motif> said, List<Motif> from, List<Motif> otherwise, Random dice) {
        return from.stream().filter(said::contains).findFirst().orElse(otherwise.get(dice.nextInt(otherwise.size())));
    }

    private static long seed(String prompt) {
        long hash = 1_125_899_906_842_597L;
        for (int i = 0; i < prompt.length(); i++) {
            hash = 31 * hash + prompt.charAt(i);
        }
        return hash;
    }

    boolean has(Motif motif) {
        return motifs.contains(motif);
    }

    boolean isNight() {
        return hour == Motif.NIGHT;
    }

    /** The colour of the land in plain daylight. */
    Color groundColour() {
        if (has(Motif.AUTUMN)) {
            return Ink.of(0xC9752F);
        }
        return switch (ground) {
            case DESERT -> Ink.of(0xDE9455);
            case SNOW -> Ink.of(0xE6F0FA);
            case FOREST -> Ink.of(0x2F7558);
            case CITY -> Ink.of(0x555A86);
            case MOUNTAINS -> has(Motif.SNOW) ? Ink.of(0xC5D5E8) : Ink.of(0x53708F);
            case SEA -> Ink.of(0x3F7F72);
            default -> has(Motif.BLOSSOM) ? Ink.of(0x8DBB6C) : Ink.of(0x5DA45A);
        };
    }

    /** A throw of dice of its own for each thing, so that one more star moves no tree. */
    Random dice(String thing) {
        return new Random(seed * 31 + thing.hashCode());
    }
}
