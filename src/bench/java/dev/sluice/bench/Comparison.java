package dev.sluice.bench;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Peers measured in turn, so that a busy moment of the machine is not one's alone. Prints a line for each round of each
 * peer, then the median and the spread of each figure, then those of the first peer's ratio to every other.
 */
final class Comparison {

    private Comparison() {}

    /** What is measured, once in each round. */
    interface Peer extends AutoCloseable {

        String name();

        /** Figures by their names; a unit stands at the end of a name. */
        Map<String, Double> round();

        @Override
        void close();
    }

    static void of(String row, List<? extends Peer> peers) {
        Map<String, List<Map<String, Double>>> rounds = new LinkedHashMap<>();
        for (int round = 1; round <= Asked.rounds(); round++) {
            for (Peer peer : peers) {
                Map<String, Double> figures = peer.round();
                rounds.computeIfAbsent(peer.name(), _ -> new ArrayList<>()).add(figures);
                print(row + " round=" + round + " peer=" + peer.name(), figures);
            }
        }
        rounds.forEach((peer, measured) -> measured.getFirst()
                .keySet()
                .forEach(figure -> spread(
                        row + " peer=" + peer,
                        figure,
                        measured.stream().map(of -> of(of, figure)).toList())));
        String first = peers.getFirst().name();
        rounds.keySet().stream()
                .filter(peer -> !peer.equals(first))
                .forEach(peer -> ratios(row + " ratio=" + first + "/" + peer, of(rounds, first), of(rounds, peer)));
    }

    private static void ratios(String what, List<Map<String, Double>> ours, List<Map<String, Double>> theirs) {
        ours.getFirst().keySet().stream()
                .filter(figure -> theirs.getFirst().containsKey(figure))
                .forEach(figure -> {
                    List<Double> ratios = new ArrayList<>();
                    for (int round = 0; round < ours.size(); round++) {
                        ratios.add(of(ours.get(round), figure) / of(theirs.get(round), figure));
                    }
                    spread(what, figure, ratios);
                });
    }

    private static <V> V of(Map<String, V> values, String name) {
        V value = values.get(name);
        if (value == null) {
            throw new IllegalStateException("No " + name + " in " + values);
        }
        return value;
    }

    static void print(String what, Map<String, Double> figures) {
        StringBuilder line = new StringBuilder(what);
        figures.forEach(
                (name, value) -> line.append(' ').append(name).append('=').append(shown(value)));
        System.out.println(line);
    }

    private static void spread(String what, String figure, List<Double> values) {
        List<Double> sorted = values.stream().sorted().toList();
        System.out.printf(
                Locale.ROOT,
                "%s figure=%s median=%s from=%s to=%s%n",
                what,
                figure,
                shown(sorted.get(sorted.size() / 2)),
                shown(sorted.getFirst()),
                shown(sorted.getLast()));
    }

    private static String shown(double value) {
        return String.format(Locale.ROOT, Math.abs(value) < 10 ? "%.3f" : "%.1f", value);
    }
}
