package dev.sluice.scenarios;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import tools.jackson.databind.JsonNode;

/** A stream that is open, read as fast as it comes by a thread of its own. */
final class EventStream implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final HttpResponse<InputStream> response;
    private final List<Event> events = new CopyOnWriteArrayList<>();
    private final List<String> others = new CopyOnWriteArrayList<>();
    private final BlockingQueue<Optional<Event>> arriving = new LinkedBlockingQueue<>();
    private final Map<String, Long> arrivals = new ConcurrentHashMap<>();
    private volatile boolean ended;
    private volatile boolean cut;

    /** One event; what it does not have is empty. */
    record Event(String name, String id, String data) {

        private static final Event NOTHING = new Event("", "", "");

        /** The same with what this line adds, if it is a field of an event. */
        private Event with(String line) {
            if (line.startsWith("event: ")) {
                return new Event(line.substring(7), id, data);
            }
            if (line.startsWith("id: ")) {
                return new Event(name, line.substring(4), data);
            }
            return line.startsWith("data: ") ? new Event(name, id, line.substring(6)) : this;
        }

        JsonNode json() {
            return Client.JSON.readTree(data);
        }

        boolean isRecorded() {
            return !id.isEmpty();
        }
    }

    private EventStream(HttpResponse<InputStream> response) {
        this.response = response;
    }

    static EventStream of(HttpResponse<InputStream> response) {
        EventStream stream = new EventStream(response);
        Thread.ofVirtual().start(stream::read);
        return stream;
    }

    private void read() {
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(response.body(), StandardCharsets.UTF_8))) {
            Event next = Event.NOTHING;
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                next = take(next, line);
            }
        } catch (IOException e) {
            cut = true;
        } finally {
            ended = true;
            arriving.add(Optional.empty());
        }
    }

    private Event take(Event next, String line) {
        if (line.isEmpty() && !next.data().isEmpty()) {
            arrivals.putIfAbsent(next.id(), System.nanoTime());
            events.add(next);
            arriving.add(Optional.of(next));
        } else if (!line.isEmpty() && next.with(line).equals(next)) {
            others.add(line);
        }
        return line.isEmpty() ? Event.NOTHING : next.with(line);
    }

    /** The events of a stream that is there as text. */
    static List<Event> parse(String text) {
        List<Event> events = new ArrayList<>();
        Event next = Event.NOTHING;
        for (String line : text.lines().toList()) {
            if (line.isEmpty() && !next.data().isEmpty()) {
                events.add(next);
            }
            next = line.isEmpty() ? Event.NOTHING : next.with(line);
        }
        return events;
    }

    int status() {
        return response.statusCode();
    }

    String header(String name) {
        return response.headers().firstValue(name).orElse("");
    }

    /** Everything that has come so far. */
    List<Event> events() {
        return events;
    }

    /** When each recorded event came, by its id, on the clock of {@link System#nanoTime()}. */
    Map<String, Long> arrivals() {
        return arrivals;
    }

    /** What has come that is no event: comments and {@code retry}. */
    List<String> others() {
        return others;
    }

    /** The recorded events that have come so far. */
    List<Event> recorded() {
        return events.stream().filter(Event::isRecorded).toList();
    }

    /** The next event, waited for as long as the line is open; empty, once only, at its end. */
    Optional<Event> next() {
        try {
            return arriving.take();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** The recorded events of the whole stream, once it has ended by itself. */
    List<Event> untilItEnds() {
        await().atMost(PATIENCE).pollDelay(Duration.ZERO).until(() -> ended);
        assertThat(cut).as("the line was cut").isFalse();
        return recorded();
    }

    boolean hasEnded() {
        return ended;
    }

    boolean wasCut() {
        return cut;
    }

    /** The first recorded event of that name. */
    Event awaits(String name) {
        await().atMost(PATIENCE)
                .pollDelay(Duration.ZERO)
                .until(() -> recorded().stream().anyMatch(event -> event.name().equals(name)) || ended);
        return recorded().stream()
                .filter(event -> event.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new AssertionError("No " + name + " among " + events + ", status " + status()));
    }

    static List<String> names(List<Event> events) {
        return events.stream().map(Event::name).toList();
    }

    static List<String> ids(List<Event> events) {
        return events.stream().map(Event::id).toList();
    }

    /** Goes away, as a browser does whose tab is closed. */
    @Override
    public void close() {
        try {
            response.body().close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
