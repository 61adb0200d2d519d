package dev.sluice.scenarios;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.postgresql.Driver;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.SimpleDriverDataSource;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;
import org.springframework.jdbc.support.JdbcUtils;

/** The log as it stands in its tables, past every replica. */
final class ChaosLog implements AutoCloseable {

    private final StoppableDatabase database;
    private List<Connection> open = List.of();

    /** What stands in a row of the log. */
    record Row(long sequence, long at, String status, String body) {}

    /** A generation and all that is written of it. */
    record Story(String id, String prompt, String status, long sequence, List<Row> rows, Set<String> paidAs) {

        List<String> statuses() {
            return rows.stream().map(Row::status).toList();
        }

        @Override
        public String toString() {
            return "\"%s\" (%s, %s)".formatted(prompt, id, statuses());
        }
    }

    ChaosLog(StoppableDatabase database) {
        this.database = database;
    }

    /** What that owner has at one of these. */
    List<String> owned(String owner, String... statuses) {
        return db().sql("select id from generation where owner = :owner and status in (:statuses)")
                .params(Map.of("owner", owner, "statuses", List.of(statuses)))
                .query((row, _) -> row.getString("id"))
                .list();
    }

    /** What is under way and owned by none of them. */
    long ownedByOthersThan(List<String> owners) {
        return db().sql("""
            select count(*) from generation
            where status in ('submitting', 'processing', 'overdue') and owner not in (:owners)
            """).param("owners", owners).query(Long.class).single();
    }

    String prompt(String id) {
        return Client.JSON
                .readTree(db().sql("select request from generation where id = ?")
                        .param(id)
                        .query(String.class)
                        .single())
                .findValue("prompt")
                .stringValue();
    }

    List<Story> stories() {
        Map<String, List<Row>> rows = new HashMap<>();
        db().sql("select generation, sequence, at, status, body from event order by generation, sequence")
                .query(row -> {
                    rows.computeIfAbsent(row.getString("generation"), _ -> new ArrayList<>())
                            .add(new Row(
                                    row.getLong("sequence"),
                                    row.getLong("at"),
                                    row.getString("status"),
                                    row.getString("body")));
                });
        Map<String, Set<String>> paidAs = new HashMap<>();
        db().sql("select generation, upstream_id from receipt where upstream_id is not null")
                .query(row -> {
                    paidAs.computeIfAbsent(row.getString("generation"), _ -> new HashSet<>())
                            .add(row.getString("upstream_id"));
                });
        return db().sql("select id, request, status, sequence from generation order by id")
                .query((row, _) -> new Story(
                        row.getString("id"),
                        Client.JSON
                                .readTree(row.getString("request"))
                                .findValue("prompt")
                                .stringValue(),
                        row.getString("status"),
                        row.getLong("sequence"),
                        rows.getOrDefault(row.getString("id"), List.of()),
                        paidAs.getOrDefault(row.getString("id"), Set.of())))
                .list();
    }

    private JdbcClient db() {
        if (open.isEmpty() || !isAlive(open.getFirst())) {
            close();
            try {
                open = List.of(
                        new SimpleDriverDataSource(new Driver(), database.url(), "postgres", "").getConnection());
            } catch (SQLException e) {
                throw new IllegalStateException(e);
            }
        }
        return JdbcClient.create(new SingleConnectionDataSource(open.getFirst(), true));
    }

    private static boolean isAlive(Connection connection) {
        try {
            return connection.isValid(2);
        } catch (SQLException | DataAccessException e) {
            return false;
        }
    }

    @Override
    public void close() {
        open.forEach(JdbcUtils::closeConnection);
        open = List.of();
    }
}
