package dev.sluice.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SigningSecretTests {

    /** The example of the specification's own libraries. */
    @Test
    void signsAsStandardWebhooksSays() {
        SigningSecret secret = SigningSecret.parse("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "p");

        assertThat(secret.sign("msg_p5jXN8AQM9LWM0D4loKWxJek.1614265330.{\"test\": 2432232314}"))
                .isEqualTo("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "whsec_",
                "secret",
                "whsec_c2hvcnQ=",
                "whsec_?fKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
                "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
            })
    void isRefusedByThePropertysNameAndWithoutItsText(String wrong) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SigningSecret.parse(wrong, "sluice.webhook.signing-secret"))
                .withMessageContaining("sluice.webhook.signing-secret must be whsec_")
                .satisfies(e -> assertThat(wrong.length() < 10
                                || !String.valueOf(e.getMessage()).contains(wrong))
                        .isTrue());
    }

    @Test
    void hasTwentyFourToSixtyFourBytes() {
        assertThat(secretOf(24)).isNotNull();
        assertThat(secretOf(64)).isNotNull();
        assertThatIllegalArgumentException().isThrownBy(() -> secretOf(23));
        assertThatIllegalArgumentException().isThrownBy(() -> secretOf(65));
    }

    @Test
    void showsItselfNowhere() {
        assertThat(secretOf(24)).hasToString("SigningSecret[]");
        assertThat(new SigningProperties("whsec_x")).hasToString("SigningProperties[]");
    }

    private static SigningSecret secretOf(int bytes) {
        return SigningSecret.parse("whsec_" + Base64.getEncoder().encodeToString(new byte[bytes]), "p");
    }
}
