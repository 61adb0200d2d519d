package dev.sluice.journal;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.support.JdbcUtils;

/**
 * A connection to SQLite that compiles a statement once: what is closed is kept, and lent to whoever prepares the same text
 * next. SQLite's driver keeps none and compiled the 28 statements of each generation anew. For one thread at a time.
 */
final class KeptStatements implements InvocationHandler {

    /** More than are in use; texts that are made up, such as lists of any length, must not fill the memory. */
    private static final int MOST = 100;

    private final Connection connection;
    private final Map<String, PreparedStatement> kept = new LinkedHashMap<>(MOST, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, PreparedStatement> eldest) {
            boolean isOneTooMany = size() > MOST;
            if (isOneTooMany) {
                JdbcUtils.closeStatement(eldest.getValue());
            }
            return isOneTooMany;
        }
    };

    private KeptStatements(Connection connection) {
        this.connection = connection;
    }

    static Connection of(Connection connection) {
        return proxy(Connection.class, new KeptStatements(connection));
    }

    private static <T> T proxy(Class<T> type, InvocationHandler handler) {
        return type.cast(Proxy.newProxyInstance(KeptStatements.class.getClassLoader(), new Class<?>[] {type}, handler));
    }

    @Override
    public @Nullable Object invoke(Object self, Method method, Object @Nullable [] arguments) throws Throwable {
        return method.getName().equals("prepareStatement") && arguments != null && arguments.length == 1
                ? lend((String) arguments[0])
                : call(connection, method, arguments);
    }

    private PreparedStatement lend(String sql) throws SQLException {
        PreparedStatement before = kept.remove(sql); // while it is out nobody else has it
        return proxy(
                PreparedStatement.class, new Loan(sql, before == null ? connection.prepareStatement(sql) : before));
    }

    private static @Nullable Object call(Object target, Method method, Object @Nullable [] arguments) throws Throwable {
        try {
            return method.invoke(target, arguments);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }

    /** A statement in use. One that failed is not kept: the driver may have let go of it already. */
    private final class Loan implements InvocationHandler {

        private final String sql;
        private final PreparedStatement statement;
        private boolean hasFailed;
        private boolean isGivenBack;

        Loan(String sql, PreparedStatement statement) {
            this.sql = sql;
            this.statement = statement;
        }

        @Override
        public @Nullable Object invoke(Object self, Method method, Object @Nullable [] arguments) throws Throwable {
            if (method.getName().equals("close")) {
                giveBack();
                return null;
            }
            try {
                return call(statement, method, arguments);
            } catch (Throwable e) {
                hasFailed = true;
                throw e;
            }
        }

        private void giveBack() throws SQLException {
            if (!isGivenBack) {
                isGivenBack = true;
                statement.clearParameters();
                if (hasFailed || kept.putIfAbsent(sql, statement) != null) {
                    statement.close();
                }
            }
        }
    }
}
