package dev.sluice.console;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How everything stands at one moment. No prompts, no addresses, no keys: whoever may see the management port may see it.
 *
 * @param paused why an operator keeps submits back; null if none does
 * @param restored whether submits are kept back since the log was restored
 * @param waitingFor what holds all submits, if anything but the limit does
 * @param circuits where each circuit breaker of this process stands
 * @param limit how many tasks may be in flight, as learnt
 * @param streams that are open in this process
 * @param callers those with the longest lines, of those who have anything queued or in flight
 * @param endings the newest
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record Figures(
        Instant at,
        @Nullable Paused paused,
        boolean restored,
        @Nullable String waitingFor,
        Map<String, String> circuits,
        int queued,
        int inFlight,
        int limit,
        long streams,
        Money credits,
        List<CallerLoad> callers,
        List<Ending> endings) {

    record Paused(Instant since, String by, String why) {}

    /**
     * @param used since this process started
     * @param atRisk since this process started
     * @param left as the upstream told with one of the newest endings; null if with none of them
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Money(long used, long atRisk, @Nullable Long left) {}

    record CallerLoad(String caller, int queued, int inFlight) {}

    /** @param seconds from the acceptance by Sluice to the ending */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Ending(String id, String caller, @Nullable String model, String status, double seconds, Instant at) {}
}
