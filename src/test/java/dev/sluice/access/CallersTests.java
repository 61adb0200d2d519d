package dev.sluice.access;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import dev.sluice.access.ClientProperties.Client;
import dev.sluice.generation.Allowance;
import dev.sluice.generation.CallerId;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

class CallersTests {

    private static final String ODD = "!\"#$%&'()*+,-./:;<=>?@[]^_`{|}~";

    /** Of {@code fay-s-key}, in capitals. */
    private static final String FAYS_HASH = "3436560DAADBCD8DABE705C54FF6FCF6A0AE385F90AD4C5C2C5916B323C7AE28";

    private final Callers callers = Callers.of(
            new ClientProperties(
                    List.of(
                            new Client("alice", "alice-key", null, 1, 60, null, false, List.of(), List.of()),
                            new Client("bob", "bob-key-bob", null, 1, 60, null, true, List.of(), List.of()),
                            new Client("fay", null, FAYS_HASH, 1, 60, null, false, List.of(), List.of()),
                            new Client("odd", ODD, null, 1, 60, null, false, List.of(), List.of())),
                    null),
            false);

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Bearer alice-key",
                "bearer alice-key",
                "BEARER alice-key",
                "bEaReR   alice-key",
                "Bearer alice-key ",
                "Bearer \talice-key",
            })
    void knowsAKeyWhateverTheSchemeLooksLike(String authorization) {
        assertThat(callers.recognise(authorization))
                .hasValue(new Caller(new CallerId("alice"), Allowance.USUAL, false, Set.of(), true, null));
    }

    @Test
    void knowsWhoMayDoMore() {
        assertThat(callers.recognise("Bearer bob-key-bob"))
                .hasValue(new Caller(new CallerId("bob"), Allowance.USUAL, true, Set.of(), true, null));
    }

    @Test
    void knowsAKeyByItsHashAndNotTheHash() {
        assertThat(callers.recognise("Bearer fay-s-key"))
                .hasValueSatisfying(caller -> assertThat(caller.id().value()).isEqualTo("fay"));
        assertThat(callers.recognise("Bearer " + FAYS_HASH)).isEmpty();
        assertThat(callers.recognise("Bearer " + FAYS_HASH.toLowerCase(Locale.ROOT)))
                .isEmpty();
    }

    @Test
    void makesKeysThatItKnowsByTheSettingThatGoesWithThem() {
        String made = GatewayKey.random().forOperator();
        String key = made.lines()
                .filter(line -> line.startsWith("sluice_"))
                .findFirst()
                .orElseThrow();
        String setting = made.lines()
                .filter(line -> line.startsWith("sluice.clients"))
                .findFirst()
                .orElseThrow();
        Client client =
                new Client("gus", null, setting.replaceAll(".*=", ""), 1, 60, null, false, List.of(), List.of());

        assertThat(key).matches("sluice_[A-Za-z0-9_-]{43}");
        assertThat(Callers.of(new ClientProperties(List.of(client), null), false)
                        .recognise("Bearer " + key))
                .isPresent();
        assertThat(GatewayKey.random().forOperator()).isNotEqualTo(made);
        assertThat(GatewayKey.random()).hasToString("GatewayKey[***]");
    }

    @Test
    void knowsAKeyOfOddForm() {
        assertThat(callers.recognise("Bearer " + ODD))
                .hasValueSatisfying(caller -> assertThat(caller.id().value()).isEqualTo("odd"));
    }

    @ParameterizedTest
    @NullSource
    @ValueSource(
            strings = {
                "",
                " ",
                "Bearer",
                "Bearer ",
                "Beare alice-key",
                "Bearer\u00a0alice-key",
                "Bearer\talice-key",
                " Bearer alice-key",
                "Bearer Alice-key",
                "Bearer alice-ke",
                "Bearer alice-keyy",
                "Bearer alice-key, bob-key-bob",
                "Bearer alice-key\u0000",
                "Bearer null",
                "Basic alice-key",
                "alice-key",
            })
    void knowsNobodyByAnythingElse(@Nullable String authorization) {
        assertThat(callers.recognise(authorization)).isEmpty();
    }

    @Test
    void takesEverybodyForDemoWhenThereIsNothingToProtect() {
        assertThat(Callers.demo().recognise(null)).isEqualTo(Callers.demo().recognise("Basic x"));
        assertThat(Callers.demo().recognise(null))
                .hasValueSatisfying(caller -> assertThat(caller.id().value()).isEqualTo("demo"));
    }

    @Test
    void takesAsLongForAKeyThatIsNearlyRight() {
        JavaClasses callers = new ClassFileImporter().importClasses(Callers.class);
        String because = "the time that a comparison takes must not tell how much of a guess was right";

        classes()
                .should()
                .callMethod(MessageDigest.class, "isEqual", byte[].class, byte[].class)
                .because(because)
                .check(callers);
        noClasses()
                .should()
                .callMethod(Arrays.class, "equals", byte[].class, byte[].class)
                .orShould()
                .callMethod(String.class, "equals", Object.class)
                .because(because)
                .check(callers);
    }

    @Test
    void neverTellsAKey() {
        Client client = new Client("alice", "alice-key", null, 1, 60, null, false, List.of(), List.of());

        assertThat(client).hasToString("Client[alice]");
        assertThat(new ClientProperties(List.of(client), null).toString()).doesNotContain("alice-key");
        assertThat(new TicketProperties("Y2FuYXJ5".repeat(8)).toString()).doesNotContain("Y2FuYXJ5");
        assertThat(new StreamTickets.Issued("tkt_AAAA", Instant.EPOCH).toString())
                .doesNotContain("tkt_");
        assertThatThrownBy(() -> new Client("alice", "ключ-alice", null, 1, 60, null, false, List.of(), List.of()))
                .hasMessageNotContaining("ключ");
    }
}
