package dev.sluice.stream;

import dev.sluice.generation.BatchId;
import dev.sluice.generation.Generation;
import dev.sluice.generation.Status;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** A batch as callers see it. */
public final class BatchJson {

    private static final JsonMapper JSON = JsonMapper.shared();

    private BatchJson() {}

    /** @param shown the generations as callers see them, in the same order */
    public static ObjectNode of(BatchId id, List<Generation> generations, List<ObjectNode> shown) {
        Map<Status, Integer> counts = new EnumMap<>(Status.class);
        generations.forEach(generation -> counts.merge(generation.status(), 1, Integer::sum));
        ObjectNode json = JSON.createObjectNode().put("id", id.value());
        ObjectNode counted = json.putObject("counts");
        counts.forEach((status, count) -> counted.put(status.word(), count));
        json.putArray("generations").addAll(shown);
        json.putObject("links").put("self", self(id)).put("events", self(id) + "/events");
        return json;
    }

    /** Without the echo of the requests, like all that a stream tells. */
    static byte[] withoutEcho(BatchId id, List<Moment> moments) {
        return GenerationJson.bytes(of(
                id,
                moments.stream().map(Moment::generation).toList(),
                moments.stream()
                        .map(moment -> GenerationJson.withoutEcho(moment.generation(), moment.progress()))
                        .toList()));
    }

    /** Where the batch is found. */
    public static String self(BatchId id) {
        return "/v1/batches/" + id;
    }
}
