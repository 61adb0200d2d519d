package dev.sluice.scenarios;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A caller with a key. */
final class Client {

    static final JsonMapper JSON = JsonMapper.shared();

    /** One for all: each has a thread of its own, and tests make many callers. */
    private static final HttpClient HTTP =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private static final Duration LONGEST_ANSWER = Duration.ofSeconds(30);

    private final URI base;
    private final String key;

    Client(URI base, String key) {
        this.base = base;
        this.key = key;
    }

    /** An answer with its body as text. */
    record Answer(int status, java.net.http.HttpHeaders headers, String body) {

        JsonNode json() {
            return JSON.readTree(body);
        }

        String header(String name) {
            return headers.firstValue(name).orElse("");
        }
    }

    /** @param headers names and values in turn */
    Answer get(String path, String... headers) {
        return send(request(path, headers).GET().build());
    }

    /** Any request; what has a body says so in its headers. */
    Answer ask(String method, String path, String body, String... headers) {
        return send(request(path, headers)
                .method(method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body))
                .build());
    }

    Answer delete(String path) {
        return send(request(path).DELETE().build());
    }

    Answer post(String path, String body, String... headers) {
        return send(post(path, headers, body));
    }

    CompletableFuture<Answer> postLater(String path, String body, String... headers) {
        return HTTP.sendAsync(post(path, headers, body), BodyHandlers.ofString())
                .thenApply(Client::answer);
    }

    /** Asks for a generation and answers at once with its id. */
    String accepted(String prompt) {
        Answer answer = post("/v1/generations", prompt(prompt), "Prefer", "respond-async");
        if (answer.status() != 202) {
            throw new AssertionError("Not accepted: " + answer);
        }
        return answer.json().path("id").stringValue();
    }

    /** Waits for the ending, as long as it takes within reason. */
    JsonNode ending(String id) {
        return get("/v1/generations/" + id, "Prefer", "wait=25").json();
    }

    EventStream streamOf(String prompt) {
        return openStream(post("/v1/generations", new String[] {"Accept", "text/event-stream"}, prompt(prompt)));
    }

    EventStream postStream(String path, String body, String... headers) {
        return openStream(post(path, headers, body));
    }

    EventStream stream(String path, String... headers) {
        return openStream(request(path, headers).GET().build());
    }

    static String prompt(String prompt) {
        return JSON.createObjectNode().put("prompt", prompt).toString();
    }

    private HttpRequest post(String path, String[] headers, String body) {
        HttpRequest.Builder request = request(path, headers).POST(BodyPublishers.ofString(body));
        boolean typed = java.util.Arrays.asList(headers).contains("Content-Type");
        return typed
                ? request.build()
                : request.header("Content-Type", "application/json").build();
    }

    private HttpRequest.Builder request(String path, String... headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(base.resolve(path)).timeout(LONGEST_ANSWER);
        if (!key.isEmpty()) {
            request.header("Authorization", "Bearer " + key);
        }
        for (int i = 0; i < headers.length; i += 2) {
            request.header(headers[i], headers[i + 1]);
        }
        return request;
    }

    private static Answer send(HttpRequest request) {
        try {
            return answer(HTTP.send(request, BodyHandlers.ofString()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private static Answer answer(HttpResponse<String> response) {
        return new Answer(response.statusCode(), response.headers(), response.body());
    }

    private static EventStream openStream(HttpRequest request) {
        try {
            return EventStream.of(HTTP.send(request, BodyHandlers.ofInputStream()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
