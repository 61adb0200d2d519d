package dev.sluice.bench;

/** What a run is asked for: system properties {@code bench.*}. */
final class Asked {

    private Asked() {}

    static int number(String name, int usual) {
        return Integer.getInteger("bench." + name, usual);
    }

    static String word(String name, String usual) {
        String given = System.getProperty("bench." + name, "");
        return given.isEmpty() ? usual : given;
    }

    /** How often everything is measured, the peers in turn. */
    static int rounds() {
        return number("rounds", 5);
    }
}
