package dev.sluice.scenarios;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import dev.sluice.simulator.Simulator;
import dev.sluice.simulator.SimulatorSettings;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

/** What the first question to the image API shows to be wrong is said before anything is paid for. */
@Isolated
@ExtendWith(OutputCaptureExtension.class)
class FirstQuestionTests {

    private static final Duration PATIENCE = Duration.ofSeconds(20);

    @Test
    void saysThatTheUpstreamCannotBeReached(@TempDir Path store, CapturedOutput output) {
        try (var _ = sluice("http://127.0.0.1:1", store)) {
            await().atMost(PATIENCE)
                    .until(() -> output.toString()
                            .contains(
                                    "The image API cannot be asked: because=connection refused url=http://127.0.0.1:1."
                                            + " Look whether sluice.upstream.base-url is right"));
        }
    }

    @Test
    void saysThatTheAddressIsAnothers(@TempDir Path store, CapturedOutput output) throws IOException {
        HttpServer other = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0); // and knows no path
        other.start();
        String address = "http://127.0.0.1:" + other.getAddress().getPort();
        try (var _ = sluice(address, store)) {
            await().atMost(PATIENCE)
                    .until(() -> output.toString()
                            .contains("The image API cannot be asked: because=it answered 404 url=" + address));
        } finally {
            other.stop(0);
        }
    }

    @Test
    void saysThatTheUpstreamRefusesTheKeyAndNeverTheKey(@TempDir Path store, CapturedOutput output) {
        try (Simulator simulator = Simulator.start(SimulatorSettings.defaults());
                var _ = sluice(simulator.baseUrl().toString(), store)) {
            await().atMost(PATIENCE)
                    .until(() -> output.toString()
                            .contains(
                                    "The upstream refuses Sluice's key: answer=401. Correct sluice.upstream.api-key"));
        }
        assertThat(output).doesNotContain("canary", RunningSluice.ALICE);
    }

    private static RunningSluice sluice(String upstream, Path store) {
        return RunningSluice.inFrontOf(URI.create(upstream), store, "sluice.upstream.api-key=nb_canary");
    }
}
