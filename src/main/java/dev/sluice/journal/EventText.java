package dev.sluice.journal;

import dev.sluice.generation.GenerationEvent;
import dev.sluice.generation.GenerationRequest;
import dev.sluice.generation.Status;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * How events and requests are written into the log's columns. Fields that a newer version wrote are passed over, so that
 * two versions can run beside each other.
 */
final class EventText {

    private static final JsonMapper JSON = JsonMapper.builder()
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .build();

    private static final int REPLACEMENT = 0xFFFD;

    private EventText() {}

    static String of(GenerationEvent event) {
        return storable(JSON.writeValueAsString(event));
    }

    /**
     * The text as every database takes it: an upstream's answer that has cost money must not be lost because there is a
     * U+0000 or half a character in it.
     */
    static String storable(String text) {
        return text.codePoints().anyMatch(EventText::isNowhereStored)
                ? text.codePoints()
                        .map(point -> isNowhereStored(point) ? REPLACEMENT : point)
                        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                        .toString()
                : text;
    }

    private static boolean isNowhereStored(int point) {
        return point == 0 || (point >= Character.MIN_SURROGATE && point <= Character.MAX_SURROGATE);
    }

    static GenerationEvent event(String status, String body) {
        return JSON.readValue(
                body,
                kind(Status.of(status)
                        .orElseThrow(
                                () -> new IllegalStateException("The log holds a status unknown here: " + status))));
    }

    private static Class<? extends GenerationEvent> kind(Status status) {
        return switch (status) {
            case QUEUED -> GenerationEvent.Queued.class;
            case SUBMITTING -> GenerationEvent.Submitting.class;
            case PROCESSING -> GenerationEvent.Processing.class;
            case OVERDUE -> GenerationEvent.Overdue.class;
            case COMPLETED -> GenerationEvent.Completed.class;
            case FAILED -> GenerationEvent.Failed.class;
            case REJECTED -> GenerationEvent.Rejected.class;
            case CANCELLED -> GenerationEvent.Cancelled.class;
            case UNKNOWN -> GenerationEvent.Unknown.class;
            case TIMED_OUT -> GenerationEvent.TimedOut.class;
        };
    }

    static String of(GenerationRequest request) {
        return storable(JSON.writeValueAsString(request));
    }

    static GenerationRequest request(String text) {
        return JSON.readValue(text, GenerationRequest.class);
    }
}
