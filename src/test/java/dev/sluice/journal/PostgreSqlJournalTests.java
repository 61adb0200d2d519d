package dev.sluice.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.springframework.boot.health.contributor.Status;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

@Order(3)
class PostgreSqlJournalTests extends JournalContract {

    private static final Duration LEASE = Duration.ofSeconds(2);

    @SuppressWarnings("NullAway.Init")
    private DatabaseProperties database;

    @SuppressWarnings("NullAway.Init")
    private PostgreSqlStore store;

    @SuppressWarnings("NullAway.Init")
    private Journal journal;

    @BeforeEach
    void openANewOne() {
        database = EmbeddedDatabase.anew();
        store = PostgreSqlStore.open(database, LEASE);
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
    void boundsEveryWaitForTheDatabaseAndWaitsForItsDisk() {
        assertThat(List.of(
                        "statement_timeout",
                        "lock_timeout",
                        "idle_in_transaction_session_timeout",
                        "default_transaction_isolation",
                        "tcp_keepalives_idle",
                        "synchronous_commit"))
                .extracting(setting -> rows("show " + setting).getFirst())
                .containsExactly("15s", "10s", "1s", "read committed", "5", "on");
    }

    @Test
    void asksItsIndexesFromTheFirstGenerationOnThoughNobodyHasCountedTheRows() {
        assertThat(List.of(
                        Line.HEADS,
                        Quota.REQUESTS.replaceAll(":\\w+", "'1'"),
                        "select count(*) from generation where " + Rows.IN_FLIGHT,
                        "select * from generation g join event e on e.generation = g.id where g.id in ('1', '2')"))
                .flatExtracting(statement -> rows("explain " + statement))
                .as("nothing is read from end to end")
                .noneMatch(step -> step.contains("Seq Scan on generation")
                        || step.contains("Seq Scan on event")
                        || step.contains("Hash Join")
                        || step.contains("Merge Join"));
    }

    @Test
    void sortsIdsByTheirBytesWhateverTheDatabaseDoes() {
        assertThat(rows("select 'a_b' < 'aA'")).as("how people sort").containsExactly("t");
        assertThat(rows("""
            select table_name || '.' || column_name from information_schema.columns
            where table_schema = 'public' and collation_name is null and data_type = 'text'
            and column_name not in ('request', 'body', 'answer', 'fingerprint')
            """)).isEmpty();
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
        assertThat(get(new JournalHealth(store).health()).getStatus()).isEqualTo(Status.DOWN);
    }

    @Test
    void refusesADatabaseOfANewerVersionByName() {
        get(store.write(db -> db.sql("""
            insert into flyway_schema_history (installed_rank, version, description, type, script, checksum,
            installed_by, installed_on, execution_time, success)
            values (99, '99', 'from the future', 'SQL', 'V99__x.sql', 1, 'x', now(), 1, true)
            """).update(), _ -> {}));

        assertThatExceptionOfType(JournalUnavailable.class)
                .isThrownBy(() -> PostgreSqlStore.open(database, LEASE))
                .withMessageContaining("written by a newer Sluice")
                .withMessageContaining("version 99");
    }

    @Test
    void saysWhichPropertyIsWrong() {
        assertThatExceptionOfType(IllegalArgumentException.class)
                .isThrownBy(() -> new PostgreSqlDatabase(new DatabaseProperties(null, null, null), "a", LEASE))
                .withMessageContaining("spring.datasource.url")
                .withMessageContaining("sluice.store.type");
        assertThatExceptionOfType(JournalUnavailable.class)
                .isThrownBy(() -> PostgreSqlStore.open(
                        new DatabaseProperties(database.url() + "_not_there", "postgres", ""), LEASE))
                .withMessageContaining("spring.datasource.url")
                .withMessageContaining("does not exist");
    }

    /** The last column of each row. */
    private List<String> rows(String sql) {
        return get(store.read(db -> db.sql(sql)
                .query((row, _) -> row.getString(row.getMetaData().getColumnCount()))
                .list()));
    }
}
