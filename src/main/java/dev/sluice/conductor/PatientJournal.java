package dev.sluice.conductor;

import dev.sluice.generation.GenerationEvent;
import dev.sluice.journal.Hold;
import dev.sluice.journal.Journal;
import dev.sluice.journal.JournalUnavailable;
import dev.sluice.journal.Receipt;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;
import reactor.util.retry.Retry;

/**
 * Writes down what happened upstream. It has happened whether or not it can be written now: so it is written as soon as
 * the log takes it, for as long as this process lives, and until then the log output holds what cost money.
 */
final class PatientJournal {

    private static final Logger log = LoggerFactory.getLogger(PatientJournal.class);
    private static final Duration WRITTEN_AGAIN = Duration.ofSeconds(1);

    private final Journal journal;

    PatientJournal(Journal journal) {
        this.journal = journal;
    }

    /** Empty, and nothing written, if the hold is stale. */
    Mono<Hold> append(Hold hold, GenerationEvent event) {
        return journal.append(hold, event)
                .retryWhen(untilWritten(hold, hold.generation().upstreamId().orElse(null)));
    }

    /** The same with the answer to the submit, which is kept in any case. */
    Mono<Hold> append(Hold hold, GenerationEvent event, Receipt receipt) {
        return journal.append(hold, event, receipt).retryWhen(untilWritten(hold, receipt.upstreamId()));
    }

    private static Retry untilWritten(Hold hold, @Nullable String upstreamId) {
        return Retry.fixedDelay(Long.MAX_VALUE, WRITTEN_AGAIN)
                .filter(JournalUnavailable.class::isInstance)
                .doBeforeRetry(signal -> {
                    if (signal.totalRetries() == 0) {
                        log.error(
                                "An event cannot be written and is kept in memory: id={} upstreamId={} because={}",
                                hold.id(),
                                LogText.of(upstreamId),
                                String.valueOf(signal.failure().getMessage()));
                    }
                });
    }
}
