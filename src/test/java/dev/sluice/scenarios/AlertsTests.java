package dev.sluice.scenarios;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Each alert in a real Prometheus, over a Sluice to which the very thing happens that it warns of. Minutes long:
 * {@code mvn -Pcrash verify -Dtest=AlertsTests}. An ordinary build sees some of them in {@link PrometheusTests}.
 */
@Needs(value = "prometheus", installedBy = "apt-get install prometheus")
class AlertsTests {

    private static final Logger log = LoggerFactory.getLogger(AlertsTests.class);

    @Test
    void haveATroubleEach() {
        assertThat(Stream.of(AlertTrouble.values()).map(AlertTrouble::alert))
                .containsExactlyInAnyOrderElementsOf(
                        AlertRules.all().stream().map(AlertRules.Alert::name).toList());
    }

    @ParameterizedTest
    @EnumSource
    @Tag("long")
    void fireWhileSomethingIsWrongAndResolveOnceItIsMended(AlertTrouble trouble, @TempDir Path directory) {
        try (AlertScene scene = new AlertScene(directory)) {
            assertThat(scene.firing()).doesNotContain(trouble.alert());

            long begun = System.nanoTime();
            trouble.begin(scene);
            await().atMost(AlertScene.PATIENCE)
                    .untilAsserted(
                            () -> assertThat(scene.firedWithin(since(begun))).contains(trouble.alert()));
            long fired = System.nanoTime();
            trouble.mend(scene);
            await().atMost(AlertScene.PATIENCE)
                    .untilAsserted(() -> assertThat(scene.firing()).doesNotContain(trouble.alert()));

            log.info(
                    "Alert seen: name={} firedAfter={} resolvedAfter={}",
                    trouble.alert(),
                    seconds(fired - begun),
                    seconds(System.nanoTime() - fired));
        }
    }

    private static Duration since(long nanos) {
        return Duration.ofNanos(System.nanoTime() - nanos).plusMillis(1);
    }

    private static String seconds(long nanos) {
        return "%.1fs".formatted(Duration.ofNanos(nanos).toMillis() / 1000.0);
    }
}
