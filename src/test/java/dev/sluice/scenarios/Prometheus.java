package dev.sluice.scenarios;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/** A real Prometheus of a test's own, which scrapes a Sluice, or several, four times a second. */
final class Prometheus implements AutoCloseable {

    private static final String CONFIGURATION = """
        global: { scrape_interval: 250ms, scrape_timeout: 250ms, evaluation_interval: 250ms }
        rule_files: [rules.yml]
        scrape_configs:
          - job_name: sluice
            metrics_path: /actuator/prometheus
            static_configs: [{ targets: [%s] }]
        """;

    private final Process process;
    private final Client client;

    private Prometheus(Process process, int port) {
        this.process = process;
        this.client = new Client(URI.create("http://127.0.0.1:" + port), "");
    }

    /**
     * @param directory what it keeps and says is written there
     * @param rules the text of its rules
     * @param management the ports on which Sluice will be scraped
     */
    static Prometheus start(Path directory, String rules, int... management) {
        try {
            Files.writeString(directory.resolve("rules.yml"), rules);
            Files.writeString(directory.resolve("prometheus.yml"), CONFIGURATION.formatted(targets(management)));
            int port = freePort();
            Process process = new ProcessBuilder(
                            NeededPrograms.find("prometheus").toString(),
                            "--config.file=prometheus.yml",
                            "--storage.tsdb.path=data",
                            "--web.listen-address=127.0.0.1:" + port)
                    .directory(directory.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(directory.resolve("prometheus.log").toFile())
                    .start();
            Prometheus prometheus = new Prometheus(process, port);
            await().atMost(Duration.ofSeconds(20)).ignoreExceptions().until(prometheus::isReady);
            return prometheus;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String targets(int... management) {
        return IntStream.of(management).mapToObj("'127.0.0.1:%d'"::formatted).collect(Collectors.joining(", "));
    }

    static int freePort() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private boolean isReady() {
        return client.get("/-/ready").status() == 200;
    }

    /** The series of its answer; none if nothing has that name. */
    JsonNode ask(String query) {
        JsonNode answer = client.get("/api/v1/query?query=" + URLEncoder.encode(query, StandardCharsets.UTF_8))
                .json();
        if (!answer.path("status").stringValue().equals("success")) {
            throw new AssertionError(query + ": " + answer);
        }
        return answer.at("/data/result");
    }

    Set<String> firing() {
        return alerts("ALERTS{alertstate=\"firing\"}").collect(Collectors.toSet());
    }

    /** All that fired since it was started, or do. */
    Set<String> fired() {
        return firedWithin(Duration.ofHours(1));
    }

    /** All that fired in the time before now, or do. */
    Set<String> firedWithin(Duration time) {
        return alerts("max_over_time(ALERTS{alertstate=\"firing\"}[%dms])".formatted(time.toMillis()))
                .collect(Collectors.toSet());
    }

    private Stream<String> alerts(String query) {
        return ask(query)
                .valueStream()
                .map(series -> series.at("/metric/alertname").stringValue());
    }

    @Override
    public void close() {
        process.destroyForcibly();
        await().until(() -> !process.isAlive());
    }
}
