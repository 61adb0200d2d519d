package dev.sluice.access;

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
     * @param passThrough whether what Sluice does not know is asked of the upstream for it
     */
    record Client(
            @Nullable String id,
            @Nullable String key,
            @DefaultValue("false") boolean passThrough) {

        private static final int SHORTEST_KEY = 8;

        Client {
            if (id == null || !id.matches("[A-Za-z0-9._-]{1,64}")) {
                throw new IllegalArgumentException(
                        "sluice.clients[n].id must be 1 to 64 letters, digits, dots, dashes or underscores, not " + id);
            }
            if (key == null || key.length() < SHORTEST_KEY || !key.matches("[\\x21-\\x7e]+")) {
                throw new IllegalArgumentException("sluice.clients[n].key of " + id + " must be at least "
                        + SHORTEST_KEY + " visible ASCII characters");
            }
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
