package dev.sluice.journal;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.sluice.generation.GenerationEvent.Completed;
import dev.sluice.generation.GenerationEvent.Processing;
import dev.sluice.generation.GenerationId;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.JdbcTemplate;

/**
 * What one whole generation costs the log, counted: it does not depend on the machine. The bounds are what it was when
 * they were written; whoever has to raise one knows what for.
 */
@Isolated // every statement of the process is counted
class StatementsOfAGenerationTests {

    private static final int MOST_STATEMENTS = 27;

    /** To accept it, to claim it, to write what became of its submit, and its ending. */
    private static final int MOST_PIECES_OF_WORK = 4;

    private static final Limit WIDE = new Limit(100, 0, false, Instant.EPOCH, Instant.EPOCH);

    private final Logger told = (Logger) LoggerFactory.getLogger(JdbcTemplate.class);
    private final ListAppender<ILoggingEvent> statements = new ListAppender<>();
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();

    @SuppressWarnings("NullAway.Init")
    private SqliteStore store;

    @SuppressWarnings("NullAway.Init")
    private Journal journal;

    @BeforeEach
    void open(@TempDir Path directory) {
        store = SqliteStore.open(directory, 0, new JournalMeters(meters));
        journal = new Journal(
                store,
                InstantSource.system(),
                new Keeping(Duration.ofDays(15), new Keeping.Idempotency(Duration.ofHours(24))));
        statements.start();
        told.addAppender(statements);
        told.setLevel(Level.DEBUG);
        told.setAdditive(false);
    }

    @AfterEach
    void close() {
        told.setAdditive(true);
        told.setLevel(null);
        told.detachAppender(statements);
        store.close();
    }

    @Test
    void areNoMoreThanTheyWere() {
        live(); // the first of all learns the limit
        statements.list.clear();
        double before = piecesOfWork();

        live();

        assertThat(piecesOfWork() - before).isLessThanOrEqualTo(MOST_PIECES_OF_WORK);
        assertThat(statements()).hasSizeLessThanOrEqualTo(MOST_STATEMENTS);
    }

    @Test
    void areAsManyHoweverManyWentBefore() {
        live();
        statements.list.clear();
        live();
        List<String> second = statements();

        for (int i = 0; i < 100; i++) {
            statements.list.clear();
            live();
        }

        assertThat(statements()).isEqualTo(second);
    }

    /** All that the log is asked for one generation whose caller watches it, and whose upstream has it ready at once. */
    private void live() {
        GenerationId id = JournalContract.get(journal.open(Openings.held(JournalContract.ME)))
                .first()
                .id();
        JournalContract.get(journal.findAll(List.of(id), JournalContract.ME));
        int claimable = JournalContract.get(journal.claimable(Openings.upTo(100), 16));
        Hold submitting = JournalContract.get(
                journal.claimNext("a", Openings.upTo(100), claimable).next());
        Hold processing = JournalContract.get(
                journal.append(submitting, new Processing("up", 1L, 99L, "{}"), new Receipt("up", 1L, 99L, "{}", "a")));
        JournalContract.get(journal.learn(WIDE, (known, _) -> known));
        JournalContract.get(journal.append(processing, new Completed(List.of("https://example.com/1.png"), "{}")));
    }

    private List<String> statements() {
        return statements.list.stream()
                .map(ILoggingEvent::getFormattedMessage)
                .filter(message -> message.startsWith("Executing prepared SQL statement"))
                .toList();
    }

    /** Each has a savepoint; those of different generations share their commits. */
    private double piecesOfWork() {
        return meters.get(JournalMeters.SIZE).summary().totalAmount();
    }
}
