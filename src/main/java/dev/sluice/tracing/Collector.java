package dev.sluice.tracing;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import org.springframework.core.env.PropertyResolver;

/** Where spans are sent, as the operator set it: over HTTP, to an address, or nowhere. */
final class Collector {

    static final String ENDPOINT = "management.opentelemetry.tracing.export.otlp.endpoint";
    static final String TRANSPORT = "management.opentelemetry.tracing.export.otlp.transport";
    private static final String HTTP = "http";

    private Collector() {}

    static boolean isNamed(PropertyResolver settings) {
        return !settings.getProperty(ENDPOINT, "").isBlank();
    }

    /** Refuses what the exporter would refuse in words that name no property, or not at all. */
    static void requireFit(PropertyResolver settings) {
        String endpoint = settings.getProperty(ENDPOINT, "");
        if (!isOfTheWeb(endpoint)) {
            throw new IllegalStateException(ENDPOINT
                    + " must be the address of a collector, such as http://collector:4318/v1/traces, not '" + endpoint
                    + "'");
        }
        String transport = settings.getProperty(TRANSPORT, HTTP);
        if (!transport.toLowerCase(Locale.ROOT).equals(HTTP)) {
            throw new IllegalStateException(TRANSPORT + " must be http, not '" + transport
                    + "': spans are sent over HTTP, usually to port 4318");
        }
    }

    private static boolean isOfTheWeb(String endpoint) {
        try {
            URI uri = new URI(endpoint);
            return uri.getHost() != null
                    && ("http".equalsIgnoreCase(uri.getScheme()) || "https".equalsIgnoreCase(uri.getScheme()));
        } catch (URISyntaxException e) {
            return false;
        }
    }
}
