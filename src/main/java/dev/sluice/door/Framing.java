package dev.sluice.door;

import dev.sluice.generation.Problem;
import dev.sluice.generation.ProblemType;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where a request begins, where it ends and whom it is for: what is not certain about that, so that nobody in front of
 * Sluice can have read it in another way (RFC 9112, sections 2.3, 3.2 and 6.1).
 */
final class Framing {

    private static final Pattern TARGET = Pattern.compile("(?s)/.*|\\*|https?://.*", Pattern.CASE_INSENSITIVE);
    private static final Pattern HOST =
            Pattern.compile("(?:[A-Za-z0-9._~!$&'()*+;=%-]*|\\[[0-9A-Fa-f:.]+])(?::([0-9]{0,5}))?");
    private static final int LAST_PORT = 65_535;

    private Framing() {}

    /** A request that the codec could read, and what is wrong with it nevertheless. */
    static final class Doubt extends RuntimeException {

        private static final long serialVersionUID = 1;

        private Doubt(String detail) {
            super(detail, null, false, false);
        }
    }

    /** What makes a request mean one thing to one reader and another to the next. */
    static Optional<Doubt> doubt(HttpRequest request) {
        boolean is11 = request.protocolVersion().equals(HttpVersion.HTTP_1_1);
        if (!is11 && !request.protocolVersion().equals(HttpVersion.HTTP_1_0)) {
            return Optional.of(new Doubt("Speak HTTP/1.1"));
        }
        if (!TARGET.matcher(request.uri()).matches()) {
            return Optional.of(new Doubt("The target of a request begins with /"));
        }
        List<String> codings = request.headers().getAll(HttpHeaderNames.TRANSFER_ENCODING);
        if (!codings.isEmpty()
                && (codings.size() > 1 || !HttpHeaderValues.CHUNKED.contentEqualsIgnoreCase(codings.getFirst()))) {
            return Optional.of(new Doubt("The only Transfer-Encoding that is read is chunked"));
        }
        List<String> hosts = request.headers().getAll(HttpHeaderNames.HOST);
        return hosts.isEmpty() && !is11 || hosts.size() == 1 && isHost(hosts.getFirst())
                ? Optional.empty()
                : Optional.of(new Doubt("Send one Host, a name or an address with or without a port"));
    }

    private static boolean isHost(String host) {
        Matcher parts = HOST.matcher(host);
        String port = parts.matches() ? parts.group(1) : "-";
        return port == null || port.isEmpty() || (!port.equals("-") && Integer.parseInt(port) <= LAST_PORT);
    }

    static Bound bound(Throwable cause) {
        return switch (cause) {
            case TooLongHttpLineException _ -> Bound.REQUEST_LINE;
            case TooLongHttpHeaderException _ -> Bound.HEAD_SIZE;
            default -> Bound.MALFORMED;
        };
    }

    static Problem problem(Bound bound, Throwable cause) {
        return switch (bound) {
            case REQUEST_LINE ->
                new Problem(ProblemType.TARGET_TOO_LONG, "A line of the request is longer than is read: shorten it");
            case HEAD_SIZE ->
                new Problem(
                        ProblemType.HEAD_TOO_LARGE, "The head is larger than is read: send fewer or shorter fields");
            default ->
                new Problem(
                        ProblemType.MALFORMED_REQUEST,
                        cause instanceof Doubt
                                ? String.valueOf(cause.getMessage())
                                : "The request is not HTTP/1.1 as RFC 9112 has it");
        };
    }
}
