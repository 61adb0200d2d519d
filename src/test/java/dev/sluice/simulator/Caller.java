package dev.sluice.simulator;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Calls the simulator as anybody would: over a socket, and following no redirect. */
final class Caller {

    private static final JsonMapper MAPPER = JsonMapper.shared();

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final Simulator simulator;
    private final String key;

    Caller(Simulator simulator, String key) {
        this.simulator = simulator;
        this.key = key;
    }

    Caller(Simulator simulator) {
        this(simulator, SimulatorSettings.KEY);
    }

    HttpResponse<String> submit(String prompt) throws IOException {
        return submit(fields(prompt).put("mode", "async"));
    }

    HttpResponse<String> submit(ObjectNode fields) throws IOException {
        return submitBody(fields.toString());
    }

    HttpResponse<String> submitBody(String body) throws IOException {
        return send(request("/api/v1/generate")
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(body)));
    }

    /** The first byte of the answer on a bare socket, -1 when the connection is closed without one. */
    int firstByteAfterSubmitting(String prompt) throws IOException {
        try (Socket socket = submitting(prompt)) {
            return socket.getInputStream().read();
        }
    }

    /** Waits for no answer. */
    void leaveAfterSubmitting(String prompt) throws IOException {
        submitting(prompt).close();
    }

    private Socket submitting(String prompt) throws IOException {
        String body = fields(prompt).put("mode", "async").toString();
        String request = "POST /api/v1/generate HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer " + key
                + "\r\nContent-Length: " + body.length() + "\r\n\r\n" + body;
        URI url = simulator.baseUrl();
        Socket socket = new Socket(url.getHost(), url.getPort());
        socket.setSoTimeout(5_000);
        socket.getOutputStream().write(request.getBytes(StandardCharsets.UTF_8));
        return socket;
    }

    String submitted(String prompt) throws IOException {
        return json(submit(prompt)).get("generationId").asString();
    }

    HttpResponse<String> poll(String id) throws IOException {
        return get("/api/v1/generate?id=" + URLEncoder.encode(id, StandardCharsets.UTF_8));
    }

    JsonNode polled(String id) {
        try {
            return json(poll(id)).get("data");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    HttpResponse<String> get(String path) throws IOException {
        return send(request(path));
    }

    HttpResponse<byte[]> picture(String url) throws IOException {
        return send(HttpRequest.newBuilder(URI.create(url)), BodyHandlers.ofByteArray());
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(simulator.baseUrl().resolve(path))
                .timeout(Duration.ofSeconds(5))
                .header("Authorization", "Bearer " + key);
    }

    private HttpResponse<String> send(HttpRequest.Builder request) throws IOException {
        return send(request, BodyHandlers.ofString());
    }

    private <T> HttpResponse<T> send(HttpRequest.Builder request, HttpResponse.BodyHandler<T> handler)
            throws IOException {
        try {
            return http.send(request.build(), handler);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    static ObjectNode fields(String prompt) {
        return MAPPER.createObjectNode().put("prompt", prompt);
    }

    static JsonNode json(HttpResponse<String> response) {
        return MAPPER.readTree(response.body());
    }
}
