package dev.sluice.access;

import java.util.Base64;

/** Secrets for tests of other rooms. */
public final class SigningSecretsInHand {

    private SigningSecretsInHand() {}

    public static SigningSecret secret() {
        return SigningSecret.parse("whsec_" + Base64.getEncoder().encodeToString(new byte[32]), "a test");
    }
}
