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
 * What the threads of a process and of its children have taken of the processors so far, as Linux counts it (proc(5), {@code stat}): those of
 * one kind together, in the system and outside of it apart.
 *
 * @param ticks of a hundredth of a second, by the kind of thread and where
 */
record Threads(Map<String, Long> ticks) {

    private static final int MILLIS_A_TICK = 10;
    private static final int FIELD_OF_USER = 11;
    private static final int FIELD_OF_SYSTEM = 12;

    static Threads of(Child child) {
        Map<String, Long> ticks = new TreeMap<>();
        child.family().forEach(one -> countAll(one.pid(), ticks));
        return new Threads(ticks);
    }

    private static void countAll(long pid, Map<String, Long> ticks) {
        try (Stream<Path> tasks = Files.list(Path.of("/proc", "" + pid, "task"))) {
            tasks.forEach(task -> count(task, ticks));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void count(Path task, Map<String, Long> ticks) {
        try {
            String stat = Files.readString(task.resolve("stat"));
            String kind = stat.substring(stat.indexOf('(') + 1, stat.lastIndexOf(')'))
                    .replaceAll("\\d+", "N")
                    .replace(' ', '-');
            String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
            ticks.merge(kind, Long.parseLong(fields[FIELD_OF_USER]), Long::sum);
            ticks.merge(kind + "/system", Long.parseLong(fields[FIELD_OF_SYSTEM]), Long::sum);
        } catch (IOException _) { // that one has ended
        }
    }

    /** In milliseconds, the most first; what took less than one tick is left out. */
    String millisSince(Threads before) {
        return ticks.entrySet().stream()
                .map(now -> Map.entry(
                        now.getKey(), (now.getValue() - before.ticks.getOrDefault(now.getKey(), 0L)) * MILLIS_A_TICK))
                .filter(taken -> taken.getValue() > 0)
                .sorted(Map.Entry.comparingByValue(Comparator.reverseOrder()))
                .map(taken -> taken.getKey() + "=" + taken.getValue())
                .collect(Collectors.joining(" "));
    }
}
