package dev.sluice.webhook;

import dev.sluice.access.SigningSecret;
import dev.sluice.generation.EventId;
import dev.sluice.generation.Generation;
import dev.sluice.generation.Progress;
import dev.sluice.stream.GenerationJson;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.stream.Collectors;
import tools.jackson.databind.json.JsonMapper;

/**
 * What a receiver is told of an ending, in the form of Standard Webhooks: the same text at every attempt.
 *
 * @param id the same at every attempt; without the full stop that separates it from the rest of what is signed
 */
record Message(String id, String body) {

    private static final JsonMapper JSON = JsonMapper.shared();

    /** @param ended as it stood right after that ending */
    static Message of(Generation ended, Progress progress) {
        EventId ending = ended.last().id();
        return new Message(
                ending.generation() + "_" + ending.sequence(),
                JSON.createObjectNode()
                        .put("type", "generation." + ended.status().word())
                        .put("timestamp", ended.last().at().toString())
                        .set("data", GenerationJson.of(ended, progress))
                        .toString());
    }

    /** One signature for each secret: whoever knows one of them can check it. */
    String signature(List<SigningSecret> secrets, Instant sentAt) {
        return secrets.stream()
                .map(secret -> secret.sign(id + "." + sentAt.getEpochSecond() + "." + body))
                .collect(Collectors.joining(" "));
    }

    byte[] bytes() {
        return body.getBytes(StandardCharsets.UTF_8);
    }
}
