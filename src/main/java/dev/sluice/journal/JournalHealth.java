package dev.sluice.journal;

import java.time.Duration;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.ReactiveHealthIndicator;
import reactor.core.publisher.Mono;

/**
 * Whether the log can be written: without it nothing can be accepted, so a process whose log cannot is not ready. It is
 * found out by a commit that changes pages and leaves nothing, since a full disk lets empty ones pass.
 */
final class JournalHealth implements ReactiveHealthIndicator {

    /** As long as probes usually wait. */
    private static final Duration PATIENCE = Duration.ofSeconds(1);

    private final Store store;

    JournalHealth(Store store) {
        this.store = store;
    }

    @Override
    public Mono<Health> health() {
        return store.write(
                        db -> {
                            db.sql("insert into receipt (generation, at, answer) values ('probe', 0, '')")
                                    .update();
                            db.sql("delete from receipt where generation = 'probe'")
                                    .update();
                            return store.hasRoom();
                        },
                        _ -> {})
                .timeout(PATIENCE)
                .map(hasRoom -> hasRoom
                        ? Health.up().build()
                        : Health.outOfService()
                                .withDetail("reason", "less room is left than sluice.store.least-free-space")
                                .build())
                .onErrorResume(e -> Mono.just(Health.down(e).build()))
                .checkpoint("see whether the log can be written");
    }
}
