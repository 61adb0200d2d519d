package dev.sluice.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class KeptStatementsTests {

    private final List<String> compiled = new ArrayList<>();

    @SuppressWarnings("NullAway.Init")
    private Connection sqlite;

    @SuppressWarnings("NullAway.Init")
    private Connection connection;

    @BeforeEach
    void open() throws SQLException {
        sqlite = DriverManager.getConnection("jdbc:sqlite::memory:");
        connection = KeptStatements.of((Connection) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {Connection.class}, (_, method, arguments) -> {
                    if (method.getName().equals("prepareStatement")) {
                        compiled.add((String) arguments[0]);
                    }
                    return method.invoke(sqlite, arguments);
                }));
        sqlite.createStatement().execute("create table t (a integer not null)");
    }

    @AfterEach
    void close() throws SQLException {
        sqlite.close();
    }

    @Test
    void compilesAStatementOnce() throws SQLException {
        assertThat(one(1)).isEqualTo(1);
        assertThat(one(2)).isEqualTo(2);

        assertThat(compiled).hasSize(1);
    }

    @Test
    void remembersNoParameter() throws SQLException {
        one(1);

        try (PreparedStatement statement = connection.prepareStatement("select ?");
                ResultSet row = statement.executeQuery()) {
            assertThat(row.getObject(1)).isNull();
        }
    }

    @Test
    void lendsAStatementToOneAtATime() throws SQLException {
        try (PreparedStatement outer = connection.prepareStatement("select ?")) {
            outer.setInt(1, 1);
            try (ResultSet row = outer.executeQuery()) {
                assertThat(one(2)).isEqualTo(2);
                assertThat(row.getInt(1)).isEqualTo(1);
            }
        }

        assertThat(one(3)).isEqualTo(3);
        assertThat(compiled).hasSize(2);
    }

    @Test
    void compilesOneThatFailedAnew() throws SQLException {
        String sql = "insert into t values (?)";
        assertThatExceptionOfType(SQLException.class).isThrownBy(() -> {
            try (PreparedStatement statement = connection.prepareStatement(sql)) {
                statement.executeUpdate();
            }
        });

        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setInt(1, 1);
            assertThat(statement.executeUpdate()).isEqualTo(1);
        }
        assertThat(compiled).hasSize(2);
    }

    @Test
    void keepsNoMoreThanAHundred() throws SQLException {
        for (int i = 0; i < 101; i++) {
            connection.prepareStatement("select " + i).close();
        }
        compiled.clear();

        connection.prepareStatement("select 100").close();
        connection.prepareStatement("select 0").close();

        assertThat(compiled).containsExactly("select 0");
    }

    private int one(int number) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement("select ?")) {
            statement.setInt(1, number);
            try (ResultSet row = statement.executeQuery()) {
                return row.getInt(1);
            }
        }
    }
}
