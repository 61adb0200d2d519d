package dev.sluice.scenarios;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.scenarios.Client.Answer;
import dev.sluice.simulator.Ledger;
import dev.sluice.simulator.Pace;
import dev.sluice.simulator.Simulator;
import dev.sluice.simulator.SimulatorSettings;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.util.FileSystemUtils;

/** The database dies, and its synchronous standby takes over. */
class FailoverTests {

    private static final Logger log = LoggerFactory.getLogger(FailoverTests.class);

    @Test
    void losesNothingThatWasAcknowledgedAndPaysNothingTwice(@TempDir Path folder) throws IOException, SQLException {
        Path primaryFiles = Files.createDirectory(folder.resolve("primary"));
        Path standbyFiles = folder.resolve("standby");
        server(primaryFiles, 0).start().close(); // makes the files that both begin with
        FileSystemUtils.copyRecursively(primaryFiles, standbyFiles);
        Files.setPosixFilePermissions(standbyFiles, PosixFilePermissions.fromString("rwx------"));
        try (EmbeddedPostgres primary = server(primaryFiles, 0)
                        .setServerConfig("synchronous_standby_names", "'*'")
                        .start();
                EmbeddedPostgres standby = standbyOf(primary, standbyFiles);
                Simulator simulator = Simulator.start(SimulatorSettings.defaults()
                        .withPace(Pace.fixed(Duration.ofMillis(400)))
                        .withCredits(100_000));
                RunningSluice sluice = RunningSluice.inFrontOf(simulator, folder, inFrontOf(primary, standby))) {
            List<String> ids = new ArrayList<>();
            IntStream.range(0, 30).forEach(i -> ids.add(sluice.alice().accepted("before " + i)));
            EventStream watched = sluice.alice().stream("/v1/generations/" + ids.getFirst() + "/events");
            await().until(() -> simulator.ledger().acceptedInAll() > 5);

            primary.close();
            CompletableFuture<Integer> meanwhile = sluice.alice()
                    .postLater("/v1/generations", Client.prompt("meanwhile"), "Prefer", "respond-async")
                    .thenApply(Answer::status);
            promote(standby);
            Instant promoted = Instant.now();
            await().atMost(Duration.ofSeconds(40)).ignoreExceptions().until(() -> {
                ids.add(sluice.alice().accepted("after"));
                return true;
            });
            log.info(
                    "Failover: accepting again {} ms after the standby was promoted",
                    Duration.between(promoted, Instant.now()).toMillis());

            assertThat(ids)
                    .allSatisfy(id -> assertThat(
                                    sluice.alice().ending(id).path("status").stringValue())
                            .isIn("completed", "unknown"));
            assertThat(meanwhile.join()).isIn(202, 503);
            assertThat(simulator.ledger().accepted())
                    .extracting(Ledger.Submit::prompt)
                    .doesNotHaveDuplicates();
            assertThat(watched.untilItEnds())
                    .extracting(EventStream.Event::id)
                    .isEqualTo(
                            sluice.alice().stream("/v1/generations/" + ids.getFirst() + "/events")
                                    .untilItEnds()
                                    .stream()
                                    .map(EventStream.Event::id)
                                    .toList());
        }
    }

    private static EmbeddedPostgres.Builder server(Path files, int port) {
        return EmbeddedPostgres.builder()
                .setDataDirectory(files)
                .setCleanDataDirectory(false)
                .setPort(port);
    }

    private static EmbeddedPostgres standbyOf(EmbeddedPostgres primary, Path files) throws IOException {
        Files.writeString(files.resolve("standby.signal"), "");
        return server(files, 0)
                .setServerConfig(
                        "primary_conninfo",
                        "'host=localhost port=%d user=postgres application_name=standby'".formatted(primary.getPort()))
                .start();
    }

    private static String[] inFrontOf(EmbeddedPostgres primary, EmbeddedPostgres standby) {
        return new String[] {
            "sluice.store.type=postgresql",
            "spring.datasource.url=jdbc:postgresql://localhost:%d,localhost:%d/postgres?targetServerType=primary"
                    .formatted(primary.getPort(), standby.getPort()),
            "spring.datasource.username=postgres",
            "sluice.store.lease=2s"
        };
    }

    private static void promote(EmbeddedPostgres standby) throws SQLException {
        try (Connection connection = standby.getPostgresDatabase().getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("select pg_promote(true, 20)");
        }
    }
}
