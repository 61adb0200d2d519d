package dev.sluice.journal;

import dev.sluice.generation.Allowance;
import dev.sluice.generation.BatchId;
import dev.sluice.generation.CallerId;
import dev.sluice.generation.GenerationId;
import dev.sluice.generation.GenerationRequest;
import dev.sluice.generation.Priority;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** What tests of a journal ask it to accept, and on which terms they claim. */
final class Openings {

    static final Allowance PLENTY = new Allowance(1, 1_000_000, null);

    private static final Duration EXPECTED = Duration.ofSeconds(10);

    private Openings() {}

    static Opening one(
            CallerId caller, GenerationRequest request, Duration waitAtMost, int capacity, Opening.@Nullable Key key) {
        return several(caller, PLENTY, List.of(item(request, waitAtMost, 1)), null, capacity, key);
    }

    /** One of a caller with that weight. */
    static Opening weighted(CallerId caller, double weight, Priority priority) {
        return several(
                caller,
                new Allowance(weight, 1_000_000, null),
                List.of(item(request(priority), Duration.ofDays(2), 1)),
                null,
                10_000,
                null);
    }

    static Opening batch(CallerId caller, BatchId batch, int size, int capacity, Opening.@Nullable Key key) {
        return several(
                caller,
                PLENTY,
                IntStream.range(0, size)
                        .mapToObj(_ -> item(request(Priority.INTERACTIVE), Duration.ofHours(1), 1))
                        .toList(),
                batch,
                capacity,
                key);
    }

    /** One that is expected to cost so much, of a caller that may use so much. */
    static Opening costing(CallerId caller, Allowance allowance, long credits) {
        return several(
                caller,
                allowance,
                List.of(item(request(Priority.INTERACTIVE), Duration.ofHours(1), credits)),
                null,
                10_000,
                null);
    }

    private static Opening several(
            CallerId caller,
            Allowance allowance,
            List<Opening.Item> items,
            @Nullable BatchId batch,
            int capacity,
            Opening.@Nullable Key key) {
        return new Opening(caller, allowance, items, batch, capacity, Opening.Outlook.CLEAR, key);
    }

    private static Opening.Item item(GenerationRequest request, Duration waitAtMost, long credits) {
        return new Opening.Item(GenerationId.next(), request, waitAtMost, credits, EXPECTED);
    }

    static GenerationRequest request(Priority priority) {
        return new GenerationRequest("p", null, 0, "{\"prompt\":\"p\"}", priority, Map.of());
    }

    static Claim upTo(int limit) {
        return new Claim(limit, 100, Duration.ofMinutes(10));
    }
}
