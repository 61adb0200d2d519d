package dev.sluice.bench;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;

/** Single calls that set the scene and are not measured. */
final class Call {

    private static final HttpClient HTTP =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private Call() {}

    static String get(URI uri, String... headers) {
        return answered(request(uri, headers).GET());
    }

    static String delete(URI uri) {
        return answered(request(uri).DELETE());
    }

    static String post(URI uri, String body, String... headers) {
        return answered(request(uri, headers).POST(HttpRequest.BodyPublishers.ofString(body)));
    }

    private static HttpRequest.Builder request(URI uri, String... headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(uri).timeout(PATIENCE);
        return headers.length == 0 ? request : request.headers(headers);
    }

    private static String answered(HttpRequest.Builder request) {
        HttpRequest asked = request.build();
        try {
            HttpResponse<String> answer = HTTP.send(asked, HttpResponse.BodyHandlers.ofString());
            if (answer.statusCode() >= 300) {
                throw new IllegalStateException(
                        asked.method() + " " + asked.uri() + ": " + answer.statusCode() + " " + answer.body());
            }
            return answer.body();
        } catch (IOException e) {
            throw new IllegalStateException(asked.method() + " " + asked.uri() + ": " + e, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
