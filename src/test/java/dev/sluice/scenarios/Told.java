package dev.sluice.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.scenarios.EventStream.Event;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What a stream of several told of each generation: the recorded events' names in their order, by id. */
record Told(Map<String, List<String>> lives) {

    static Told of(List<Event> recorded) {
        Map<String, List<String>> lives = new TreeMap<>();
        recorded.stream()
                .filter(event -> !event.name().equals("batch"))
                .forEach(event -> lives.computeIfAbsent(event.json().path("id").stringValue(), _ -> new ArrayList<>())
                        .add(event.name()));
        assertThat(recorded.stream().map(Event::id))
                .as("every place is told once")
                .doesNotHaveDuplicates();
        return new Told(lives);
    }
}
