package dev.sluice.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.sluice.access.ClientProperties.Client;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

/** A file of callers that is wrong for a while. */
@Isolated
@ExtendWith(OutputCaptureExtension.class)
@SuppressWarnings("NullAway.Init")
class RosterTests {

    private static final Duration READ_AGAIN = Duration.ofMillis(20);
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final String WARNING = "The file of callers is not followed, and the last known stay";
    private static final String ALICE = "- {id: alice, key: alice-key-in-the-file}\n";
    private static final String BOB = "- {id: bob, key: bob-key-in-the-file}\n";

    @TempDir
    Path folder;

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private Path file;
    private Roster roster;

    @BeforeEach
    void start() throws IOException {
        file = folder.resolve("callers.yaml");
        write(ALICE + BOB);
        roster = new Roster(new ClientProperties(List.of(), file), false, READ_AGAIN);
        new AccessMeters(registry, roster);
    }

    @AfterEach
    void stop() {
        roster.close();
    }

    @Test
    void keepsWhoItKnewWhileTheFileIsBrokenOrGoneAndSaysSoOnceForEach(CapturedOutput output) throws IOException {
        assertThat(isStale()).isFalse();

        write("- {id: alice, key: alice-key-in-the-file, wieght: 2}\n");
        await().atMost(PATIENCE).until(this::isStale);
        assertThat(names()).containsExactly("alice", "bob");

        Files.delete(file);
        await().atMost(PATIENCE).until(() -> output.getAll().contains("it cannot be read: NoSuchFileException"));
        assertThat(names()).containsExactly("alice", "bob");

        write(ALICE + BOB);
        await().atMost(PATIENCE).until(() -> !isStale());
        assertThat(output.getAll().split(WARNING, -1))
                .as("one line for each thing that is wrong")
                .hasSize(3);
        assertThat(output.getAll())
                .contains("sluice.clients[0].wieght is not a setting of a caller")
                .doesNotContain("key-in-the-file");
    }

    @Test
    void refusesToStartWithAFileThatIsWrongOrMissing() throws IOException {
        write("- {id: alice}\n");
        assertThatThrownBy(this::anew).hasMessageContaining("sluice.clients[n].key of alice is missing");

        Files.delete(file);
        assertThatThrownBy(this::anew).hasMessageContaining("sluice.clients-file must name a file that can be read");
    }

    private void anew() {
        new Roster(new ClientProperties(List.of(), file), false, READ_AGAIN).close();
    }

    private void write(String callers) throws IOException {
        Files.writeString(file, "sluice.clients:\n" + callers);
    }

    private List<String> names() {
        return roster.now().clients().stream().map(Client::name).toList();
    }

    private boolean isStale() {
        return registry.get(AccessMeters.STALE).gauge().value() == 1;
    }
}
