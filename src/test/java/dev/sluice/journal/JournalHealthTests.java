package dev.sluice.journal;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;
import org.springframework.boot.health.contributor.Status;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

@Isolated
class JournalHealthTests {

    @Test
    void isUpWhileTheLogCanBeWrittenAndLeavesNothingBehind(@TempDir Path directory) {
        try (SqliteStore store = SqliteStore.open(directory, 0)) {
            assertThat(status(store)).isEqualTo(Status.UP);
            assertThat(store.read(db -> db.sql("select count(*) from receipt")
                                    .query(Integer.class)
                                    .single())
                            .block())
                    .isZero();
        }
    }

    @Test
    void isDownWhenItCannot(@TempDir Path directory) {
        SqliteStore store = SqliteStore.open(directory, 0);
        store.close();

        assertThat(status(store)).isEqualTo(Status.DOWN);
    }

    @Test
    void isDownWhenNobodyAnswersInTime() {
        StepVerifier.withVirtualTime(() -> new JournalHealth(new StuckStore()).health())
                .thenAwait(Duration.ofSeconds(1))
                .expectNextMatches(health -> health.getStatus().equals(Status.DOWN))
                .verifyComplete();
    }

    private static Status status(Store store) {
        return Objects.requireNonNull(new JournalHealth(store).health().block()).getStatus();
    }

    /** As on a disk that hangs. */
    private static final class StuckStore implements Store {

        @Override
        public <T> Mono<T> write(Work<T> work, Consumer<? super T> committed) {
            return Mono.never();
        }

        @Override
        public <T> Mono<T> write(Turn turn, Work<T> work, Consumer<? super T> committed) {
            return Mono.never();
        }

        @Override
        public <T> Mono<T> read(Work<T> work) {
            return Mono.never();
        }

        @Override
        public boolean hasRoom() {
            return true;
        }

        @Override
        public Lease lease() {
            return new SoleOwner();
        }

        @Override
        public void tellOthers(Hint hint) {}

        @Override
        public void onHint(Consumer<Hint> listener) {}

        @Override
        public void close() {}
    }
}
