package dev.sluice.generation;

import java.util.Locale;

/**
 * Every problem that a caller can be told of. The word is the stable name in the API: never reused, never renamed.
 * The status is the HTTP status it is told with, or would have been told with once a generation is accepted.
 */
public enum ProblemType {
    MALFORMED_REQUEST(400, "The request cannot be read"),
    INVALID_FIELD(400, "A field of the request is not as it must be"),
    INVALID_LAST_EVENT_ID(400, "Last-Event-ID names no generation of yours"),
    UNAUTHORIZED(401, "No valid key"),
    NOT_FOUND(404, "There is no such thing here"),
    METHOD_NOT_ALLOWED(405, "This path does not know that method"),
    NOT_ACCEPTABLE(406, "None of the acceptable media types can be had here"),
    REQUEST_TIMEOUT(408, "The request came too slowly"),
    CONFLICT(409, "The generation is past that"),
    BODY_TOO_LARGE(413, "The body is too large"),
    TARGET_TOO_LONG(414, "The request line is too long"),
    UNSUPPORTED_MEDIA_TYPE(415, "The body's media type is not understood"),
    IDEMPOTENCY_KEY_REUSED(422, "The Idempotency-Key was used with another body"),
    QUOTA_EXCEEDED(429, "Your quota is used up"),
    HEAD_TOO_LARGE(431, "The head of the request is too large"),
    INTERNAL(500, "Sluice made a mistake"),
    PICTURE_UNAVAILABLE(502, "The picture cannot be fetched"),
    UPSTREAM_UNREACHABLE(502, "The image API cannot be reached"),
    ROOM_FULL(503, "No place in the waiting room"),
    LOG_UNAVAILABLE(503, "The log cannot be written"),
    ISSUER_UNREACHABLE(503, "The issuer of tokens cannot be reached"),
    TOO_MANY_STREAMS(503, "No place for another stream"),
    SHUTTING_DOWN(503, "Sluice is shutting down"),

    REFUSED(400, "The image API refused the request"),
    OUT_OF_CREDITS(402, "The image API's account has no credits left"),
    WAITED_TOO_LONG(503, "No place at the image API came free in time"),
    GENERATION_FAILED(502, "The image API failed at it"),
    CONTENT_SAFETY(422, "The image API's safety check objected"),
    OUTCOME_UNKNOWN(502, "The answer to the submit was lost"),
    TIMED_OUT(504, "The image API did not finish it in time");

    private final int status;
    private final String title;

    ProblemType(int status, String title) {
        this.status = status;
        this.title = title;
    }

    public int status() {
        return status;
    }

    public String title() {
        return title;
    }

    /** The stable word. */
    public String word() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** The {@code type} member of RFC 9457. */
    public String uri() {
        return "urn:sluice:problem:" + word();
    }
}
