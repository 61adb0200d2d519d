package dev.sluice.journal;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.actuate.endpoint.annotation.DeleteOperation;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import org.springframework.boot.actuate.endpoint.annotation.WriteOperation;
import org.springframework.boot.actuate.endpoint.web.WebEndpointResponse;
import org.springframework.util.MimeTypeUtils;
import reactor.core.publisher.Mono;

/** Where an operator keeps submits back, for maintenance or for money, and lets them go again. */
@Endpoint(id = "submits")
class SubmitsEndpoint {

    private static final Logger log = LoggerFactory.getLogger(SubmitsEndpoint.class);

    /** One line of a log, and no more. */
    private static final String WORDS = "[^\\p{Cntrl}\\u2028\\u2029]{1,200}";

    private final Journal journal;

    SubmitsEndpoint(Journal journal) {
        this.journal = journal;
    }

    /** Whether submits are kept back, since when, by whom and what for; and how much waits and is under way. */
    @ReadOperation
    Mono<Map<String, Object>> submits() {
        return Mono.zip(
                        journal.pause().map(Optional::of).defaultIfEmpty(Optional.empty()),
                        journal.restoration().map(Optional::of).defaultIfEmpty(Optional.empty()),
                        journal.counts())
                .map(found -> told(found.getT1(), found.getT2().isPresent(), found.getT3()));
    }

    private static Map<String, Object> told(Optional<Pause> pause, boolean isRestored, Counts counts) {
        Map<String, Object> told = new LinkedHashMap<>();
        told.put("paused", pause.isPresent() || isRestored);
        pause.ifPresent(it -> {
            told.put("since", it.since());
            told.put("by", it.by());
            told.put("why", it.why());
        });
        if (isRestored) {
            told.put("restored", "The log was restored from a backup: decide at /actuator/restored");
        }
        told.put("queued", counts.queued());
        told.put("inFlight", counts.inFlight());
        return told;
    }

    /** Keeps all submits back, on every replica. */
    @WriteOperation
    Mono<WebEndpointResponse<Map<String, Object>>> pause(String why, @Nullable String by) {
        String who = by == null ? "somebody" : by;
        if (!why.matches(WORDS) || !who.matches(WORDS)) {
            return Mono.just(refusal());
        }
        return journal.pause(who, why)
                .doOnNext(_ -> log.info("Submits were paused: by={} because={}", who, why))
                .then(submits())
                .map(WebEndpointResponse::new);
    }

    private static WebEndpointResponse<Map<String, Object>> refusal() {
        return new WebEndpointResponse<>(
                Map.of(
                        "title", "Bad request",
                        "status", WebEndpointResponse.STATUS_BAD_REQUEST,
                        "detail", "why and by must be 1 to 200 characters on one line"),
                WebEndpointResponse.STATUS_BAD_REQUEST,
                MimeTypeUtils.parseMimeType("application/problem+json"));
    }

    /** Lets submits go again. */
    @DeleteOperation
    Mono<WebEndpointResponse<Map<String, Object>>> resume() {
        return journal.resume()
                .doOnNext(was -> log.info("Submits go again: pausedBy={} since={}", was.by(), was.since()))
                .then(submits())
                .map(WebEndpointResponse::new);
    }
}
