package dev.sluice.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;

/** One more watcher, who writes everything down. */
final class Scribe implements AutoCloseable {

    private final HttpClient http = HttpClient.newHttpClient();
    private final List<Map.Entry<Long, String>> lines = new CopyOnWriteArrayList<>();
    private final Thread writing;

    private Scribe(URI stream) {
        writing = Thread.ofVirtual().start(() -> read(stream));
    }

    static Scribe at(URI stream) {
        return new Scribe(stream);
    }

    private void read(URI stream) {
        HttpRequest request = HttpRequest.newBuilder(stream)
                .headers("Accept", "text/event-stream", "Authorization", "Bearer " + Sluice.KEY)
                .build();
        try {
            HttpResponse<InputStream> answer = http.send(request, HttpResponse.BodyHandlers.ofInputStream());
            try (BufferedReader reader =
                    new BufferedReader(new InputStreamReader(answer.body(), StandardCharsets.UTF_8))) {
                for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                    lines.add(Map.entry(Wall.micros(), line));
                }
            }
        } catch (IOException e) {
            lines.add(Map.entry(Wall.micros(), ": cut: " + e));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** All of them, once the stream has ended. */
    List<Map.Entry<Long, String>> lines() {
        try {
            writing.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return lines;
    }

    @Override
    public void close() {
        http.shutdownNow();
    }
}
