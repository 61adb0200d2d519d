package dev.sluice.simulator;

import dev.sluice.simulator.Reply.Answer;
import java.util.Map;
import tools.jackson.databind.node.ObjectNode;

/** Answers that the documentation does not know, and that come all the same. */
final class Misfits {

    private Misfits() {}

    static Answer garbage() {
        return new Answer(200, "application/json", "\u0000\uFFFDnot quite what you asked for>", Map.of());
    }

    static Answer truncated(Answer answer) {
        String half = answer.body().substring(0, answer.body().length() / 2);
        return answer.status() == 200 ? new Answer(200, answer.contentType(), half, answer.headers()) : answer;
    }

    static Answer withoutId(Answer answer) {
        ObjectNode body = (ObjectNode) Json.MAPPER.readTree(answer.body());
        body.remove("generationId");
        return Answer.json(answer.status(), body);
    }

    /** The bare status, with a body such as it tends to come with. */
    static Answer status(int status) {
        return switch (status) {
            case 503 ->
                Answer.json(
                        503, Json.object().put("error", "Down for maintenance").put("type", "maintenance"));
            case 500, 501, 502, 504 -> html(status);
            default -> Answers.error(status, "Answered " + status + " by order");
        };
    }

    private static Answer html(int status) {
        String page = "<html><head><title>%1$d</title></head><body><h1>Error %1$d</h1></body></html>".formatted(status);
        return new Answer(status, "text/html", page, Map.of());
    }
}
