package dev.sluice.access;

import dev.sluice.generation.CallerId;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** With what each caller's webhooks are signed. */
public final class SigningSecrets {

    private final Map<CallerId, List<SigningSecret>> own;
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
                clients.clients().stream()
                        .filter(client -> !client.webhookSecrets().isEmpty())
                        .collect(Collectors.toMap(
                                client -> new CallerId(String.valueOf(client.id())), ClientProperties.Client::signing)),
                general.signingSecret() == null
                        ? List.of()
                        : List.of(SigningSecret.parse(general.signingSecret(), "sluice.webhook.signing-secret")));
    }

    /** The caller's own, the first of them first, or else the general one; empty if there is neither. */
    public List<SigningSecret> of(CallerId caller) {
        return own.getOrDefault(caller, general);
    }
}
