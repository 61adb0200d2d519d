package dev.sluice.simulator;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What really happened at the upstream, whatever its callers were told: the place to check what was paid.
 *
 * <p>Every list handed out is a snapshot. What is kept is bounded, newest first to stay; the totals go on counting.
 */
public final class Ledger {

    /** Accepted submits that are kept; also distinct prompts, polled ids and paths. */
    public static final int MAX_KEPT = 10_000;

    /** Requests whose headers are kept. */
    public static final int MAX_REQUESTS_KEPT = 200;

    /** Polls of one id whose instants are kept. */
    public static final int MAX_POLLS_KEPT = 500;

    /** Characters of a request's body that are kept. */
    public static final int MAX_BODY_KEPT = 16_384;

    /**
     * A submit that was accepted and paid for.
     *
     * @param takes how long the task runs
     * @param credits what it cost
     * @param model as it was asked for, known or not
     * @param body the request as it came
     */
    public record Submit(
            String prompt,
            String generationId,
            Instant at,
            Duration takes,
            int credits,
            String model,
            String mode,
            String body) {}

    /**
     * A request as it came in.
     *
     * @param headers by their names in lower case
     */
    public record Request(Instant at, String method, String uri, Map<String, List<String>> headers) {

        /** The values of a header, whatever the case of its name; none when it did not come. */
        public List<String> header(String name) {
            return headers.getOrDefault(name.toLowerCase(Locale.ROOT), List.of());
        }
    }

    private final Account account;
    private final Clock clock;
    private final Deque<Submit> accepted = new ArrayDeque<>();
    private final Deque<Request> requests = new ArrayDeque<>();
    private final Map<String, Long> submitsByPrompt = new Bounded<>(MAX_KEPT);
    private final Map<String, Deque<Instant>> pollsById = new Bounded<>(MAX_KEPT);
    private final Map<String, Long> requestsByPath = new Bounded<>(MAX_KEPT);
    private long acceptedInAll;
    private long submitsInAll;
    private long pollsInAll;

    Ledger(Account account, Clock clock) {
        this.account = account;
        this.clock = clock;
    }

    /** The submits that were accepted and paid for, oldest first. */
    public synchronized List<Submit> accepted() {
        return List.copyOf(accepted);
    }

    /** The submits of one prompt that were accepted and paid for, oldest first. */
    public List<Submit> accepted(String prompt) {
        return accepted().stream()
                .filter(submit -> submit.prompt().equals(prompt))
                .toList();
    }

    public synchronized long acceptedInAll() {
        return acceptedInAll;
    }

    /** Submits whose body was read, accepted or not. */
    public synchronized long submitsReceived() {
        return submitsInAll;
    }

    /** Submits of one prompt whose body was read, accepted or not. */
    public synchronized long submitsReceived(String prompt) {
        return submitsByPrompt.getOrDefault(prompt, 0L);
    }

    public synchronized long pollsReceived() {
        return pollsInAll;
    }

    /** When one generation was asked about, oldest first; the id need not be one that exists. */
    public synchronized List<Instant> polls(String generationId) {
        return List.copyOf(pollsById.getOrDefault(generationId, new ArrayDeque<>()));
    }

    /** How often each method and path was asked for, such as {@code POST /api/v1/generate}; without the query. */
    public synchronized Map<String, Long> requestsByPath() {
        return Map.copyOf(requestsByPath);
    }

    /** The last requests with their headers, oldest first. */
    public synchronized List<Request> lastRequests() {
        return List.copyOf(requests);
    }

    public long creditsTaken() {
        return account.taken();
    }

    public long creditsLeft() {
        return account.credits();
    }

    public int running() {
        return account.running(clock.instant());
    }

    /** The highest number of tasks that ever ran at the same time. */
    public int mostRunningAtOnce() {
        return account.mostAtOnce();
    }

    synchronized void received(String method, String path, String uri, Iterable<Map.Entry<String, String>> headers) {
        requestsByPath.merge(method + " " + path, 1L, Long::sum);
        Map<String, List<String>> byName = new HashMap<>();
        headers.forEach(
                header -> byName.computeIfAbsent(header.getKey().toLowerCase(Locale.ROOT), _ -> new ArrayList<>())
                        .add(header.getValue()));
        keep(requests, new Request(clock.instant(), method, uri, Map.copyOf(byName)), MAX_REQUESTS_KEPT);
    }

    synchronized void submitReceived(String prompt) {
        submitsInAll++;
        submitsByPrompt.merge(prompt, 1L, Long::sum);
    }

    synchronized void accepted(Generation generation) {
        acceptedInAll++;
        SubmitRequest submit = generation.submit();
        String body = submit.body();
        keep(
                accepted,
                new Submit(
                        submit.prompt(),
                        generation.id(),
                        generation.createdAt(),
                        generation.takes(),
                        generation.credits(),
                        submit.selectedModel(),
                        submit.mode(),
                        body.substring(0, Math.min(body.length(), MAX_BODY_KEPT))),
                MAX_KEPT);
    }

    synchronized void polled(String generationId) {
        pollsInAll++;
        keep(pollsById.computeIfAbsent(generationId, _ -> new ArrayDeque<>()), clock.instant(), MAX_POLLS_KEPT);
    }

    private static <T> void keep(Deque<T> kept, T newest, int bound) {
        kept.addLast(newest);
        if (kept.size() > bound) {
            kept.removeFirst();
        }
    }
}
