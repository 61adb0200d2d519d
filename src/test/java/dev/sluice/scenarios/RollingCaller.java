package dev.sluice.scenarios;

import dev.sluice.scenarios.Client.Answer;
import dev.sluice.scenarios.EventStream.Event;
import dev.sluice.scenarios.RollingLoad.Seen;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;
import tools.jackson.databind.JsonNode;

/** Asks again and again for one generation at a time, and goes on where it was cut off, as a client should. */
final class RollingCaller implements Runnable {

    private static final String GENERATIONS = "/v1/generations";

    /** Shorter than what they are told, so that the test is: nothing depends on their patience. */
    private static final Duration BREATH = Duration.ofMillis(100);

    private final RollingLoad load;
    private final int number;
    private final boolean streams;
    private final Client alice;

    RollingCaller(RollingLoad load, int number, boolean streams) {
        this.load = load;
        this.number = number;
        this.streams = streams;
        this.alice = new Client(load.api(), RunningSluice.ALICE);
    }

    @Override
    public void run() {
        for (int i = 0; load.goesOn(); i++) {
            String prompt = "rolling " + number + "." + i;
            if (streams) {
                streams(prompt);
            } else {
                waits(prompt);
            }
        }
    }

    private void streams(String prompt) {
        CrashRecord record = load.begin(new CrashRecord(prompt));
        Optional<Thread> watcher = Optional.empty();
        while (!record.isOver()) {
            follow(record, () -> record.last().isPresent() ? goOn(record) : ask(prompt));
            if (watcher.isEmpty() && record.id().isPresent()) {
                watcher = record.id().map(id -> watch(new CrashRecord(prompt, id)));
            }
        }
        load.count(Seen.ENDINGS);
        watcher.ifPresent(RollingCaller::join);
    }

    private EventStream ask(String prompt) {
        return alice.postStream(
                GENERATIONS, Client.prompt(prompt), "Accept", "text/event-stream", "Idempotency-Key", key(prompt));
    }

    /** By repeating its POST, as who asked does. */
    private EventStream goOn(CrashRecord record) {
        load.count(Seen.RESUMED);
        return alice.postStream(
                GENERATIONS,
                Client.prompt(record.prompt()),
                "Accept",
                "text/event-stream",
                "Last-Event-ID",
                record.last().orElseThrow());
    }

    /** From the beginning, on a connection and a thread of its own, and by GET after a cut. */
    private Thread watch(CrashRecord record) {
        load.begin(record);
        String events = GENERATIONS + "/" + record.id().orElseThrow() + "/events";
        return Thread.startVirtualThread(() -> {
            while (!record.isOver()) {
                follow(
                        record,
                        () -> record.last()
                                .map(last -> alice.stream(events, "Last-Event-ID", last))
                                .orElseGet(() -> alice.stream(events)));
            }
        });
    }

    /** Takes down what comes until the line ends. */
    private void follow(CrashRecord record, Supplier<EventStream> question) {
        Optional<EventStream> answered = attempt(record.prompt(), question);
        answered.ifPresent(open -> {
            try (open) {
                if (mayBeRead(record.prompt(), open.status(), open.header("Retry-After"))) {
                    for (Optional<Event> next = open.next(); next.isPresent(); next = open.next()) {
                        next.filter(Event::isRecorded).ifPresent(record::add);
                    }
                    if (!record.isOver()) {
                        load.count(Seen.LINES_CUT);
                    }
                }
            }
        });
        if (!record.isOver()) {
            CrashLoad.pause(BREATH);
        }
    }

    private void waits(String prompt) {
        Optional<JsonNode> told = Optional.empty();
        while (told.filter(RollingCaller::hasEnded).isEmpty()) {
            Optional<String> id = told.map(it -> it.path("id").stringValue());
            Optional<JsonNode> next = attempt(
                            prompt, () -> id.map(this::askAfter).orElseGet(() -> askAndWait(prompt)))
                    .filter(answer -> isAnswer(prompt, answer))
                    .map(Answer::json);
            told = next.isPresent() ? next : told;
            if (next.filter(RollingCaller::hasEnded).isEmpty()) {
                CrashLoad.pause(BREATH);
            }
        }
        load.count(Seen.ENDINGS);
    }

    /** Who waits may be told that it was accepted, and to ask again for its ending. */
    private boolean isAnswer(String prompt, Answer answer) {
        if (answer.status() == 202) {
            load.count(Seen.TOLD_TO_ASK_AGAIN);
            return true;
        }
        return mayBeRead(prompt, answer.status(), answer.header("Retry-After"));
    }

    private Answer askAndWait(String prompt) {
        return alice.post(GENERATIONS, Client.prompt(prompt), "Prefer", "wait=20", "Idempotency-Key", key(prompt));
    }

    private Answer askAfter(String id) {
        return alice.get(GENERATIONS + "/" + id, "Prefer", "wait=20");
    }

    private boolean mayBeRead(String prompt, int status, String retryAfter) {
        if (status == 503 && !retryAfter.isEmpty()) {
            load.count(Seen.TOLD_TO_RETRY);
        } else if (status != 200) {
            load.failed("\"%s\" was answered %d".formatted(prompt, status));
        }
        return status == 200;
    }

    /** Empty, and a failure, if no answer came: the balancer is always there. */
    private <T> Optional<T> attempt(String prompt, Supplier<T> question) {
        try {
            return Optional.of(question.get());
        } catch (UncheckedIOException e) {
            load.failed("\"%s\" was not answered: %s".formatted(prompt, e.getCause()));
            return Optional.empty();
        }
    }

    private static boolean hasEnded(JsonNode generation) {
        return CrashRecord.hasEnded(generation.path("status").stringValue());
    }

    private static String key(String prompt) {
        return "\"" + prompt + "\"";
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
