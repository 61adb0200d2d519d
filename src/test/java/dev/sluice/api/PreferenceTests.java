package dev.sluice.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.http.HttpHeaders;

class PreferenceTests {

    private static final Duration USUAL = Duration.ofSeconds(50);

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        respond-async                    | 0   | respond-async
        Respond-Async                    | 0   | respond-async
        wait=7                           | 7   | wait=7
        wait = 7                         | 7   | wait=7
        wait="7"                         | 7   | wait=7
        WAIT=7                           | 7   | wait=7
        wait=0                           | 0   | wait=0
        wait=300                         | 300 | wait=300
        wait=301                         | 300 | wait=300
        wait=999999999                   | 300 | wait=300
        respond-async, wait=7            | 7   | respond-async, wait=7
        wait=7, respond-async            | 7   | respond-async, wait=7
        wait=7;urgent                    | 7   | wait=7
        wait=7, wait=9                   | 7   | wait=7
        return=minimal, wait=7           | 7   | wait=7
        """)
    void honoursWhatIsUnderstoodAndSaysSo(String prefer, long seconds, String applied) {
        Preference preference = Preference.of(prefer(prefer), USUAL);

        assertThat(preference.longest()).hasSeconds(seconds);
        assertThat(preference.applied()).hasValue(applied);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "nonsense",
                "wait",
                "wait=",
                "wait=-1",
                "wait=1.5",
                "wait=soon",
                "wait=9999999999",
                "wait=\u0663",
                "async",
                "respond-async=true",
                "=;,\"",
                "return=minimal"
            })
    void passesOverWhatIsNot(String prefer) {
        assertThat(Preference.of(prefer(prefer), USUAL)).isEqualTo(Preference.of(new HttpHeaders(), USUAL));
    }

    @Test
    void readsSeveralHeadersAsOne() {
        HttpHeaders headers = new HttpHeaders();
        headers.addAll("Prefer", List.of("wait=7", "respond-async"));

        assertThat(Preference.of(headers, USUAL).applied()).hasValue("respond-async, wait=7");
    }

    @Test
    void isWhatIsUsualForWhoSaysNothing() {
        Preference preference = Preference.of(new HttpHeaders(), USUAL);

        assertThat(preference.longest()).isEqualTo(USUAL);
        assertThat(preference.applied()).isEmpty();
    }

    private static HttpHeaders prefer(String value) {
        HttpHeaders headers = new HttpHeaders();
        headers.set("Prefer", value);
        return headers;
    }
}
