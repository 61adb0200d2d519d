package dev.sluice.scenarios;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Which process asked the upstream about which generation, and when: how long two of them did so at the same time. */
final class PollWatch {

    private static final Pattern POLL = Pattern.compile("GET /api/v1/generate\\?id=([^ &]+)");

    /** A poller that says nothing for longer has stopped. */
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(1);

    private final Map<String, Map<String, Queue<Instant>>> polls = new ConcurrentHashMap<>();
    private final Map<String, Queue<Stretch>> cutOff = new ConcurrentHashMap<>();

    /** From one instant to another. */
    record Stretch(Instant from, Instant to) {

        Duration length() {
            return from.isBefore(to) ? Duration.between(from, to) : Duration.ZERO;
        }

        Stretch and(Stretch other) {
            return new Stretch(from.isAfter(other.from) ? from : other.from, to.isBefore(other.to) ? to : other.to);
        }

        /** What is left of it before and after the other. */
        Stream<Stretch> without(Stretch other) {
            return and(other).length().isZero()
                    ? Stream.of(this)
                    : Stream.of(new Stretch(from, other.from), new Stretch(other.to, to))
                            .filter(rest -> !rest.length().isZero());
        }
    }

    /** Hears what that process asks. */
    void hear(String process, String asked) {
        Matcher poll = POLL.matcher(asked);
        while (poll.find()) {
            polls.computeIfAbsent(poll.group(1), _ -> new ConcurrentHashMap<>())
                    .computeIfAbsent(process, _ -> new ConcurrentLinkedQueue<>())
                    .add(Instant.now());
        }
    }

    /** In that time it could not know that others poll, and polls on: what was paid for is rather polled twice. */
    void wasCutOff(String process, Instant from, Instant to) {
        cutOff.computeIfAbsent(process, _ -> new ConcurrentLinkedQueue<>()).add(new Stretch(from, to));
    }

    /** Two processes that polled the same one. */
    record Overlap(String id, String one, String other, Stretch stretch) {

        static final Overlap NONE = new Overlap("", "", "", new Stretch(Instant.EPOCH, Instant.EPOCH));

        Duration length() {
            return stretch.length();
        }
    }

    /** The longest time of which both could know. */
    Overlap longestOverlap() {
        return longest(true);
    }

    /** The same, with the time when one of them was cut off. */
    Overlap longestOverlapInAll() {
        return longest(false);
    }

    private Overlap longest(boolean onlyIfKnown) {
        return polls.keySet().stream()
                .flatMap(id -> overlaps(id, onlyIfKnown))
                .max(Comparator.comparing(Overlap::length))
                .orElse(Overlap.NONE);
    }

    private Stream<Overlap> overlaps(String id, boolean onlyIfKnown) {
        Map<String, Queue<Instant>> pollers = polls.getOrDefault(id, Map.of());
        List<String> processes = List.copyOf(pollers.keySet());
        return processes.stream()
                .flatMap(one -> processes.stream()
                        .filter(other -> one.compareTo(other) < 0)
                        .flatMap(other -> stretches(pollers, one, onlyIfKnown)
                                .flatMap(it ->
                                        stretches(pollers, other, onlyIfKnown).map(it::and))
                                .map(both -> new Overlap(id, one, other, both))));
    }

    private Stream<Stretch> stretches(Map<String, Queue<Instant>> pollers, String process, boolean onlyIfKnown) {
        List<Stretch> all = new ArrayList<>();
        for (Instant poll : pollers.getOrDefault(process, new ConcurrentLinkedQueue<>())) {
            boolean goesOn = !all.isEmpty() && !poll.isAfter(all.getLast().to().plus(LONGEST_PAUSE));
            Instant from = goesOn ? all.removeLast().from() : poll;
            all.add(new Stretch(from, poll));
        }
        Stream<Stretch> known = all.stream();
        for (Stretch cut : onlyIfKnown
                ? List.copyOf(cutOff.getOrDefault(process, new ConcurrentLinkedQueue<>()))
                : List.<Stretch>of()) {
            known = known.flatMap(stretch -> stretch.without(cut));
        }
        return known;
    }
}
