package dev.sluice.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.sluice.generation.CallerId;
import dev.sluice.generation.Generation;
import dev.sluice.generation.GenerationEvent.Cancelled;
import dev.sluice.generation.GenerationEvent.Unknown;
import dev.sluice.generation.GenerationId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.health.contributor.Status;
import org.springframework.jdbc.core.simple.JdbcClient;
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
        store = SqliteStore.open(directory, 0);
        journal = new Journal(store, now::get, keeping());
    }

    @AfterEach
    void close() {
        store.close();
    }

    private static Keeping keeping() {
        return new Keeping(Duration.ofDays(15), new Keeping.Idempotency(Duration.ofHours(24)));
    }

    @Override
    Journal journal() {
        return journal;
    }

    @Override
    Deliveries deliveries() {
        return new Deliveries(store, now::get);
    }

    @Override
    Journal restored() {
        return new Journal(store, now::get, keeping(), true);
    }

    @Test
    void stillHasEverythingAfterItWasOpenedAnew() {
        Generation before = open();

        store.close();
        open(directory);

        assertThat(get(journal.find(before.id()))).isEqualTo(before);
    }

    @Test
    void withdrawsWhatWasQueuedForARequestThatDiedWithItsProcess() {
        Generation held = get(journal.open(Openings.held(ME))).first();
        Generation other = open();

        assertThat(get(journal.adopt(journal.owner(), Duration.ofHours(1), _ -> new Unknown(WHY, 1))))
                .as("its own process lives")
                .isEmpty();
        get(journal.adopt("b", Duration.ofHours(1), _ -> new Unknown(WHY, 1)));

        assertThat(get(journal.find(held.id())).status()).isEqualTo(dev.sluice.generation.Status.CANCELLED);
        assertThat(get(journal.find(other.id())).status()).isEqualTo(dev.sluice.generation.Status.QUEUED);
    }

    @Test
    void refusesADirectoryThatIsInUseAndNamesTheLock() {
        assertThatExceptionOfType(JournalUnavailable.class)
                .isThrownBy(() -> SqliteStore.open(directory, 0))
                .withMessageContaining("process " + ProcessHandle.current().pid())
                .withMessageContaining(directory.resolve("lock").toString())
                .withMessageContaining("sluice.store.path");
    }

    @Test
    void refusesADirectoryThatIsNone() throws IOException {
        Path file = Files.writeString(directory.resolve("file"), "");

        assertThatExceptionOfType(JournalUnavailable.class)
                .isThrownBy(() -> SqliteStore.open(file, 0))
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
                    db.sql("insert into receipt values ('x', 1, null, null, null, 'undone')")
                            .update();
                    throw new IllegalStateException("on purpose");
                },
                _ -> {});
        Mono<Integer> works = store.write(
                db -> db.sql("insert into receipt values ('x', 1, null, null, null, 'kept')")
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
        assertThat(rows("explain query plan " + Line.HEADS))
                .as("nothing is read from end to end")
                .noneMatch(step -> step.startsWith("SCAN g") || step.contains("generation_queued"))
                .anyMatch(step -> step.contains("generation_in_line (caller=? AND priority=?)"));
    }

    @Test
    void countsWhatAnOlderVersionAcceptedAgainstTheQuota() {
        open();
        open();
        get(store.write(db -> db.sql("update generation set nth = null").update(), _ -> {}));
        now.updateAndGet(before -> before.plusSeconds(20));
        open();

        assertThat(get(journal.quota(ME, Openings.PLENTY)).requests()).isEqualTo(3);
        now.updateAndGet(before -> before.plusSeconds(40));
        assertThat(get(journal.quota(ME, Openings.PLENTY)).requests()).isEqualTo(1);
    }

    @Test
    void asksItsIndexesForTheRequestsOfTheLastMinute() {
        assertThat(rows("explain query plan " + Quota.REQUESTS.replaceAll(":\\w+", "1")))
                .as("nothing is read but the ends of an index")
                .noneMatch(step -> step.startsWith("SCAN g"))
                .allMatch(step -> !step.startsWith("SEARCH")
                        || step.contains("generation_by_nth (caller=?)")
                        || step.contains("generation_by_nth (caller=? AND nth=? AND created_at>?)")
                        || step.contains("generation_by_quota (caller=? AND created_at>?)"))
                .filteredOn(step -> step.contains("generation_by_nth (caller=?)"))
                .as("only for the newest: what looks there for anything else reads all that the caller ever had")
                .hasSize(1);
    }

    @Test
    void beginsNothingNewWhenLittleRoomIsLeftAndStillWritesWhatIsUnderWay() {
        open();
        Hold hold = get(journal.claimNext("a", Openings.upTo(10), 1).next());
        store.close();
        store = SqliteStore.open(directory, Long.MAX_VALUE);
        journal = new Journal(store, now::get, keeping());

        assertThatExceptionOfType(JournalUnavailable.class).isThrownBy(this::open);
        assertThat(journal.claimNext("a", Openings.upTo(10), 1).next().block()).isNull();
        assertThat(get(new JournalHealth(store).health()).getStatus()).isEqualTo(Status.OUT_OF_SERVICE);
        assertThat(journal.append(hold, new Cancelled()).block()).isNotNull();
    }

    @Test
    void acknowledgesNothingThatADiskHadNoRoomFor() {
        Generation before = open();
        int refused = 0;
        List<GenerationId> acknowledged = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            if (i % 20 == 0) { // a connection that failed is replaced, and the new one does not know the limit
                get(store.write(db -> setMostPages(db, 40), _ -> {}));
            }
            try {
                acknowledged.add(open().id());
            } catch (JournalUnavailable noRoom) {
                refused++;
            }
        }

        assertThat(refused).isPositive();
        assertThat(acknowledged)
                .isNotEmpty()
                .allSatisfy(id -> assertThat(journal.find(id).block()).isNotNull());
        assertThat(get(journal.find(before.id()))).isEqualTo(before);
        assertThat(rows("select count(*) from generation")).containsExactly("" + (acknowledged.size() + 1));
    }

    private static Integer setMostPages(JdbcClient db, int pages) {
        return db.sql("pragma max_page_count = " + pages).query(Integer.class).single();
    }

    @Test
    void upgradesAStoreOfThePreviousVersionAndKeepsACopyOfIt(@TempDir Path old) throws SQLException, IOException {
        SqliteFiles files = new SqliteFiles(old);
        Flyway.configure()
                .dataSource(files.database())
                .locations("classpath:journal")
                .target("1")
                .load()
                .migrate();
        try (Connection connection = files.database().getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("""
                insert into generation (id, caller, request, priority, status, sequence, epoch, created_at, wait_until)
                values ('gen_01jd0000000000000000000000', 'me', '{"prompt":"old","referenceImages":0,"body":"{}",
                "priority":"INTERACTIVE","metadata":{}}', 'interactive', 'queued', 1, 0, 1, 99999999999999)\
                """);
            statement.execute("insert into event values ('gen_01jd0000000000000000000000', 1, 1, 'queued', '{}')");
        }
        store.close();

        store = SqliteStore.open(old, 0);
        journal = new Journal(store, now::get, keeping());

        assertThat(get(journal.claimNext("a", Openings.upTo(10), 1).next())
                        .generation()
                        .request()
                        .prompt())
                .isEqualTo("old");
        assertThat(openWith("k")).isEqualTo(openWith("k"));
        assertThat(old.resolve("sluice-before-v8.db")).isNotEmptyFile();
    }

    @Test
    void refusesAStoreOfANewerVersionByName() throws SQLException {
        store.write(db -> db.sql("""
            insert into flyway_schema_history (installed_rank, version, description, type, script, checksum,
            installed_by, installed_on, execution_time, success)
            values (99, '99', 'from the future', 'SQL', 'V99__x.sql', 1, 'x', '2030-01-01 00:00:00.000', 1, 1)\
            """).update(), _ -> {}).block();
        store.close();

        assertThatExceptionOfType(JournalUnavailable.class)
                .isThrownBy(() -> SqliteStore.open(directory, 0))
                .withMessageContaining("written by a newer Sluice")
                .withMessageContaining("version 99");
    }

    private GenerationId openWith(String key) {
        return get(journal.open(Openings.one(
                        new CallerId("me"), request(), Duration.ofHours(1), 10, new Opening.Key("/p", key, "body"))))
                .first()
                .id();
    }

    /** The last column of each row. */
    private List<String> rows(String sql) {
        return get(store.read(db -> db.sql(sql)
                .query((row, _) -> row.getString(row.getMetaData().getColumnCount()))
                .list()));
    }
}
