package dev.sluice.journal;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.simple.JdbcClient;
import reactor.core.publisher.MonoSink;

/** One piece of work on its way through a {@link GroupCommit}: either it begins, or it is given up and never does. */
final class Ticket<T> {

    private static final Logger log = LoggerFactory.getLogger(Ticket.class);

    private final Store.Work<T> work;
    private final Consumer<? super T> committed;
    private final MonoSink<T> answer;
    private final AtomicBoolean decided = new AtomicBoolean();
    private @Nullable T result;
    private @Nullable RuntimeException refused;

    Ticket(Store.Work<T> work, Consumer<? super T> committed, MonoSink<T> answer) {
        this.work = work;
        this.committed = committed;
        this.answer = answer;
    }

    /** Whether it is still to be done. */
    boolean begin() {
        return decided.compareAndSet(false, true);
    }

    void giveUp() {
        if (decided.compareAndSet(false, true)) {
            answer.error(JournalUnavailable.tooBusy());
        }
    }

    /** Does the work behind a savepoint: what it began is undone if it fails, and nothing else. */
    void run(Connection connection, JdbcClient db) throws SQLException {
        var before = connection.setSavepoint();
        try {
            result = work.with(db);
        } catch (DataAccessException e) {
            connection.rollback(before);
            refused = new JournalUnavailable("The log cannot be written: " + e.getMessage(), e);
        } catch (RuntimeException e) {
            connection.rollback(before);
            refused = e;
        }
        connection.releaseSavepoint(before);
    }

    /** Its transaction is committed: answers. */
    void committed() {
        if (refused != null) {
            answer.error(refused);
        } else if (result != null) {
            tell(result);
            answer.success(result);
        } else {
            answer.success();
        }
    }

    /** What is committed stays committed and is answered so, whatever a listener makes of it. */
    private void tell(T result) {
        try {
            committed.accept(result);
        } catch (RuntimeException | Error e) {
            log.error("A listener to the log failed", e);
        }
    }

    /** Its transaction could not be committed: answers that. */
    void lost(JournalUnavailable why) {
        answer.error(refused == null ? why : refused);
    }
}
