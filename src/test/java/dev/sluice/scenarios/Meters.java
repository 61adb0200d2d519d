package dev.sluice.scenarios;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/** What Prometheus would scrape at one moment. */
record Meters(List<String> lines) {

    /** @param management a client of the management port */
    static Meters of(Client management) {
        return new Meters(management
                .get("/actuator/prometheus")
                .body()
                .lines()
                .filter(line -> !line.startsWith("#"))
                .toList());
    }

    static Meters of(RunningSluice sluice) {
        return of(new Client(sluice.management(), ""));
    }

    /** The sum of all series of that name which have these tags, written like {@code outcome="busy"}; there is at least one. */
    double sum(String name, String... tags) {
        List<String> found = series(name, tags).toList();
        if (found.isEmpty()) {
            throw new AssertionError("No series: " + name + Arrays.toString(tags));
        }
        return found.stream()
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' '))))
                .sum();
    }

    private Stream<String> series(String name, String... tags) {
        return lines.stream()
                .filter(line -> line.startsWith(name + "{") || line.startsWith(name + " "))
                .filter(line -> Arrays.stream(tags).allMatch(line::contains));
    }
}
