package dev.sluice.scenarios;

import dev.sluice.generation.Status;
import dev.sluice.scenarios.EventStream.Event;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What one watcher was told of one generation, over as many lines as it took. Read by others once its watcher is done. */
final class CrashRecord {

    private final String prompt;
    private final List<Event> events = new ArrayList<>();
    private @Nullable String id;
    private boolean wasWithdrawn;

    CrashRecord(String prompt) {
        this.prompt = prompt;
    }

    /** The record of somebody who knows the id already. */
    CrashRecord(String prompt, String id) {
        this(prompt);
        this.id = id;
    }

    void add(Event told) {
        events.add(told);
        id = told.json().path("id").stringValue();
    }

    /** Its owner was told that it is cancelled. */
    void isWithdrawn() {
        wasWithdrawn = true;
    }

    boolean wasWithdrawn() {
        return wasWithdrawn;
    }

    String prompt() {
        return prompt;
    }

    Optional<String> id() {
        return Optional.ofNullable(id);
    }

    /** The id of the last event; empty before the first. */
    Optional<String> last() {
        return events.isEmpty()
                ? Optional.empty()
                : Optional.of(events.getLast().id());
    }

    boolean isOver() {
        return !events.isEmpty() && hasEnded(events.getLast().name());
    }

    static boolean hasEnded(String status) {
        return Status.of(status).orElseThrow().hasEnded();
    }

    List<Event> events() {
        return events;
    }
}
