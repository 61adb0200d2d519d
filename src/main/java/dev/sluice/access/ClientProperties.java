package dev.sluice.access;

import dev.sluice.generation.Allowance;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Who may call.
 *
 * @param clients each caller with its key
 */
@ConfigurationProperties("sluice")
record ClientProperties(@DefaultValue List<Client> clients) {

    /**
     * @param id the caller's name, as logs show it
     * @param key its key, sent as Authorization: Bearer
     * @param weight its share of the tasks in flight, against the others' weights
     * @param requestsPerMinute generations or batches that may be accepted in a minute
     * @param creditsPerDay credits that may be spent or set aside in 24 hours; as many as there are by default
     * @param passThrough whether what Sluice does not know is asked of the upstream for it
     * @param webhookSecrets what its webhooks are signed with, each as whsec_ and base64; with all of them, so that one can take the place of another
     */
    record Client(
            @Nullable String id,
            @Nullable String key,
            @DefaultValue("1") double weight,
            @DefaultValue("60") int requestsPerMinute,
            @Nullable Long creditsPerDay,
            @DefaultValue("false") boolean passThrough,
            @DefaultValue List<String> webhookSecrets) {

        private static final int SHORTEST_KEY = 8;
        private static final double LEAST_WEIGHT = 0.01;
        private static final double MOST_WEIGHT = 1000;

        Client {
            if (id == null || !id.matches("[A-Za-z0-9._-]{1,64}")) {
                throw new IllegalArgumentException(
                        "sluice.clients[n].id must be 1 to 64 letters, digits, dots, dashes or underscores, not " + id);
            }
            if (key == null || key.length() < SHORTEST_KEY || !key.matches("[\\x21-\\x7e]+")) {
                throw new IllegalArgumentException("sluice.clients[n].key of " + id + " must be at least "
                        + SHORTEST_KEY + " visible ASCII characters");
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
        }

        List<SigningSecret> signing() {
            return webhookSecrets.stream()
                    .map(secret -> SigningSecret.parse(secret, "sluice.clients[n].webhook-secrets of " + id))
                    .toList();
        }

        Allowance allowance() {
            return new Allowance(weight, requestsPerMinute, creditsPerDay);
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
            if (!ids.add(String.valueOf(client.id())) || !keys.add(String.valueOf(client.key()))) {
                throw new IllegalArgumentException("sluice.clients: " + client.id()
                        + " is there twice, or has the key of another: every caller needs its own");
            }
        }
    }
}
