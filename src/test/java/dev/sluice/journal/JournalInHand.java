package dev.sluice.journal;

import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;

/** A journal in a directory, by a clock of the test's own, for tests of other rooms. */
public final class JournalInHand implements AutoCloseable {

    private final SqliteStore store;
    private final Journal journal;

    public JournalInHand(Path directory, InstantSource clock) {
        store = SqliteStore.open(directory, 0);
        journal = new Journal(
                store, clock, new Keeping(Duration.ofDays(15), new Keeping.Idempotency(Duration.ofHours(24))));
    }

    public Journal journal() {
        return journal;
    }

    @Override
    public void close() {
        store.close();
    }
}
