package dev.sluice.upstream;

import io.netty.channel.ConnectTimeoutException;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLException;
import org.springframework.core.NestedExceptionUtils;
import reactor.netty.http.client.PrematureCloseException;

/** What went wrong below, in words that hold no host, no key and no stack trace. */
final class Failures {

    private Failures() {}

    static String inWords(Throwable failure) {
        Throwable cause = NestedExceptionUtils.getMostSpecificCause(failure);
        return switch (cause) {
            case UnknownHostException _ -> "name not resolved";
            case ConnectTimeoutException _ -> "connection timed out";
            case ConnectException _ -> "connection refused";
            case SSLException _ -> "TLS failed";
            case PrematureCloseException _ -> "connection closed before the answer";
            case TimeoutException _ -> "no answer in time";
            default -> cause.getClass().getSimpleName();
        };
    }
}
