package dev.sluice.simulator;

import java.time.Duration;
import java.util.Map;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** What is to go wrong with a poll; the last word of the sentence gives the order. */
public final class PollOrder {

    private static final ArrayNode NONE = Json.MAPPER.createArrayNode();

    private final Orders<Poll> orders;
    private final @Nullable String prompt;
    private final OptionalInt times;

    PollOrder(Orders<Poll> orders, @Nullable String prompt, OptionalInt times) {
        this.orders = orders;
        this.prompt = prompt;
        this.times = times;
    }

    /** Only so many times, instead of until {@link Faults#clear}. */
    public PollOrder times(int times) {
        return new PollOrder(orders, prompt, OptionalInt.of(times));
    }

    /** The answer of now, but this much later. */
    public void delayTheAnswer(Duration by) {
        give(poll -> new Reply.Late(by, poll.ordinaryAnswer()));
    }

    /** The bodies are those of {@link SubmitOrder#answer(int)}. */
    public void answer(int status) {
        give(_ -> Misfits.status(status));
    }

    public void answer(int status, Duration retryAfter) {
        give(_ -> Misfits.status(status).retryAfter(retryAfter));
    }

    public void answer(int status, String contentType, String body) {
        give(_ -> new Reply.Answer(status, contentType, body, Map.of()));
    }

    /** A 200 that is not JSON. */
    public void answerGarbage() {
        give(_ -> Misfits.garbage());
    }

    /** A 200 whose JSON breaks off in the middle. */
    public void answerTruncated() {
        give(poll -> poll.ordinaryAnswer().changed(Misfits::truncated));
    }

    /** The connection is closed without an answer. */
    public void loseTheAnswer() {
        give(_ -> new Reply.Silence());
    }

    public void reset() {
        give(_ -> new Reply.Reset());
    }

    /** A 200 with {@code data: null}. */
    public void answerNothing() {
        give(_ -> Reply.Answer.json(200, Json.object().putNull("data")));
    }

    /** Still running, whatever the task does, and by a name that no documentation tells. */
    public void sayStatus(String processingStatus) {
        give(poll -> poll.changed(data -> notEnded(data).put("processingStatus", processingStatus)));
    }

    /** Completed, whatever the task does, but with an empty list of pictures. */
    public void completeWithoutPictures() {
        give(poll -> poll.changed(
                data -> notEnded(data).put("processingStatus", "completed").set("outputImageUrls", NONE)));
    }

    private static ObjectNode notEnded(ObjectNode data) {
        data.remove("errorMessage");
        return data.putNull("outputImageUrls");
    }

    private void give(Fault<Poll> fault) {
        orders.add(prompt, times, fault);
    }
}
