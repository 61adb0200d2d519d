package dev.sluice.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What the threads of a process have taken of the processors so far, as Linux counts it (proc(5), {@code stat}): those of
 * one kind together, in the system and outside of it apart.
 *
 * @param ticks of a hundredth of a second, by the kind of thread and where
 */
record Threads(Map<String, Long> ticks) {

    private static final int MILLIS = 10;
    private static final int USER = 11;
    private static final int SYSTEM = 12;

    static Threads of(Child child) {
        Map<String, Long> ticks = new TreeMap<>();
        try (Stream<Path> tasks = Files.list(Path.of("/proc", "" + child.pid(), "task"))) {
            tasks.forEach(task -> {
                try {
                    String stat = Files.readString(task.resolve("stat"));
                    String kind = stat.substring(stat.indexOf('(') + 1, stat.lastIndexOf(')'))
                            .replaceAll("\\d+", "N")
                            .replace(' ', '-');
                    String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
                    ticks.merge(kind, Long.parseLong(fields[USER]), Long::sum);
                    ticks.merge(kind + "/system", Long.parseLong(fields[SYSTEM]), Long::sum);
                } catch (IOException _) { // that one has ended
                }
            });
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new Threads(ticks);
    }

    /** In milliseconds, the most first; what took less than one tick is left out. */
    String millisSince(Threads before) {
        return ticks.entrySet().stream()
                .map(now -> Map.entry(
                        now.getKey(), (now.getValue() - before.ticks.getOrDefault(now.getKey(), 0L)) * MILLIS))
                .filter(taken -> taken.getValue() > 0)
                .sorted(Map.Entry.comparingByValue(Comparator.reverseOrder()))
                .map(taken -> taken.getKey() + "=" + taken.getValue())
                .collect(Collectors.joining(" "));
    }
}
