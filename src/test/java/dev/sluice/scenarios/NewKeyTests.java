package dev.sluice.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.SluiceApplication;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** {@code java -jar sluice.jar key}: needs no settings, starts nothing, and is done. */
class NewKeyTests {

    @Test
    void arePrintedWithTheirHashAndNothingElse() throws IOException, InterruptedException {
        Process process = new ProcessBuilder(
                        ChildClasses.java(),
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        SluiceApplication.class.getName(),
                        "key")
                .redirectErrorStream(true)
                .start();

        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(process.waitFor(Duration.ofSeconds(20))).isTrue();
        assertThat(process.exitValue()).isZero();
        assertThat(output)
                .containsPattern("(?m)^sluice_[A-Za-z0-9_-]{43}$")
                .containsPattern("(?m)^sluice\\.clients\\[0]\\.key-sha256=[0-9a-f]{64}$")
                .hasLineCount(5);
    }
}
