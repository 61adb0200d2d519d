package dev.sluice.journal;

import dev.sluice.generation.GenerationId;
import java.util.Map;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import org.springframework.boot.actuate.endpoint.annotation.Selector;
import org.springframework.boot.actuate.endpoint.annotation.WriteOperation;
import org.springframework.boot.actuate.endpoint.web.WebEndpointResponse;
import reactor.core.publisher.Mono;

/** Where an operator says what is to become of the generations that a restored backup says are queued. */
@Endpoint(id = "restored")
class RestoredEndpoint {

    private final Journal journal;

    RestoredEndpoint(Journal journal) {
        this.journal = journal;
    }

    /** What is to become of those that are in doubt. */
    enum Decision {
        /** They were not submitted after the backup: they are now. */
        RELEASE,
        /** Nobody knows: each ends so, and is not submitted. */
        UNKNOWN
    }

    /** Whether submits are kept back, and how many generations are in doubt. */
    @ReadOperation
    Mono<Map<String, Object>> restored() {
        return journal.restoration()
                .map(inDoubt -> Map.<String, Object>of("paused", true, "inDoubt", inDoubt))
                .defaultIfEmpty(Map.of("paused", false, "inDoubt", 0));
    }

    /** Decides about all that are left, and lets submits go. */
    @WriteOperation
    Mono<Map<String, Object>> decide(Decision queued) {
        return switch (queued) {
            case RELEASE -> journal.release().then(restored());
            case UNKNOWN ->
                journal.giveUpWhatIsInDoubt().then(journal.release()).then(restored());
        };
    }

    /** Ends one of them as {@code unknown}, before the rest is decided about; 404 if it is in no doubt. */
    @WriteOperation
    Mono<WebEndpointResponse<Map<String, Object>>> giveUp(@Selector String id) {
        return Mono.justOrEmpty(GenerationId.parse(id))
                .flatMap(journal::giveUp)
                .map(given -> new WebEndpointResponse<>(Map.<String, Object>of(
                        "id", given.id().value(), "status", given.status().word())))
                .defaultIfEmpty(new WebEndpointResponse<>(WebEndpointResponse.STATUS_NOT_FOUND));
    }
}
