package dev.sluice.simulator;

import dev.sluice.simulator.Reply.Answer;
import java.util.function.UnaryOperator;
import tools.jackson.databind.node.ObjectNode;

/**
 * One question about a generation, to be answered with or without a fault.
 *
 * @param prompt what the generation was asked for; empty when there is no such generation
 * @param ordinaryAnswer as the documentation tells
 */
record Poll(String prompt, Answer ordinaryAnswer) {

    /** The ordinary answer with a change to its data; a refusal stays what it is. */
    Answer changed(UnaryOperator<ObjectNode> change) {
        if (ordinaryAnswer.status() != 200) {
            return ordinaryAnswer;
        }
        ObjectNode body = (ObjectNode) Json.MAPPER.readTree(ordinaryAnswer.body());
        body.set("data", change.apply((ObjectNode) body.get("data")));
        return Answer.json(200, body);
    }
}
