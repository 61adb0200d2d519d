package dev.sluice.scenarios;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.scenarios.Client.Answer;
import dev.sluice.simulator.Pace;
import dev.sluice.simulator.Simulator;
import dev.sluice.simulator.SimulatorSettings;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tickets, by which a browser's EventSource follows what its user may see. */
@SuppressWarnings("NullAway.Init")
class TicketTests {

    private static final String TICKETS = "/v1/stream-tickets";
    private static final String SECRET = Base64.getEncoder().encodeToString(new byte[32]);

    private static Simulator simulator;
    private static RunningSluice sluice;
    private static Client nobody;
    private static String fox;
    private static String owl;

    @BeforeAll
    static void start(@TempDir Path store) {
        simulator = Simulator.start(SimulatorSettings.defaults().withPace(Pace.fixed(Duration.ofMillis(200))));
        sluice = RunningSluice.inFrontOf(simulator, store);
        nobody = sluice.client("");
        fox = sluice.alice().accepted("a fox");
        owl = sluice.alice().accepted("an owl");
        sluice.alice().ending(fox);
        sluice.alice().ending(owl);
    }

    @AfterAll
    static void stop() {
        sluice.close();
        simulator.close();
    }

    private static String ticket(Client caller, String... generations) {
        Answer answer = caller.post(TICKETS, body(generations));
        assertThat(answer.status()).as(answer.body()).isEqualTo(200);
        return answer.json().path("ticket").stringValue();
    }

    private static String body(String... generations) {
        return generations.length == 0
                ? "{}"
                : "{\"generations\":[%s]}"
                        .formatted(Arrays.stream(generations)
                                .map(id -> "\"" + id + "\"")
                                .collect(Collectors.joining(",")));
    }

    private static String events(String id) {
        return "/v1/generations/" + id + "/events";
    }

    /** An address with a ticket. */
    private static String with(String ticket, String path) {
        return path + (path.contains("?") ? "&" : "?") + "ticket=" + ticket;
    }

    private static void refused(Answer answer) {
        assertThat(answer.status()).as(answer.body()).isEqualTo(401);
        assertThat(answer.json().path("type").stringValue()).isEqualTo("urn:sluice:problem:unauthorized");
        assertThat(answer.body()).doesNotContain("tkt_");
    }

    @Nested
    class Open {

        @Test
        void everyStreamOfTheirCallerAndItsPictures() {
            String ticket = ticket(sluice.alice());

            for (String path : List.of(events(fox), "/v1/events?generation=" + fox + "&generation=" + owl)) {
                try (EventStream stream = nobody.stream(with(ticket, path))) {
                    assertThat(stream.status()).isEqualTo(200);
                    assertThat(stream.awaits("completed").data()).contains("completed");
                }
            }
            assertThat(nobody.get(with(ticket, "/v1/generations/" + fox + "/images/0"))
                            .status())
                    .isEqualTo(200);
            assertThat(nobody.get(with(ticket, "/v1/status")).json().has("own")).isTrue();
        }

        @Test
        void againAndAgainAndGoOnWhereAStreamWasCut() {
            String ticket = ticket(sluice.alice(), fox);
            String seen;
            try (EventStream stream = nobody.stream(with(ticket, events(fox)))) {
                seen = stream.awaits("processing").id();
            }

            List<EventStream.Event> rest = nobody.stream(with(ticket, events(fox)), "Last-Event-ID", seen)
                    .untilItEnds();

            assertThat(EventStream.names(rest)).containsExactly("completed");
            assertThat(nobody.get(with(ticket, events(fox)) + "&lastEventId="
                                    + rest.getLast().id())
                            .status())
                    .isEqualTo(204);
        }

        @Test
        void onlyWhatTheyName() {
            String ticket = ticket(sluice.alice(), fox);

            assertThat(nobody.get(with(ticket, events(fox))).status()).isEqualTo(200);
            assertThat(nobody.get(with(ticket, events(owl))).status()).isEqualTo(404);
            assertThat(nobody.get(with(ticket, "/v1/events?generation=" + fox)).status())
                    .isEqualTo(200);
            assertThat(nobody.get(with(ticket, "/v1/events?generation=" + fox + "&generation=" + owl))
                            .status())
                    .isEqualTo(404);
            assertThat(nobody.get(with(ticket, "/v1/generations/" + owl + "/images/0"))
                            .status())
                    .isEqualTo(404);
            refused(nobody.get(with(ticket, "/v1/status")));
        }

        @Test
        void aBatchIfTheyNameAllOfIt() {
            var batch = sluice.alice()
                    .post("/v1/batches", "{\"generations\":[{\"prompt\":\"one\"},{\"prompt\":\"two\"}]}")
                    .json();
            String path = "/v1/batches/" + batch.path("id").stringValue() + "/events";
            String one = batch.path("generations").get(0).path("id").stringValue();
            String two = batch.path("generations").get(1).path("id").stringValue();

            assertThat(nobody.get(with(ticket(sluice.alice(), one), path)).status())
                    .isEqualTo(404);
            try (EventStream stream = nobody.stream(with(ticket(sluice.alice(), two, one), path))) {
                assertThat(stream.status()).isEqualTo(200);
            }
        }

        @Test
        void nothingOfSomebodyElses() {
            Answer own = nobody.get(with(ticket(sluice.bob()), events(fox)));
            Answer none = nobody.get(with(ticket(sluice.bob()), events("gen_01jd0000000000000000000000")));

            assertThat(own.status()).isEqualTo(404);
            assertThat(own.body().replace(fox, "*"))
                    .isEqualTo(none.body().replace("gen_01jd0000000000000000000000", "*"));
        }

        @ParameterizedTest
        @ValueSource(strings = {"/v1/generations", "/v1/batches/bat_01jd0000000000000000000000", "/api/v1/credits"})
        void nothingElse(String path) {
            refused401(nobody.get(with(ticket(sluice.alice()), path)));
            refused401(nobody.get(with(ticket(sluice.alice()), "/v1/generations/" + fox)));
        }

        private static void refused401(Answer answer) {
            assertThat(answer.status()).as(answer.body()).isEqualTo(401);
        }

        @ParameterizedTest
        @ValueSource(strings = {"POST", "DELETE", "HEAD", "PUT"})
        void nothingWithAnotherMethodThanGet(String method) {
            assertThat(asked(method, events(fox)).status()).isEqualTo(401);
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "/v1/%67enerations/ID/events",
                    "//v1/generations/ID/events",
                    "/v1/generations/ID/events/",
                    "/v1/generations/ID/events;a=b",
                    "/v1/x/../generations/ID/events",
                    "/v1/%2e/generations/ID/events"
                })
        void nothingThatIsWrittenInAnotherWay(String path) {
            assertThat(asked("GET", path.replace("ID", fox)).status()).isEqualTo(401);
        }

        private static Answer asked(String method, String path) {
            byte[] request = "%s %s HTTP/1.1\r\nHost: sluice\r\nConnection: close\r\n\r\n"
                    .formatted(method, with(ticket(sluice.alice()), path))
                    .getBytes(StandardCharsets.US_ASCII);
            return BareSocket.ask(sluice.api(), request);
        }
    }

    @Nested
    class AreIssued {

        @ParameterizedTest
        @CsvSource({"'{}', 600", "'{\"seconds\":60}', 60", "'{\"seconds\":3600}', 3600"})
        void forTenMinutesUnlessTheyAreToLiveLonger(String body, long seconds) {
            livesFor(seconds, sluice.alice().post(TICKETS, body));
        }

        @Test
        void forTwoHoursWhenTheyNameWhatTheyOpenAndForADayAtMost() {
            String naming = body(fox).replace("}", "");

            livesFor(7_200, sluice.alice().post(TICKETS, naming + "}"));
            livesFor(86_400, sluice.alice().post(TICKETS, naming + ",\"seconds\":86400}"));
            assertThat(sluice.alice()
                            .post(TICKETS, naming + ",\"seconds\":86401}")
                            .status())
                    .isEqualTo(400);
        }

        private static void livesFor(long seconds, Answer answer) {
            assertThat(answer.status()).as(answer.body()).isEqualTo(200);
            assertThat(answer.header("Cache-Control")).isEqualTo("no-store");
            assertThat(Duration.between(
                            Instant.now(),
                            Instant.parse(answer.json().path("expiresAt").stringValue())))
                    .isBetween(Duration.ofSeconds(seconds - 10), Duration.ofSeconds(seconds));
        }

        @ParameterizedTest
        @CsvSource(delimiter = '|', textBlock = """
            {"seconds":0}                                          | /seconds
            {"seconds":3601}                                       | /seconds
            {"seconds":1.5}                                        | /seconds
            {"seconds":"60"}                                       | /seconds
            {"seconds":99999999999999999999}                       | /seconds
            {"generations":[]}                                     | /generations
            {"generations":"gen_01jd0000000000000000000000"}       | /generations
            {"generations":[7]}                                    | /generations/0
            {"generations":["gen_01jd0000000000000000000000","x"]} | /generations/1
            {"generation":["gen_01jd0000000000000000000000"]}      | /generation
            """)
        void toNobodyWhoAsksBadly(String body, String pointer) {
            Answer answer = sluice.alice().post(TICKETS, body);

            assertThat(answer.status()).isEqualTo(400);
            assertThat(answer.json().path("detail").stringValue()).startsWith(pointer + ": ");
        }

        @Test
        void forTheCallersOwnAndElseItIsSaidWhichAreNot() {
            String none = "gen_01jd0000000000000000000000";

            Answer answer = sluice.bob().post(TICKETS, body(fox, none));

            assertThat(answer.status()).isEqualTo(404);
            assertThat(answer.json().path("detail").stringValue()).contains(fox, none);
        }

        @Test
        void shortEnoughForAnAddressHoweverMuchTheyName() {
            String hundred = Stream.generate(() -> "{\"prompt\":\"one of many\"}")
                    .limit(100)
                    .collect(Collectors.joining(",", "{\"generations\":[", "]}"));
            var batch = sluice.alice().post("/v1/batches", hundred).json();
            List<String> ids = batch.path("generations")
                    .valueStream()
                    .map(each -> each.path("id").stringValue())
                    .toList();

            String ticket = ticket(sluice.alice(), ids.toArray(String[]::new));

            assertThat(ticket.length()).isLessThan(2_500);
            String all = ids.stream().map(id -> "generation=" + id).collect(Collectors.joining("&", "/v1/events?", ""));
            try (EventStream stream = nobody.stream(with(ticket, all))) {
                assertThat(stream.status()).isEqualTo(200);
            }
            assertThat(sluice.alice()
                            .post(
                                    TICKETS,
                                    body(Stream.concat(ids.stream(), Stream.of(fox))
                                            .toArray(String[]::new)))
                            .status())
                    .isEqualTo(400);
        }
    }

    @Nested
    class AreRefused {

        static Stream<String> tickets() {
            String good = ticket(sluice.alice(), fox);
            byte[] bytes = Base64.getUrlDecoder().decode(good.substring(4));
            return Stream.of(
                    "",
                    "x",
                    "tkt_",
                    "tkt_AAAA",
                    "tkt_" + "A".repeat(100),
                    "tkt_" + "A".repeat(5_000),
                    "tkt_%00",
                    "tkt_!!!",
                    good.substring(4),
                    good + "AAAA",
                    good.substring(0, good.length() - 4),
                    good.toUpperCase(Locale.ROOT),
                    "tkt_" + with(bytes, 0, 2),
                    "tkt_" + with(bytes, 8, bytes[8] + 1),
                    "tkt_" + with(bytes, 10, 'b'),
                    "tkt_" + with(bytes, bytes.length - 1, bytes[bytes.length - 1] + 1));
        }

        private static String with(byte[] bytes, int place, int value) {
            byte[] changed = bytes.clone();
            changed[place] = (byte) value;
            return Base64.getUrlEncoder().withoutPadding().encodeToString(changed);
        }

        @ParameterizedTest
        @MethodSource("tickets")
        void whenTheyAreForged(String ticket) {
            refused(nobody.get(TicketTests.with(ticket, events(fox))));
        }

        @Test
        void onceTheyHaveExpired() {
            String ticket = sluice.alice()
                    .post(TICKETS, "{\"seconds\":1}")
                    .json()
                    .path("ticket")
                    .stringValue();

            await().atMost(Duration.ofSeconds(5))
                    .until(() ->
                            nobody.get(TicketTests.with(ticket, events(fox))).status() == 401);

            Answer answer = nobody.get(TicketTests.with(ticket, events(fox)));
            refused(answer);
            assertThat(answer.json().path("detail").stringValue()).contains("POST /v1/stream-tickets");
        }

        @Test
        void whereSomethingElseSignsThem(@TempDir Path one, @TempDir Path other) {
            String signedHere = ticket(sluice.alice());
            String signedWithSecret;
            try (RunningSluice elsewhere = RunningSluice.inFrontOf(simulator, one, "sluice.tickets.secret=" + SECRET)) {
                assertThat(elsewhere
                                .client("")
                                .get(TicketTests.with(signedHere, "/v1/status"))
                                .status())
                        .isEqualTo(401);
                signedWithSecret = ticket(elsewhere.alice());
            }
            try (RunningSluice withoutAlice = RunningSluice.inFrontOf(
                    simulator, other, "sluice.tickets.secret=" + SECRET, "sluice.clients[0].id=alison")) {
                assertThat(withoutAlice
                                .client("")
                                .get(TicketTests.with(signedWithSecret, "/v1/status"))
                                .status())
                        .as("the ticket of a caller who was taken out of the settings")
                        .isEqualTo(401);
            }
        }
    }

    @Test
    void outliveARestart(@TempDir Path store) {
        String ticket;
        try (RunningSluice before = RunningSluice.inFrontOf(simulator, store)) {
            ticket = ticket(before.alice());
        }
        try (RunningSluice after = RunningSluice.inFrontOf(simulator, store)) {
            assertThat(after.client("").get(with(ticket, "/v1/status")).status())
                    .isEqualTo(200);
        }
    }

    @Test
    void areNotHandedOnToTheUpstream() {
        assertThat(sluice.carol()
                        .get("/api/v1/credits?a=1&ticket=tkt_secret&b=2&%74icket=tkt_secret")
                        .status())
                .isEqualTo(200);

        assertThat(simulator.ledger().lastRequests())
                .anyMatch(request -> request.uri().equals("/api/v1/credits?a=1&b=2"))
                .noneMatch(request -> request.toString().contains("tkt_"));
    }
}
