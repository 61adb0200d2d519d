package dev.sluice.capacity;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The newest endings of one model. Old ones fade by their number, and at once when the newest are of another kind than
 * those before them. Immutable; a few more make a new one.
 */
final class Sightings {

    static final Sightings NONE = new Sightings(List.of(), null, 0);

    /** Enough for a ninth decile, few enough to forget yesterday. */
    static final int MOST = 200;

    /** Enough to place polls by; fewer are no distribution. */
    private static final int ENOUGH = 20;

    /** So many in a row, all earlier or all later than nineteen in twenty of those before, come by chance once in 80,000. */
    private static final int SURPRISES = 4;

    /** Before there are so many, nothing is a surprise. */
    private static final int MANY = 40;

    /** As long as no more than that have come, the likelihoods that were computed are good enough. */
    private static final int SOME_MORE = 8;

    private final List<Sighting> seen;
    private final List<Duration> sorted;
    private final Sightings basis;
    private final int since;
    private @Nullable Spread spread;

    /** @param basis those whose spread is good enough for these too; null for their own */
    private Sightings(List<Sighting> seen, @Nullable Sightings basis, int since) {
        this.seen = List.copyOf(seen);
        this.sorted = sorted(seen);
        this.basis = basis == null ? this : basis;
        this.since = since;
    }

    Sightings and(Sighting another) {
        List<Sighting> more = new ArrayList<>(seen.subList(Math.max(0, seen.size() + 1 - MOST), seen.size()));
        more.add(another);
        if (hasDrifted(more)) {
            return new Sightings(more.subList(more.size() - SURPRISES, more.size()), null, 0);
        }
        return basis.isEnough() && since < SOME_MORE
                ? new Sightings(more, basis, since + 1)
                : new Sightings(more, null, 0);
    }

    private static boolean hasDrifted(List<Sighting> seen) {
        if (seen.size() < MANY + SURPRISES) {
            return false;
        }
        List<Sighting> newest = seen.subList(seen.size() - SURPRISES, seen.size());
        List<Duration> before = sorted(seen.subList(0, seen.size() - SURPRISES));
        Duration early = before.get(before.size() / 20);
        Duration late = before.get(before.size() * 19 / 20);
        return newest.stream().allMatch(it -> it.by().compareTo(early) < 0)
                || newest.stream().allMatch(it -> it.after().compareTo(late) >= 0);
    }

    private static List<Duration> sorted(List<Sighting> seen) {
        return seen.stream().map(Sighting::by).sorted().toList();
    }

    private boolean isEnough() {
        return seen.size() >= ENOUGH;
    }

    /** That part of them had been seen to end by then; there must be some. */
    Duration quantile(double part) {
        return sorted.get((int) Math.min(sorted.size() - 1L, (long) (part * sorted.size())));
    }

    /** Empty while they are too few. The same object for as long as it is good enough. */
    Optional<Spread> spread() {
        return basis.isEnough() ? Optional.of(basis.own()) : Optional.empty();
    }

    private synchronized Spread own() {
        Spread known = spread == null ? Spread.of(seen) : spread;
        spread = known;
        return known;
    }
}
