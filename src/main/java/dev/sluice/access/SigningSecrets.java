package dev.sluice.access;

import dev.sluice.generation.CallerId;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** With what each caller's webhooks are signed. */
public final class SigningSecrets {

    private volatile Map<CallerId, List<SigningSecret>> own;
    private final List<SigningSecret> general;

    private SigningSecrets(Map<CallerId, List<SigningSecret>> own, List<SigningSecret> general) {
        this.own = own;
        this.general = general;
    }

    /** Nobody has any. */
    public static SigningSecrets none() {
        return new SigningSecrets(Map.of(), List.of());
    }

    static SigningSecrets of(ClientProperties clients, SigningProperties general) {
        return new SigningSecrets(
                ownOf(clients),
                general.signingSecret() == null
                        ? List.of()
                        : List.of(SigningSecret.parse(general.signingSecret(), "sluice.webhook.signing-secret")));
    }

    private static Map<CallerId, List<SigningSecret>> ownOf(ClientProperties clients) {
        return clients.clients().stream()
                .filter(client -> !client.webhookSecrets().isEmpty())
                .collect(Collectors.toMap(
                        client -> new CallerId(String.valueOf(client.id())), ClientProperties.Client::signing));
    }

    /** From now on these callers have secrets of their own, and no others. */
    void change(ClientProperties clients) {
        own = ownOf(clients);
    }

    /** The caller's own, the first of them first, or else the general one; empty if there is neither. */
    public List<SigningSecret> of(CallerId caller) {
        return own.getOrDefault(caller, general);
    }
}
