package dev.sluice.scenarios;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.util.FileSystemUtils;

/** A PostgreSQL of a test's own, which can be stopped and comes back with all it had, where it was. */
final class StoppableDatabase implements AutoCloseable {

    private final Path directory = Files.createTempDirectory("sluice-postgres");
    private int port;
    private @Nullable EmbeddedPostgres running;

    StoppableDatabase() throws IOException {
        start();
    }

    void start() throws IOException {
        EmbeddedPostgres started = EmbeddedPostgres.builder()
                .setDataDirectory(directory)
                .setCleanDataDirectory(false)
                .setPort(port)
                .start();
        port = started.getPort();
        running = started;
    }

    void stop() throws IOException {
        if (running != null) {
            running.close();
            running = null;
        }
    }

    String url() {
        return "jdbc:postgresql://localhost:" + port + "/postgres?user=postgres";
    }

    /** The server, whose children are its connections. */
    ProcessHandle process() throws IOException {
        long id = Long.parseLong(
                Files.readAllLines(directory.resolve("postmaster.pid")).getFirst());
        return ProcessHandle.of(id).orElseThrow();
    }

    int port() {
        return port;
    }

    /** What makes a Sluice use it, and more. */
    String[] settings(String... more) {
        List<String> all = new ArrayList<>(List.of(
                "sluice.store.type=postgresql",
                "spring.datasource.url=" + url(),
                "spring.datasource.username=postgres"));
        all.addAll(List.of(more));
        return all.toArray(String[]::new);
    }

    @Override
    public void close() throws IOException {
        stop();
        FileSystemUtils.deleteRecursively(directory);
    }
}
