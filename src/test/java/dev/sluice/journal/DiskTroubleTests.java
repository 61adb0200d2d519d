package dev.sluice.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.sluice.generation.CallerId;
import dev.sluice.generation.Generation;
import dev.sluice.generation.GenerationEvent.Processing;
import dev.sluice.generation.GenerationId;
import dev.sluice.generation.Priority;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.publisher.Mono;

/** A store that cannot be written for a while, and then can again. */
@SuppressWarnings("NullAway.Init")
class DiskTroubleTests {

    private Path directory;
    private SqliteStore store;
    private Journal journal;
    private final List<Generation> told = new CopyOnWriteArrayList<>();

    @BeforeEach
    void open(@TempDir Path temp) {
        directory = temp;
        store = SqliteStore.open(directory, 0);
        journal = new Journal(
                store,
                InstantSource.system(),
                new Keeping(Duration.ofDays(15), new Keeping.Idempotency(Duration.ofHours(24))));
        journal.onCommit(told::add);
    }

    @AfterEach
    void close() {
        store.close();
    }

    @Test
    void writesTellsAndLosesNothingWhileItIsReadOnlyAndGoesOnAfterwards() {
        Generation before = accept();
        Hold claimed =
                JournalContract.get(journal.claimNext("a", Openings.upTo(10), 1).next());
        accept(); // so that there is one to claim
        told.clear();

        for (Mono<?> write : writes(claimed)) {
            makeReadOnly();
            assertThatExceptionOfType(JournalUnavailable.class).isThrownBy(write::block);
        }

        assertThat(told).isEmpty();
        assertThat(JournalContract.get(journal.find(before.id()))).isEqualTo(claimed.generation());
        assertThatItGoesOn(claimed);
    }

    /** Who wants the store gets it between two commits: the first of them is written, whatever becomes of the second. */
    @Test
    void refusesNothingThatItHasWrittenWhenSomebodyElseComesBetweenTwoCommits() throws Exception {
        List<GenerationId> acknowledged = new ArrayList<>(List.of(accept().id()));
        CompletableFuture<Connection> other = CompletableFuture.supplyAsync(this::lock);
        int refused = 0;
        while (refused == 0) {
            try {
                acknowledged.add(accept().id());
            } catch (JournalUnavailable locked) {
                refused++;
            }
        }

        other.get(1, TimeUnit.SECONDS).close();

        assertThat(acknowledged)
                .allSatisfy(id -> assertThat(journal.find(id).block()).isNotNull());
        assertThat(JournalContract.get(journal.counts()).queued()).isEqualTo(acknowledged.size());
        assertThat(told).hasSameSizeAs(acknowledged);
    }

    private List<Mono<?>> writes(Hold claimed) {
        return List.of(
                journal.open(opening()),
                journal.claimNext("b", Openings.upTo(10), 1).next(),
                journal.append(claimed, new Processing("up", 1L, null, "{}")),
                journal.withdraw(claimed.id()),
                journal.forgetWhatIsOld());
    }

    private void assertThatItGoesOn(Hold claimed) {
        Hold processing = JournalContract.get(journal.append(claimed, new Processing("up", 1L, null, "{}")));
        Generation next = accept();

        assertThat(processing.generation().log()).hasSize(3);
        assertThat(told).containsExactly(processing.generation(), next);
    }

    /** As it is for a moment between a remount and the next: of a connection that failed none is left. */
    private void makeReadOnly() {
        JournalContract.get(store.write(db -> db.sql("pragma query_only = true").update(), _ -> {}));
    }

    /** Asks until it gets it, as impatiently as it can. */
    private Connection lock() {
        try {
            Connection other = DriverManager.getConnection("jdbc:sqlite:" + directory.resolve("sluice.db"));
            try (Statement statement = other.createStatement()) {
                statement.execute("pragma busy_timeout = 0");
                while (true) {
                    try {
                        statement.execute("begin immediate");
                        return other;
                    } catch (SQLException locked) {
                        Thread.onSpinWait();
                    }
                }
            }
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private Generation accept() {
        return JournalContract.get(journal.open(opening())).first();
    }

    private static Opening opening() {
        return Openings.one(
                new CallerId("me"), Openings.request(Priority.INTERACTIVE), Duration.ofHours(1), 1_000_000, null);
    }
}
