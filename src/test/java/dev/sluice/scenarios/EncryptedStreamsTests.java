package dev.sluice.scenarios;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.simulator.Simulator;
import dev.sluice.simulator.SimulatorSettings;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who lets Sluice itself speak TLS has streams too: what goes past the codec must not go past the encryption. */
class EncryptedStreamsTests {

    private static final String PASSWORD = "of-a-test";
    private static final int MORE_THAN_A_FEW = 80;
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @Test
    void tellsACrowdThroughTls(@TempDir Path directory) throws Exception {
        Path keys = keys(directory);
        HttpClient callers = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .sslContext(trusting(keys))
                .build();
        try (Simulator simulator = Simulator.start(SimulatorSettings.defaults());
                RunningSluice sluice = RunningSluice.inFrontOf(
                        simulator,
                        directory,
                        "server.ssl.key-store=" + keys,
                        "server.ssl.key-store-password=" + PASSWORD,
                        "sluice.stream.max-per-client=" + MORE_THAN_A_FEW)) {
            simulator.faults().pollsOf("told in secret").answer(500); // it lasts until all of them watch
            URI generations = URI.create("https://127.0.0.1:" + sluice.api().getPort() + "/v1/generations");
            String location = callers.send(accepted(generations), BodyHandlers.discarding())
                    .headers()
                    .firstValue("Location")
                    .orElseThrow();

            List<CompletableFuture<HttpResponse<String>>> streams = Stream.generate(
                            () -> callers.sendAsync(stream(generations.resolve(location)), BodyHandlers.ofString()))
                    .limit(MORE_THAN_A_FEW)
                    .toList();
            await().untilAsserted(() -> assertThat(open(sluice)).isEqualTo(MORE_THAN_A_FEW));
            simulator.faults().clear();

            for (CompletableFuture<HttpResponse<String>> stream : streams) {
                assertThat(stream.get(PATIENCE.toSeconds(), TimeUnit.SECONDS).body())
                        .containsSubsequence("event: processing", "event: completed");
            }
        } finally {
            callers.shutdownNow();
        }
    }

    private static double open(RunningSluice sluice) {
        return sluice.part(MeterRegistry.class)
                .get("sluice.stream.open")
                .gauge()
                .value();
    }

    private static HttpRequest accepted(URI generations) {
        return HttpRequest.newBuilder(generations)
                .timeout(PATIENCE)
                .header("Authorization", "Bearer " + RunningSluice.ALICE)
                .header("Content-Type", "application/json")
                .header("Prefer", "respond-async")
                .POST(BodyPublishers.ofString("{\"prompt\":\"told in secret\"}"))
                .build();
    }

    private static HttpRequest stream(URI generation) {
        return HttpRequest.newBuilder(URI.create(generation + "/events"))
                .timeout(PATIENCE)
                .header("Authorization", "Bearer " + RunningSluice.ALICE)
                .header("Accept", "text/event-stream")
                .build();
    }

    private static Path keys(Path directory) throws IOException, InterruptedException {
        Path keys = directory.resolve("keys.p12");
        Process keytool = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString(),
                        "-genkeypair",
                        "-alias",
                        "sluice",
                        "-keyalg",
                        "EC",
                        "-dname",
                        "CN=sluice",
                        "-ext",
                        "san=ip:127.0.0.1",
                        "-keystore",
                        keys.toString(),
                        "-storepass",
                        PASSWORD)
                .redirectErrorStream(true)
                .start();
        String said = new String(keytool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(keytool.waitFor()).as(said).isZero();
        return keys;
    }

    /** The certificate in there, and no other. */
    private static SSLContext trusting(Path keys) throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        try (InputStream bytes = Files.newInputStream(keys)) {
            store.load(bytes, PASSWORD.toCharArray());
        }
        KeyStore trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        trusted.setCertificateEntry("sluice", store.getCertificate("sluice"));
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(trusted);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, trust.getTrustManagers(), null);
        return context;
    }
}
