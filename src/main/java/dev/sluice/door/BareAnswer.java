package dev.sluice.door;

import dev.sluice.generation.Problem;
import java.nio.charset.StandardCharsets;
import tools.jackson.databind.json.JsonMapper;

/** The answer to what never became a request: a problem (RFC 9457) like all others, and the end of the connection. */
final class BareAnswer {

    static final String TYPE = "application/problem+json";

    private BareAnswer() {}

    static byte[] body(Problem problem) {
        return JsonMapper.shared()
                .createObjectNode()
                .put("type", problem.type().uri())
                .put("title", problem.type().title())
                .put("status", problem.type().status())
                .put("detail", problem.detail())
                .toString()
                .getBytes(StandardCharsets.UTF_8);
    }

    /** All of it, as it goes over the wire. */
    static byte[] bytes(Problem problem) {
        String body = new String(body(problem), StandardCharsets.UTF_8);
        return "HTTP/1.1 %d %s\r\ncontent-type: %s\r\ncontent-length: %d\r\nconnection: close\r\n\r\n%s"
                .formatted(problem.type().status(), problem.type().title(), TYPE, body.length(), body)
                .getBytes(StandardCharsets.UTF_8);
    }
}
