package dev.sluice.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.sluice.generation.Generation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

class SqliteJournalTests extends JournalContract {

    @SuppressWarnings("NullAway.Init")
    private Path directory;

    @SuppressWarnings("NullAway.Init")
    private SqliteStore store;

    @SuppressWarnings("NullAway.Init")
    private Journal journal;

    @BeforeEach
    void open(@TempDir Path temp) {
        directory = temp;
        store = SqliteStore.open(directory);
        journal = new Journal(store, now::get);
    }

    @AfterEach
    void close() {
        store.close();
    }

    @Override
    Journal journal() {
        return journal;
    }

    @Test
    void stillHasEverythingAfterItWasOpenedAnew() {
        Generation before = open();

        store.close();
        open(directory);

        assertThat(get(journal.find(before.id()))).isEqualTo(before);
    }

    @Test
    void refusesADirectoryThatIsInUseAndNamesTheLock() {
        assertThatExceptionOfType(JournalUnavailable.class)
                .isThrownBy(() -> SqliteStore.open(directory))
                .withMessageContaining("process " + ProcessHandle.current().pid())
                .withMessageContaining(directory.resolve("lock").toString())
                .withMessageContaining("sluice.store.path");
    }

    @Test
    void refusesADirectoryThatIsNone() throws IOException {
        Path file = Files.writeString(directory.resolve("file"), "");

        assertThatExceptionOfType(JournalUnavailable.class)
                .isThrownBy(() -> SqliteStore.open(file))
                .withMessageContaining("sluice.store.path");
    }

    @Test
    void syncsEveryCommitToTheDisk() {
        assertThat(rows("pragma journal_mode")).containsExactly("wal");
        assertThat(rows("pragma synchronous")).containsExactly("2");
    }

    @Test
    void leavesItsNeighboursAloneWhenOnePieceOfWorkFails() {
        Mono<Integer> fails = store.write(
                db -> {
                    db.sql("insert into receipt values ('x', 1, null, 'undone')")
                            .update();
                    throw new IllegalStateException("on purpose");
                },
                _ -> {});
        Mono<Integer> works = store.write(
                db -> db.sql("insert into receipt values ('x', 1, null, 'kept')")
                        .update(),
                _ -> {});

        Flux.range(0, 40)
                .flatMap(i -> (i % 2 == 0 ? fails : works).onErrorComplete(IllegalStateException.class), 40)
                .blockLast();

        assertThat(rows("select answer from receipt")).hasSize(20).containsOnly("kept");
    }

    @Test
    void refusesWorkOnceItIsClosed() {
        store.close();

        assertThatExceptionOfType(JournalUnavailable.class)
                .isThrownBy(() -> store.write(_ -> 1, _ -> {}).block());
    }

    @Test
    void asksItsIndexesForTheNextInLine() {
        assertThat(rows("explain query plan select id from generation where status = 'queued' order by id limit 1"))
                .singleElement()
                .asString()
                .contains("generation_queued");
    }

    /** The last column of each row. */
    private List<String> rows(String sql) {
        return get(store.read(db -> db.sql(sql)
                .query((row, _) -> row.getString(row.getMetaData().getColumnCount()))
                .list()));
    }
}
