package dev.sluice.scenarios;

import static java.util.stream.Collectors.counting;
import static java.util.stream.Collectors.groupingBy;

import dev.sluice.generation.Status;
import dev.sluice.scenarios.ChaosLog.Row;
import dev.sluice.scenarios.ChaosLog.Story;
import dev.sluice.scenarios.PollWatch.Overlap;
import dev.sluice.simulator.Ledger;
import dev.sluice.simulator.Ledger.Submit;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** Reads what the tables say of every generation, and holds it against the ledger and against the polls. */
final class ChaosHistory {

    private static final Duration LEASE = ChaosReplica.LEASE;

    private final List<String> faults = new ArrayList<>();
    private final List<Story> stories;
    private final Map<String, Long> paid;
    private final ChaosCounts counts;

    private ChaosHistory(List<Story> stories, Ledger ledger, ChaosCounts counts) {
        this.stories = stories;
        this.counts = counts;
        paid = ledger.accepted().stream().collect(groupingBy(Submit::prompt, counting()));
    }

    static ChaosHistory of(ChaosScene scene) {
        ChaosHistory history =
                new ChaosHistory(scene.log().stories(), scene.simulator().ledger(), scene.counts());
        history.stories.forEach(history::judge);
        history.judgeTheTimes(scene.polls().longestOverlap());
        return history;
    }

    private void judge(Story story) {
        List<Status> statuses =
                story.statuses().stream().map(it -> Status.of(it).orElseThrow()).toList();
        check(
                story,
                "is one line without a gap",
                story.rows().stream()
                                .map(Row::sequence)
                                .toList()
                                .equals(IntStream.rangeClosed(1, statuses.size())
                                        .mapToObj(Long::valueOf)
                                        .toList())
                        && story.sequence() == statuses.size());
        check(
                story,
                "goes from step to step as it may",
                statuses.getFirst() == Status.QUEUED
                        && IntStream.range(1, statuses.size())
                                .allMatch(i -> statuses.get(i - 1).mayBeFollowedBy(statuses.get(i))));
        check(
                story,
                "has one ending, and stands there",
                statuses.getLast().hasEnded()
                        && story.status().equals(statuses.getLast().word())
                        && statuses.stream()
                                        .filter(it -> it.hasEnded() && it != Status.UNKNOWN)
                                        .count()
                                <= 1);
        check(story, "was accepted once at most", paid.getOrDefault(story.prompt(), 0L) <= 1);
        check(
                story,
                "reached its ending, since the answer that it was accepted is kept",
                story.paidAs().isEmpty() || (story.paidAs().size() == 1 && statuses.getLast() == Status.COMPLETED));
        check(
                story,
                "is unknown only while no answer is kept that it was accepted",
                statuses.getLast() != Status.UNKNOWN || story.paidAs().isEmpty());
        check(
                story,
                "heard the answer that came while its owner was paused",
                !counts.answeredMeanwhile.contains(story.id()) || statuses.contains(Status.PROCESSING));
        Instant death = counts.lostSubmits.get(story.id());
        check(
                story,
                "was given up only when no answer could come any more",
                death == null || wasGivenTime(story, death));
    }

    private static boolean wasGivenTime(Story story, Instant death) {
        Instant earliest = death.plus(ChaosReplica.LONGEST_SUBMIT).plus(LEASE.multipliedBy(2));
        return story.rows().stream()
                .filter(row -> row.at() > death.toEpochMilli())
                .findFirst()
                .map(row -> Instant.ofEpochMilli(row.at()))
                .filter(earliest::isAfter)
                .isEmpty();
    }

    private void judgeTheTimes(Overlap overlap) {
        check("polled by two at once: " + overlap, overlap.length().compareTo(LEASE) <= 0);
        check(
                "adopted only after " + counts.longestAdoption,
                counts.longestAdoption.compareTo(LEASE.multipliedBy(2)) <= 0);
        check("adopted from the living: " + counts.adoptedFromTheLiving, counts.adoptedFromTheLiving == 0);
    }

    private void check(Story story, String promise, boolean isKept) {
        check(story + " should have kept: it " + promise, isKept);
    }

    private void check(String fault, boolean isKept) {
        if (!isKept) {
            faults.add(fault);
        }
    }

    /** Those that were given up and came back, since an answer was read after all. */
    long takenBack() {
        return stories.stream()
                .filter(story -> story.statuses().contains("unknown"))
                .filter(story -> !story.status().equals("unknown"))
                .count();
    }

    List<String> faults() {
        return faults;
    }
}
