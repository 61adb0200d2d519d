package dev.sluice.intake;

import dev.sluice.access.Unauthenticated;
import dev.sluice.generation.Problem;
import dev.sluice.generation.ProblemType;
import dev.sluice.journal.JournalUnavailable;
import dev.sluice.journal.KeyReused;
import dev.sluice.journal.RoomFull;
import dev.sluice.stream.TooManyStreams;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.HttpHeaders;
import org.springframework.http.InvalidMediaTypeException;
import org.springframework.web.ErrorResponse;
import org.springframework.web.server.MethodNotAllowedException;
import org.springframework.web.server.NotAcceptableStatusException;
import org.springframework.web.server.ResponseStatusException;
import org.springframework.web.server.UnsupportedMediaTypeStatusException;

/** What a caller is told of each way in which a request can end without an answer. */
public final class Refusals {

    private static final Logger log = LoggerFactory.getLogger(Refusals.class);

    private Refusals() {}

    /** The problem that this failure is. What nobody foresaw is logged, and told without its inside. */
    public static Problem problem(Throwable failure) {
        return switch (failure) {
            case Refusal refusal -> refusal.problem();
            case Unauthenticated _ ->
                new Problem(ProblemType.UNAUTHORIZED, "Send your gateway key as Authorization: Bearer KEY");
            case RoomFull full ->
                new Problem(
                        ProblemType.ROOM_FULL,
                        "All " + full.capacity()
                                + " places of the waiting room are taken. Nothing was charged; ask again later");
            case JournalUnavailable _ ->
                new Problem(
                        ProblemType.LOG_UNAVAILABLE,
                        "Sluice cannot write down what it would promise. Nothing was charged; ask again later");
            case KeyReused _ ->
                new Problem(
                        ProblemType.IDEMPOTENCY_KEY_REUSED,
                        "Nothing was accepted. Send a new key with a new body, or the old body to get what it gave"
                                + " before");
            case TooManyStreams tooMany ->
                new Problem(ProblemType.TOO_MANY_STREAMS, String.valueOf(tooMany.getMessage()));
            case InvalidMediaTypeException _ ->
                new Problem(
                        ProblemType.NOT_ACCEPTABLE, "The Accept header cannot be read: send media types, such as */*");
            case ResponseStatusException status -> problem(status);
            default -> {
                log.error("A request failed in a way that nobody foresaw", failure);
                yield new Problem(
                        ProblemType.INTERNAL, "This is a fault of Sluice, not of your request; it was logged");
            }
        };
    }

    /** What an answer to this failure says beside its body (RFC 9110): which methods are allowed, which key is asked for. */
    public static void putHeaders(Throwable failure, HttpHeaders headers) {
        if (failure instanceof ErrorResponse response) {
            headers.putAll(response.getHeaders());
        }
        if (failure instanceof Unauthenticated) {
            headers.set(HttpHeaders.WWW_AUTHENTICATE, "Bearer");
        }
    }

    private static Problem problem(ResponseStatusException failure) {
        return switch (failure) {
            case MethodNotAllowedException e ->
                new Problem(
                        ProblemType.METHOD_NOT_ALLOWED,
                        "Allowed here: "
                                + e.getSupportedMethods().stream()
                                        .map(Object::toString)
                                        .sorted()
                                        .toList());
            case NotAcceptableStatusException e ->
                new Problem(ProblemType.NOT_ACCEPTABLE, "Accept one of " + e.getSupportedMediaTypes());
            case UnsupportedMediaTypeStatusException _ ->
                new Problem(ProblemType.UNSUPPORTED_MEDIA_TYPE, "Send the body as Content-Type: application/json");
            default ->
                failure.getStatusCode().value() == 404
                        ? new Problem(ProblemType.NOT_FOUND, "There is nothing at this path")
                        : new Problem(ProblemType.MALFORMED_REQUEST, "The request cannot be read");
        };
    }
}
