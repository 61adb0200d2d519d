package dev.sluice.intake;

import dev.sluice.access.IssuerUnreachable;
import dev.sluice.access.Unauthenticated;
import dev.sluice.generation.Problem;
import dev.sluice.generation.ProblemType;
import dev.sluice.journal.JournalUnavailable;
import dev.sluice.journal.KeyReused;
import dev.sluice.journal.QuotaExceeded;
import dev.sluice.journal.RoomFull;
import dev.sluice.stream.TooManyStreams;
import java.time.Duration;
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

    /** After this a stuttering log or a full server may have changed. */
    private static final Duration SOON = Duration.ofSeconds(5);

    private Refusals() {}

    /** The problem that this failure is. What nobody foresaw is logged, and told without its inside. */
    public static Problem problem(Throwable failure) {
        return switch (failure) {
            case Refusal refusal -> refusal.problem();
            case Unauthenticated unknown -> new Problem(ProblemType.UNAUTHORIZED, String.valueOf(unknown.getMessage()));
            case IssuerUnreachable _ ->
                new Problem(
                        ProblemType.ISSUER_UNREACHABLE,
                        "Whether the token is good cannot be found out now. Nothing was charged; ask again later, or"
                                + " send a gateway key");
            case RoomFull full ->
                new Problem(ProblemType.ROOM_FULL, full.getMessage() + ". Nothing was charged; ask again later");
            case QuotaExceeded exceeded ->
                new Problem(
                        ProblemType.QUOTA_EXCEEDED,
                        exceeded.isOfRequests()
                                ? "You may make %d requests a minute. Nothing was charged; ask again later"
                                        .formatted(exceeded.quota().allowance().requestsPerMinute())
                                : "You may spend %d credits a day, and this costs more than the %d that are left. Nothing was charged"
                                        .formatted(
                                                exceeded.quota().allowance().creditsPerDay(),
                                                exceeded.quota().creditsLeft().orElse(0L)));
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

    /**
     * What an answer to this failure says beside its body (RFC 9110): which methods are allowed, which key is asked for,
     * when it may be worth while to ask again.
     *
     * @param problem what the body tells
     */
    public static void putHeaders(Throwable failure, Problem problem, HttpHeaders headers) {
        if (failure instanceof ErrorResponse response) {
            headers.putAll(response.getHeaders());
        }
        if (failure instanceof Unauthenticated unknown) {
            headers.set(HttpHeaders.WWW_AUTHENTICATE, unknown.challenge());
        }
        if (problem.type().status() == 503 || problem.type().status() == 429) {
            headers.set(HttpHeaders.RETRY_AFTER, "" + inWholeSeconds(retryAfter(failure)));
        }
    }

    private static Duration retryAfter(Throwable failure) {
        return switch (failure) {
            case QuotaExceeded exceeded -> exceeded.retryAfter();
            case RoomFull full -> full.retryAfter();
            default -> SOON;
        };
    }

    private static long inWholeSeconds(Duration time) {
        return Math.max(1, time.plusMillis(999).toSeconds());
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
