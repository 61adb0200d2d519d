package dev.sluice.api;

import dev.sluice.capacity.Situation;
import dev.sluice.generation.WaitingFor;
import dev.sluice.journal.Counts;
import dev.sluice.journal.Quota;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** How things stand, as a caller sees it. Ages with nothing but what happens: a resting state reads the same for ever. */
final class SituationJson {

    private SituationJson() {}

    static ObjectNode of(Situation now) {
        ObjectNode json = JsonMapper.shared().createObjectNode();
        json.putObject("circuit")
                .put("submit", now.submit().word())
                .put("busy", now.busy().word())
                .put("poll", now.poll().word());
        now.waitingFor().map(WaitingFor::word).ifPresent(why -> json.put("waitingFor", why));
        json.put("limit", now.limit());
        put(json, now.all());
        json.put("estimate", now.expectedWait().isPresent() ? "learnt" : "unknown");
        now.expectedWait().map(Duration::toSeconds).ifPresent(seconds -> json.put("estimatedWaitSeconds", seconds));
        put(json.putObject("own"), now.own());
        put(json.putObject("quota"), now.quota());
        return json;
    }

    private static void put(ObjectNode json, Counts counts) {
        json.put("queued", counts.queued()).put("inFlight", counts.inFlight());
    }

    private static void put(ObjectNode json, Quota quota) {
        put(
                json.putObject("requests")
                        .put("perMinute", quota.allowance().requestsPerMinute())
                        .put("left", quota.requestsLeft()),
                quota.requestsResetAt());
        quota.creditsLeft()
                .ifPresent(left -> put(
                        json.putObject("credits")
                                .put("perDay", quota.allowance().creditsPerDay())
                                .put("left", left),
                        quota.creditsResetAt()));
    }

    private static void put(ObjectNode json, Optional<Instant> resetsAt) {
        resetsAt.ifPresent(at -> json.put("resetsAt", at.toString()));
    }
}
