package dev.sluice.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.scenarios.Client.Answer;
import dev.sluice.simulator.Simulator;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which pages of other origins a browser lets read what (the Fetch standard's CORS protocol). */
@SuppressWarnings("NullAway.Init")
class OriginTests {

    private static final String ALICES = "https://app.example.com";
    private static final String BOBS = "http://localhost:5173";
    private static final String NOBODYS = "https://evil.example.com";
    private static final String ALLOW = "Access-Control-Allow-Origin";

    private static Simulator simulator;
    private static RunningSluice sluice;

    @BeforeAll
    static void start(@TempDir Path store) {
        simulator = Simulator.start();
        sluice = RunningSluice.inFrontOf(
                simulator,
                store,
                "sluice.clients[0].origins=" + ALICES + ",https://other.example.com",
                "sluice.clients[1].origins[0]=" + BOBS);
    }

    @AfterAll
    static void stop() {
        sluice.close();
        simulator.close();
    }

    /** As a bare request, since the client of the JDK sets no such headers. */
    private static Answer ask(String method, String path, String... headers) {
        String head = Arrays.stream(headers).map(line -> line + "\r\n").collect(Collectors.joining());
        return BareSocket.ask(
                sluice.api(),
                "%s %s HTTP/1.1\r\nHost: sluice\r\nConnection: close\r\n%s\r\n"
                        .formatted(method, path, head)
                        .getBytes(StandardCharsets.US_ASCII));
    }

    private static String key(String key) {
        return "Authorization: Bearer " + key;
    }

    private static List<String> words(Answer answer, String header) {
        return answer.headers().allValues(header).stream()
                .flatMap(value -> Arrays.stream(value.split(",\\s*", -1)))
                .toList();
    }

    @ParameterizedTest
    @ValueSource(strings = {"/v1/generations", "/v1/generations/x/events", "/v1/stream-tickets", "/api/v1/generate"})
    void arePermittedBeforehandIfTheyAreAnybodys(String path) {
        for (String origin : List.of(ALICES, BOBS)) {
            Answer answer = ask(
                    "OPTIONS",
                    path,
                    "Origin: " + origin,
                    "Access-Control-Request-Method: POST",
                    "Access-Control-Request-Headers: authorization,idempotency-key");

            assertThat(answer.status()).isEqualTo(204);
            assertThat(answer.header(ALLOW)).isEqualTo(origin);
            assertThat(words(answer, "Access-Control-Allow-Methods"))
                    .containsExactlyInAnyOrder("GET", "POST", "DELETE");
            assertThat(words(answer, "Access-Control-Allow-Headers"))
                    .contains(
                            "Authorization",
                            "Content-Type",
                            "Accept",
                            "Last-Event-ID",
                            "Idempotency-Key",
                            "Prefer",
                            "If-None-Match",
                            "X-Request-Id",
                            "traceparent");
            assertThat(Long.parseLong(answer.header("Access-Control-Max-Age"))).isBetween(1L, 7_200L);
            assertThat(words(answer, "Vary")).contains("Origin");
            assertThat(answer.header("Access-Control-Allow-Credentials")).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                NOBODYS,
                "null",
                "*",
                "https://app.example.com.evil.example.com",
                "https://app.example.com:444",
                "http://app.example.com",
                "https://APP.example.com",
                "https://app.example.com/",
                "https://evil.example.com, https://app.example.com"
            })
    void areNotPermittedIfTheyAreNobodys(String origin) {
        Answer asked = ask("OPTIONS", "/v1/generations", "Origin: " + origin, "Access-Control-Request-Method: POST");
        Answer told = ask("GET", "/v1/generations", "Origin: " + origin, key(RunningSluice.ALICE));

        assertThat(asked.status()).isEqualTo(401);
        assertThat(told.status()).isEqualTo(200);
        for (Answer answer : List.of(asked, told)) {
            assertThat(answer.headers().map().keySet())
                    .noneMatch(name -> name.toLowerCase(Locale.ROOT).startsWith("access-control-"));
            assertThat(words(answer, "Vary")).contains("Origin");
        }
    }

    @Test
    void readWhatTheirOwnCallerGets() {
        Answer answer = ask("GET", "/v1/generations", "Origin: " + ALICES, key(RunningSluice.ALICE));

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.header(ALLOW)).isEqualTo(ALICES);
        assertThat(words(answer, "Access-Control-Expose-Headers"))
                .contains(
                        "Location",
                        "Retry-After",
                        "ETag",
                        "RateLimit",
                        "RateLimit-Policy",
                        "Preference-Applied",
                        "X-Request-Id");
    }

    @Test
    void readNothingOfAnotherCallers() {
        Answer answer = ask("GET", "/v1/generations", "Origin: " + BOBS, key(RunningSluice.ALICE));

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.header(ALLOW)).isEmpty();
    }

    @Test
    void readWhatIsWrong() {
        Answer unknown = ask("GET", "/v1/generations", "Origin: " + BOBS, key("nobody-s-key"));
        Answer missing = ask("GET", "/v1/generations/x", "Origin: " + ALICES, key(RunningSluice.ALICE));
        Answer dropIn = ask("GET", "/api/v1/anything", "Origin: " + ALICES, key(RunningSluice.ALICE));

        assertThat(unknown.status()).isEqualTo(401);
        assertThat(unknown.header(ALLOW)).isEqualTo(BOBS);
        assertThat(missing.status()).isEqualTo(404);
        assertThat(missing.header(ALLOW)).isEqualTo(ALICES);
        assertThat(dropIn.status()).isEqualTo(404);
        assertThat(dropIn.header(ALLOW)).isEqualTo(ALICES);
    }

    @Test
    void readWhatIsPassedThroughAndItsOwnVaryStays() {
        Answer answer = ask("GET", "/api/v1/credits", "Origin: " + ALICES, key(RunningSluice.ALICE));

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.header(ALLOW)).isEqualTo(ALICES);
        assertThat(words(answer, "Vary")).contains("Origin");
    }

    @Test
    void readStreamsByKeyAndByTicket() {
        String id = sluice.alice().accepted("seen from a page");
        String ticket = sluice.alice()
                .post("/v1/stream-tickets", "{\"generations\":[\"" + id + "\"]}")
                .json()
                .path("ticket")
                .stringValue();
        String events = "/v1/generations/" + id + "/events";

        Answer byKey = ask("GET", events, "Origin: " + ALICES, key(RunningSluice.ALICE));
        Answer byTicket = ask("GET", events + "?ticket=" + ticket, "Origin: " + ALICES);
        Answer byTicketElsewhere = ask("GET", events + "?ticket=" + ticket, "Origin: " + BOBS);

        assertThat(byKey.header(ALLOW)).isEqualTo(ALICES);
        assertThat(byTicket.status()).isEqualTo(200);
        assertThat(byTicket.header(ALLOW)).isEqualTo(ALICES);
        assertThat(byTicketElsewhere.status()).isEqualTo(200);
        assertThat(byTicketElsewhere.header(ALLOW)).isEmpty();
    }

    @Test
    void areNotSpokenOfWhereNoneIsConfigured(@TempDir Path store) {
        try (RunningSluice without = RunningSluice.inFrontOf(simulator, store)) {
            Answer answer = BareSocket.ask(
                    without.api(),
                    "GET / HTTP/1.1\r\nHost: sluice\r\nOrigin: %s\r\nConnection: close\r\n\r\n"
                            .formatted(ALICES)
                            .getBytes(StandardCharsets.US_ASCII));

            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.header(ALLOW)).isEmpty();
        }
    }
}
