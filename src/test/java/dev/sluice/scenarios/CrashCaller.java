package dev.sluice.scenarios;

import dev.sluice.scenarios.Client.Answer;
import dev.sluice.scenarios.CrashLoad.Seen;
import dev.sluice.scenarios.EventStream.Event;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/**
 * A caller who asks for generations without end, in a manner of its own, and follows each to its ending however often the
 * line is cut. One that does not know whether it was heard asks again under the same key; without a key it never does.
 */
final class CrashCaller implements Runnable {

    private static final String GENERATIONS = "/v1/generations";
    private static final String DROP_IN = "/api/v1/generate";
    private static final Duration BREATH = Duration.ofMillis(20);
    private static final int SEVERAL = 5;

    private final CrashLoad load;
    private final int number;
    private final Random random;

    CrashCaller(CrashLoad load, int number, Random random) {
        this.load = load;
        this.number = number;
        this.random = random;
    }

    @Override
    public void run() {
        for (int i = 0; load.goesOn(); i++) {
            String prompt = "crash " + number + "." + i;
            switch (number % 12) {
                case 0, 1, 2, 3 -> streamsUnderAKey(prompt, "{}");
                case 4, 5 -> streamsWithoutAKey(prompt);
                case 6 -> streamsUnderAKey(prompt, "{\"queueTimeoutSeconds\":1}");
                case 7, 8 -> withdraws(prompt);
                case 9 -> dropsIn(prompt);
                case 10 -> dropsInAndLeaves(prompt);
                default -> opensSeveral(prompt);
            }
        }
    }

    private void streamsUnderAKey(String prompt, String options) {
        CrashRecord record = load.begin(new CrashRecord(prompt));
        while (!record.isOver()) {
            attempt(() -> follow(record, record.last().isPresent() ? goOn(record) : ask(prompt, options, true)));
        }
    }

    /** Whoever was cut off before the first event knows no id, and must not ask again: it gives up. */
    private void streamsWithoutAKey(String prompt) {
        CrashRecord record = new CrashRecord(prompt);
        boolean wasRefused = true;
        while (wasRefused) {
            Optional<EventStream> stream = attempt(() -> ask(prompt, "{}", false));
            stream.ifPresent(open -> attempt(() -> follow(record, open)));
            wasRefused = stream.filter(answer -> answer.status() != 200).isPresent();
        }
        if (record.last().isPresent()) {
            load.begin(record);
            while (!record.isOver()) {
                attempt(() -> follow(record, goOn(record)));
            }
        }
    }

    private EventStream ask(String prompt, String options, boolean underAKey) {
        Client alice = alice();
        load.count(Seen.ASKED);
        String[] asStream = {"Accept", "text/event-stream"};
        String[] underIt = {"Accept", "text/event-stream", "Idempotency-Key", key(prompt)};
        return alice.postStream(GENERATIONS, body(prompt, options), underAKey ? underIt : asStream);
    }

    /** With the last event that was told, in any of the ways that there are. */
    private EventStream goOn(CrashRecord record) {
        String last = record.last().orElseThrow();
        String events = GENERATIONS + "/" + record.id().orElseThrow() + "/events";
        Client alice = alice();
        return switch (random.nextInt(4)) {
            case 0 -> alice.stream(events, "Last-Event-ID", last);
            case 1 -> alice.stream(events + "?lastEventId=" + last);
            default -> {
                load.count(Seen.ASKED_AGAIN_BY_THE_LAST_EVENT);
                yield alice.postStream(
                        GENERATIONS, body(record.prompt(), "{}"), "Accept", "text/event-stream", "Last-Event-ID", last);
            }
        };
    }

    /** Takes down what comes until the line ends. */
    private CrashRecord follow(CrashRecord record, EventStream open) {
        try (open) {
            if (open.status() == 400 || open.status() == 404) {
                throw load.fault(
                        "%s was answered %d after %s".formatted(record.prompt(), open.status(), record.last()));
            }
            for (Optional<Event> next = open.next(); next.isPresent(); next = open.next()) {
                next.filter(event -> open.status() == 200 && event.isRecorded()).ifPresent(event -> {
                    record.add(event);
                    notice(event);
                });
            }
        }
        if (!record.isOver()) {
            load.count(Seen.CUT_OFF);
        }
        return record;
    }

    private void notice(Event event) {
        switch (event.name()) {
            case "processing" -> load.count(Seen.TOLD_PROCESSING);
            case "rejected" -> load.count(Seen.TOLD_REJECTED);
            default -> {}
        }
    }

    private void opensSeveral(String prompt) {
        List<Thread> watchers = IntStream.range(0, SEVERAL)
                .mapToObj(i -> prompt + " of several " + i)
                .flatMap(each -> {
                    String id = accepted(each);
                    return IntStream.range(0, 2).mapToObj(_ -> watch(new CrashRecord(each, id)));
                })
                .toList();
        watchers.forEach(CrashCaller::join);
    }

    private void withdraws(String prompt) {
        CrashRecord record = new CrashRecord(prompt, accepted(prompt));
        Thread watcher = watch(record);
        CrashLoad.pause(Duration.ofMillis(random.nextInt(1_500)));
        Answer answer = untilAnswered(() -> {
            Client alice = alice();
            load.count(Seen.WITHDREW);
            return alice.delete(GENERATIONS + "/" + record.id().orElseThrow());
        });
        join(watcher);
        if (answer.status() == 200) {
            record.isWithdrawn();
        }
    }

    private String accepted(String prompt) {
        return untilAnswered(() -> {
                    Client alice = alice();
                    load.count(Seen.ASKED);
                    return alice.post(
                            GENERATIONS, body(prompt, "{}"), "Prefer", "respond-async", "Idempotency-Key", key(prompt));
                })
                .json()
                .path("id")
                .stringValue();
    }

    /** From the beginning, on a thread of its own. */
    private Thread watch(CrashRecord record) {
        load.begin(record);
        String events = GENERATIONS + "/" + record.id().orElseThrow() + "/events";
        return Thread.startVirtualThread(() -> {
            while (!record.isOver()) {
                attempt(() -> follow(record, record.last().isPresent() ? goOn(record) : alice().stream(events)));
            }
        });
    }

    /** What it is told of the price must be true; the picture is asked for by the upstream's own id. */
    private void dropsIn(String prompt) {
        Client bob = bob();
        load.count(Seen.ASKED);
        Optional<Answer> answer = attempt(() -> bob.post(DROP_IN, dropInBody(prompt)));
        if (answer.filter(it -> it.status() == 503).isPresent()) {
            load.isUnpaid(prompt);
        }
        answer.filter(it -> it.status() == 200)
                .map(it -> it.json().path("generationId").stringValue())
                .ifPresent(id -> {
                    while (untilAnswered(() -> bob().get(DROP_IN + "?id=" + id))
                            .json()
                            .at("/data/processingStatus")
                            .stringValue()
                            .equals("processing")) {
                        CrashLoad.pause(Duration.ofMillis(200));
                    }
                });
    }

    private void dropsInAndLeaves(String prompt) {
        attempt(() -> {
            try (Line line = Line.to(load.api())) {
                load.count(Seen.ASKED);
                line.send("POST", DROP_IN, RunningSluice.BOB, dropInBody(prompt));
                CrashLoad.pause(Duration.ofMillis(random.nextInt(800)));
                return line;
            }
        });
        load.count(Seen.LEFT_THE_QUEUE);
    }

    /** Again and again, until there is an answer that is not only for a passing reason. */
    private Answer untilAnswered(Supplier<Answer> question) {
        Optional<Answer> answer = Optional.empty();
        while (answer.isEmpty()) {
            answer = attempt(question).filter(it -> it.status() != 503);
        }
        return answer.get();
    }

    /** Empty when Sluice was not there, or went away meanwhile. */
    private <T> Optional<T> attempt(Supplier<T> question) {
        try {
            return Optional.of(question.get());
        } catch (UncheckedIOException unreachable) {
            load.count(Seen.CUT_OFF);
            return Optional.empty();
        } finally {
            CrashLoad.pause(BREATH);
        }
    }

    private Client alice() {
        return new Client(load.api(), RunningSluice.ALICE);
    }

    private Client bob() {
        return new Client(load.api(), RunningSluice.BOB);
    }

    private static String key(String prompt) {
        return "\"" + prompt + "\"";
    }

    private static String body(String prompt, String options) {
        return "{\"prompt\":\"%s\",\"sluice\":%s}".formatted(prompt, options);
    }

    private static String dropInBody(String prompt) {
        return "{\"prompt\":\"%s\",\"mode\":\"async\"}".formatted(prompt);
    }

    private static void join(Thread watcher) {
        try {
            watcher.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
