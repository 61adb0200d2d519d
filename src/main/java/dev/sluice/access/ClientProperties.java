package dev.sluice.access;

import dev.sluice.generation.Allowance;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Who may call.
 *
 * @param clients each caller with its key
 * @param clientsFile a YAML file that says sluice.clients instead; read again when it changes
 */
@ConfigurationProperties("sluice")
record ClientProperties(
        @DefaultValue List<Client> clients, @Nullable Path clientsFile) {

    /**
     * @param id the caller's name, as logs show it
     * @param key its key, sent as Authorization: Bearer
     * @param keySha256 the SHA-256 of its key in hex, instead of the key: what `java -jar sluice.jar key` prints
     * @param weight its share of the tasks in flight, against the others' weights
     * @param requestsPerMinute generations or batches that may be accepted in a minute
     * @param creditsPerDay credits that may be spent or set aside in 24 hours; as many as there are by default
     * @param passThrough whether what Sluice does not know is asked of the upstream for it
     * @param origins web origins whose pages may call for it (CORS), such as {@code https://app.example.com}
     * @param webhookSecrets what its webhooks are signed with, each as whsec_ and base64; with all of them, so that one can take the place of another
     */
    record Client(
            @Nullable String id,
            @Nullable String key,
            @Nullable String keySha256,
            @DefaultValue("1") double weight,
            @DefaultValue("60") int requestsPerMinute,
            @Nullable Long creditsPerDay,
            @DefaultValue("false") boolean passThrough,
            @DefaultValue List<String> origins,
            @DefaultValue List<String> webhookSecrets) {

        private static final int SHORTEST_KEY = 8;
        private static final double LEAST_WEIGHT = 0.01;
        private static final double MOST_WEIGHT = 1000;

        Client {
            if (id == null || !id.matches("[A-Za-z0-9._-]{1,64}")) {
                throw new IllegalArgumentException(
                        "sluice.clients[n].id must be 1 to 64 letters, digits, dots, dashes or underscores, not " + id);
            }
            if (key != null && keySha256 != null) {
                throw new IllegalArgumentException(
                        "sluice.clients[n].key and sluice.clients[n].key-sha256 of " + id + " are both set: keep one");
            }
            if (key != null && (key.length() < SHORTEST_KEY || !key.matches("[\\x21-\\x7e]+"))) {
                throw new IllegalArgumentException("sluice.clients[n].key of " + id + " must be at least "
                        + SHORTEST_KEY + " visible ASCII characters");
            }
            if (keySha256 != null && !keySha256.matches("[0-9A-Fa-f]{64}")) {
                throw new IllegalArgumentException("sluice.clients[n].key-sha256 of " + id
                        + " must be the SHA-256 of its key: 64 hex digits, as `java -jar sluice.jar key` prints them");
            }
            if (!(weight >= LEAST_WEIGHT && weight <= MOST_WEIGHT)) {
                throw new IllegalArgumentException("sluice.clients[n].weight of " + id + " must be between "
                        + LEAST_WEIGHT + " and " + MOST_WEIGHT + ", not " + weight);
            }
            if (requestsPerMinute < 1 || (creditsPerDay != null && creditsPerDay < 1)) {
                throw new IllegalArgumentException(
                        "sluice.clients[n].requests-per-minute and sluice.clients[n].credits-per-day of " + id
                                + " must be at least 1");
            }
            for (String origin : origins) {
                if (!isOrigin(origin)) {
                    throw new IllegalArgumentException("sluice.clients[n].origins of " + id
                            + " must be origins as browsers send them, such as https://app.example.com, in lower case,"
                            + " with no slash or path and with a port only if it is not the usual one, not " + origin);
                }
            }
        }

        /** As browsers write one (RFC 6454, section 6.2): any other way to write it would never match. */
        private static boolean isOrigin(String text) {
            try {
                URI uri = new URI(text);
                boolean isWeb = "https".equals(uri.getScheme()) || "http".equals(uri.getScheme());
                int usualPort = "https".equals(uri.getScheme()) ? 443 : 80;
                return isWeb
                        && uri.getHost() != null
                        && uri.getPort() != usualPort
                        && text.equals(text.toLowerCase(Locale.ROOT))
                        && text.equals(uri.getScheme() + "://" + uri.getHost()
                                + (uri.getPort() < 0 ? "" : ":" + uri.getPort()));
            } catch (URISyntaxException e) {
                return false;
            }
        }

        String name() {
            return String.valueOf(id);
        }

        /** The SHA-256 of its key; null if it has none, and is only known by an issuer's tokens. */
        byte @Nullable [] hash() {
            if (keySha256 != null) {
                return HexFormat.of().parseHex(keySha256);
            }
            return key == null ? null : GatewayKey.hash(key);
        }

        List<SigningSecret> signing() {
            return webhookSecrets.stream()
                    .map(secret -> SigningSecret.parse(secret, "sluice.clients[n].webhook-secrets of " + id))
                    .toList();
        }

        Allowance allowance() {
            return new Allowance(weight, requestsPerMinute, creditsPerDay);
        }

        Set<String> originsOfPages() {
            return Set.copyOf(origins);
        }

        @Override
        public String toString() {
            return "Client[" + id + "]";
        }
    }

    ClientProperties {
        Set<String> ids = new HashSet<>();
        Set<String> keys = new HashSet<>();
        for (Client client : clients) {
            byte[] hash = client.hash();
            if (!ids.add(client.name())
                    || (hash != null && !keys.add(HexFormat.of().formatHex(hash)))) {
                throw new IllegalArgumentException("sluice.clients: " + client.id()
                        + " is there twice, or has the key of another: every caller needs its own");
            }
        }
    }

    /** Of two places one would be forgotten when the other is changed. */
    void requireNoClients() {
        if (!clients.isEmpty()) {
            throw new IllegalStateException(
                    "sluice.clients and sluice.clients-file are both set: keep one, such as the file, which can be"
                            + " changed without a restart");
        }
    }

    /** Without an issuer of tokens nobody else can call. */
    void requireKeys() {
        if (clients.isEmpty()) {
            throw new IllegalStateException(
                    "sluice.clients is empty: nobody could call. Set sluice.clients[0].id and sluice.clients[0].key"
                            + " (or key-sha256), or sluice.clients-file, or sluice.jwt.issuer-uri, or start with the"
                            + " profile simulator to try Sluice without keys");
        }
        for (Client client : clients) {
            if (client.hash() == null) {
                throw new IllegalStateException("sluice.clients[n].key of " + client.id()
                        + " is missing: set it, or sluice.clients[n].key-sha256. Only with sluice.jwt.issuer-uri may"
                        + " a caller be without a key");
            }
        }
    }
}
