package dev.sluice.scenarios;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_16BE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.sluice.scenarios.Client.Answer;
import dev.sluice.simulator.Pace;
import dev.sluice.simulator.Simulator;
import dev.sluice.simulator.SimulatorSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** What is wrong is said so that its sender can mend it, and goes no further. */
@SuppressWarnings("NullAway.Init")
class BadInputTests {

    private static final String GOOD = Client.prompt("good");
    private static final String NOBODYS = "gen_01jd0000000000000000000000";
    private static final int ONE_MEBIBYTE = 1024 * 1024;

    private static Simulator simulator;
    private static RunningSluice sluice;
    private static String known;

    @BeforeAll
    static void start(@TempDir Path store) {
        simulator = Simulator.start(SimulatorSettings.defaults().withPace(Pace.fixed(Duration.ofMillis(50))));
        sluice = RunningSluice.inFrontOf(simulator, store, "sluice.request.body-timeout=1s");
        known = sluice.alice().accepted("good");
        sluice.alice().ending(known);
    }

    @AfterAll
    static void stop() {
        sluice.close();
        simulator.close();
    }

    /** Only what was good was accepted, written down or sent on. */
    @AfterEach
    void nothingBadWentAnyFurther() {
        assertThat(simulator.ledger().submitsReceived())
                .isEqualTo(simulator.ledger().submitsReceived("good"));
        assertThat(sluice.alice().get("/v1/generations?limit=100").json().path("items"))
                .allMatch(item -> item.path("prompt").stringValue().equals("good"));
    }

    @Nested
    class BodiesThatAreNoJson {

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "{\"prompt\":\"bad\"",
                    "{\"prompt\":\"bad",
                    "{\"prompt\":",
                    "{\"prompt\"",
                    "{",
                    "}",
                    "prompt=bad",
                    "{\"prompt\":\"bad\"}}",
                    "{\"prompt\":\"bad\"} {\"prompt\":\"bad\"}",
                    "{\"prompt\":\"bad\"},",
                    "{\"prompt\":\"bad\",}",
                    "{\"prompt\":\"bad\" \"n\":1}",
                    "{'prompt':'bad'}",
                    "{prompt:\"bad\"}",
                    "{\"prompt\":\"bad\",\"prompt\":\"bad\"}",
                    "{\"prompt\":\"bad\",\"a\":{\"b\":1,\"b\":2}}",
                    "{\"prompt\":\"bad\"} // said in passing",
                    "/* first */ {\"prompt\":\"bad\"}",
                    "{\"prompt\":\"bad\" # really\n}",
                    "{\"prompt\":\"bad\",\"n\":NaN}",
                    "{\"prompt\":\"bad\",\"n\":-Infinity}",
                    "{\"prompt\":\"bad\",\"n\":+1}",
                    "{\"prompt\":\"bad\",\"n\":01}",
                    "{\"prompt\":\"bad\",\"n\":1.}",
                    "{\"prompt\":\"bad\",\"n\":.5}",
                    "{\"prompt\":\"bad\",\"n\":1e-99999999999}",
                    "{\"prompt\":\"bad\",\"n\":0x10}",
                    "{\"prompt\":\"bad\",\"n\":True}",
                    "{\"prompt\":\"bad\\x\"}",
                    "{\"prompt\":\"bad\\u12\"}",
                    "{\"prompt\":\"bad\tas it is\"}",
                    "{\"prompt\":\"bad\nas it is\"}",
                    "{\"prompt\":\"bad\u0000as it is\"}",
                })
        void areToldToBeUnreadable(String body) {
            refused(post(body.getBytes(UTF_8)), 400, "malformed-request", "The body");
        }

        @ParameterizedTest
        @ValueSource(strings = {"", " ", "\r\n", "[]", "[{\"prompt\":\"bad\"}]", "\"bad\"", "1", "true", "null"})
        void areToldToBeNoObject(String body) {
            refused(post(body.getBytes(UTF_8)), 400, "malformed-request", "JSON object");
        }

        @Test
        void areRefusedWhenTheyAreDeep() {
            for (String deep : List.of("[".repeat(70) + "]".repeat(70), "{\"a\":".repeat(70) + "1" + "}".repeat(70))) {
                refused(
                        post(("{\"prompt\":\"bad\",\"deep\":" + deep + "}").getBytes(UTF_8)),
                        400,
                        "malformed-request",
                        "64");
            }
            refused(post("[".repeat(500_000).getBytes(UTF_8)), 400, "malformed-request", "64");
        }

        @Test
        void areRefusedWhenANumberOrANameIsEndless() {
            refused(
                    post(("{\"prompt\":\"bad\",\"n\":" + "9".repeat(100_000) + "}").getBytes(UTF_8)),
                    400,
                    "malformed-request",
                    "1000");
            refused(
                    post(("{\"prompt\":\"bad\",\"" + "n".repeat(100_000) + "\":1}").getBytes(UTF_8)),
                    400,
                    "malformed-request",
                    "50000");
        }

        static Stream<Arguments> notUtf8() {
            return Stream.of(
                    arguments("a byte that starts nothing", "{\"prompt\":\"bad\u00ff\"}".getBytes(ISO_8859_1)),
                    arguments("Latin-1", "{\"prompt\":\"bad caf\u00e9\"}".getBytes(ISO_8859_1)),
                    arguments("a character cut short", "{\"prompt\":\"bad\u00e2\u0082\"}".getBytes(ISO_8859_1)),
                    arguments("an overlong slash", "{\"prompt\":\"bad\u00c0\u00af\"}".getBytes(ISO_8859_1)),
                    arguments("an overlong U+0000", "{\"prompt\":\"bad\u00c0\u0080\"}".getBytes(ISO_8859_1)),
                    arguments("half a pair", "{\"prompt\":\"bad\u00ed\u00a0\u0080\"}".getBytes(ISO_8859_1)),
                    arguments("beyond the last", "{\"prompt\":\"bad\u00f5\u0080\u0080\u0080\"}".getBytes(ISO_8859_1)),
                    arguments("in a name", "{\"prompt\":\"bad\",\"\u00ff\":1}".getBytes(ISO_8859_1)));
        }

        @ParameterizedTest(name = "{0}")
        @MethodSource("notUtf8")
        void areRefusedWhenTheyAreNotUtf8(String what, byte[] body) {
            refused(post(body), 400, "malformed-request", "UTF-8");
        }

        @Test
        void areRefusedInUtf16AndBehindAByteOrderMark() {
            refused(post("{\"prompt\":\"bad\"}".getBytes(UTF_16BE)), 400, "malformed-request", "The body");
            refused(post("\ufeff{\"prompt\":\"bad\"}".getBytes(UTF_8)), 400, "malformed-request", "byte order mark");
        }
    }

    @Nested
    class FieldsThatAreWrong {

        @ParameterizedTest
        @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {}                                                                    | /prompt
            {"prompt":null}                                                       | /prompt
            {"prompt":""}                                                         | /prompt
            {"prompt":" \\n\\t\\u2003 "}                                          | /prompt
            {"prompt":5}                                                          | /prompt
            {"prompt":true}                                                       | /prompt
            {"prompt":["bad"]}                                                    | /prompt
            {"prompt":{"text":"bad"}}                                             | /prompt
            {"Prompt":"bad"}                                                      | /prompt
            {"prompt":"bad","selectedModel":1}                                    | /selectedModel
            {"prompt":"bad","selectedModel":["a"]}                                | /selectedModel
            {"prompt":"bad","aspectRatio":1.5}                                    | /aspectRatio
            {"prompt":"bad","aspectRatio":{"w":16,"h":9}}                         | /aspectRatio
            {"prompt":"bad","referenceImageUrls":"https://example.com/a.png"}     | /referenceImageUrls
            {"prompt":"bad","referenceImageUrls":{"0":"a"}}                       | /referenceImageUrls
            {"prompt":"bad","referenceImageUrls":["a",1]}                         | /referenceImageUrls/1
            {"prompt":"bad","referenceImageUrls":[null]}                          | /referenceImageUrls/0
            {"prompt":"bad","referenceImageUrls":[["a"]]}                         | /referenceImageUrls/0
            {"prompt":"bad","mode":1}                                             | /mode
            {"prompt":"bad","mode":{}}                                            | /mode
            {"prompt":"bad","sluice":null}                                        | /sluice
            {"prompt":"bad","sluice":"batch"}                                     | /sluice
            {"prompt":"bad","sluice":[]}                                          | /sluice
            {"prompt":"bad","sluice":{"priorty":"batch"}}                         | /sluice/priorty
            {"prompt":"bad","sluice":{"":1}}                                      | /sluice/
            {"prompt":"bad","sluice":{"a/b~c":1}}                                 | /sluice/a~1b~0c
            {"prompt":"bad","sluice":{"priority":"urgent"}}                       | /sluice/priority
            {"prompt":"bad","sluice":{"priority":"BATCH"}}                        | /sluice/priority
            {"prompt":"bad","sluice":{"priority":1}}                              | /sluice/priority
            {"prompt":"bad","sluice":{"webhookUrl":"nowhere"}}                    | /sluice/webhookUrl
            {"prompt":"bad","sluice":{"webhookUrl":7}}                            | /sluice/webhookUrl
            {"prompt":"bad","sluice":{"webhookUrl":null}}                         | /sluice/webhookUrl
            {"prompt":"bad","sluice":{"webhookUrl":""}}                           | /sluice/webhookUrl
            {"prompt":"bad","sluice":{"webhookUrl":"//example.com/hook"}}         | /sluice/webhookUrl
            {"prompt":"bad","sluice":{"webhookUrl":"ftp://example.com/hook"}}     | /sluice/webhookUrl
            {"prompt":"bad","sluice":{"webhookUrl":"https:example.com"}}          | /sluice/webhookUrl
            {"prompt":"bad","sluice":{"webhookUrl":"https://me:p@example.com/"}}  | /sluice/webhookUrl
            {"prompt":"bad","sluice":{"webhookUrl":"https://example.com/#a"}}     | /sluice/webhookUrl
            {"prompt":"bad","sluice":{"webhookUrl":"https://example.com:0/"}}     | /sluice/webhookUrl
            {"prompt":"bad","sluice":{"webhookUrl":"https://example.com:65536/"}} | /sluice/webhookUrl
            {"prompt":"bad","sluice":{"webhookUrl":"https://example.com/a b"}}    | /sluice/webhookUrl
            {"prompt":"bad","sluice":{"webhookUrl":"https://f\u00fcchse.example/"}} | /sluice/webhookUrl
            {"prompt":"bad","sluice":{"webhookUrl":"https://example.com/hook"}}   | /sluice/webhookUrl
            {"prompt":"bad","sluice":{"metadata":null}}                           | /sluice/metadata
            {"prompt":"bad","sluice":{"metadata":[]}}                             | /sluice/metadata
            {"prompt":"bad","sluice":{"metadata":{"order":7}}}                    | /sluice/metadata/order
            {"prompt":"bad","sluice":{"metadata":{"k/~":null}}}                   | /sluice/metadata/k~1~0
            {"prompt":"bad","sluice":{"metadata":{"k":{"v":"v"}}}}                | /sluice/metadata/k
            {"prompt":"bad","sluice":{"queueTimeoutSeconds":0}}                   | /sluice/queueTimeoutSeconds
            {"prompt":"bad","sluice":{"queueTimeoutSeconds":-1}}                  | /sluice/queueTimeoutSeconds
            {"prompt":"bad","sluice":{"queueTimeoutSeconds":1.5}}                 | /sluice/queueTimeoutSeconds
            {"prompt":"bad","sluice":{"queueTimeoutSeconds":"60"}}                | /sluice/queueTimeoutSeconds
            {"prompt":"bad","sluice":{"queueTimeoutSeconds":null}}                | /sluice/queueTimeoutSeconds
            {"prompt":"bad","sluice":{"queueTimeoutSeconds":99999999999}}         | /sluice/queueTimeoutSeconds
            {"prompt":"bad","sluice":{"queueTimeoutSeconds":1e999999}}            | /sluice/queueTimeoutSeconds
            """)
        void areNamed(String body, String pointer) {
            refused(post(body.getBytes(UTF_8)), 400, "invalid-field", pointer + ": ");
        }

        @ParameterizedTest
        @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {"prompt":"bad \\u0000"}                                              | /prompt
            {"prompt":"bad \\ud83d"}                                              | /prompt
            {"prompt":"bad \\ude00\\ud83d"}                                       | /prompt
            {"prompt":"bad","selectedModel":"\\u0000"}                            | /selectedModel
            {"prompt":"bad","other":"\\udc00"}                                    | /other
            {"prompt":"bad","other":{"a":[1,{"b":"\\u0000"}]}}                    | /other/a/1/b
            {"prompt":"bad","referenceImageUrls":["a","\\ud800"]}                 | /referenceImageUrls/1
            {"prompt":"bad","sluice":{"metadata":{"k":"\\u0000"}}}                | /sluice/metadata/k
            {"prompt":"bad","sluice":{"metadata":{"k\\ud800":"v"}}}               | /sluice/metadata/…
            {"prompt":"bad","na\\u0000me":1}                                      | /…
            {"prompt":"bad","a/b":{"c~":["\\u0000"]}}                             | /a~1b/c~0/0
            """)
        void areNamedWhereTheyHoldWhatCannotBeKept(String body, String pointer) {
            refused(post(body.getBytes(UTF_8)), 400, "invalid-field", pointer + ": holds");
        }

        @Test
        void areNamedInShortHoweverLongTheirNamesAre() {
            Answer answer =
                    post(("{\"prompt\":\"bad\",\"sluice\":{\"" + "n".repeat(40_000) + "\":1}}").getBytes(UTF_8));

            refused(answer, 400, "invalid-field", "/sluice/nnn");
            assertThat(answer.body()).hasSizeLessThan(1_000);
        }
    }

    @Nested
    class BodiesOfAnotherKind {

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "text/plain",
                    "text/json",
                    "application/xml",
                    "application/x-www-form-urlencoded",
                    "multipart/form-data; boundary=b",
                    "application/octet-stream",
                    "*/*",
                    "application/*",
                    "application",
                    "nonsense/",
                    "/",
                    "a b/c d",
                    "application/json, application/json",
                    "application/json; charset=iso-8859-1",
                    "application/json; charset=utf-16",
                    "application/json; charset=no-such-charset",
                    "application/json; charset=\"\"",
                    "application/json; charset=a b",
                    "application/json; =",
                })
        void areRefused(String type) {
            refused(postAs(type, "{\"prompt\":\"bad\"}"), 415, "unsupported-media-type", "application/json");
        }

        @ParameterizedTest
        @ValueSource(strings = {"gzip", "br", "deflate", "identity", "nonsense", "gzip, gzip"})
        void areRefusedWithAContentEncoding(String encoding) {
            refused(
                    ask(
                            "POST",
                            "/v1/generations",
                            "{\"prompt\":\"bad\"}".getBytes(UTF_8),
                            "Content-Encoding",
                            encoding),
                    415,
                    "unsupported-media-type",
                    "without Content-Encoding");
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "application/json",
                    "APPLICATION/JSON; Charset=UTF-8",
                    "application/json;charset=\"utf-8\"",
                    "application/vnd.acme+json"
                })
        void areReadWhenTheyAreJsonByAnotherName(String type) {
            assertThat(postAs(type, GOOD).status()).isEqualTo(202);
        }

        private static Answer postAs(String type, String body) {
            return ask(
                    "POST", "/v1/generations", body.getBytes(UTF_8), "Content-Type", type, "Prefer", "respond-async");
        }
    }

    @Nested
    class BodiesThatAreTooLarge {

        private static final byte[] TWO_MEBIBYTES =
                Client.prompt("bad" + "x".repeat(2 * ONE_MEBIBYTE)).getBytes(UTF_8);

        @Test
        void areRefusedByTheirLength() {
            refused(post(TWO_MEBIBYTES), 413, "body-too-large", "1048576");
        }

        @Test
        void areRefusedBeforeTheyAreSent() {
            String head = head("POST", "/v1/generations", "Content-Length", "99999999999", "Expect", "100-continue");

            refused(BareSocket.ask(sluice.api(), head.getBytes(UTF_8)), 413, "body-too-large", "1048576");
        }

        @Test
        void areRefusedChunkByChunk() {
            refused(BareSocket.ask(sluice.api(), chunked(TWO_MEBIBYTES)), 413, "body-too-large", "1048576");
        }

        @Test
        void areAlsoToldSoWhenTheyNeverEnd() {
            try (BareSocket socket = BareSocket.to(sluice.api())) {
                socket.say(head("POST", "/v1/generations", "Transfer-Encoding", "chunked")
                        .getBytes(UTF_8));
                for (int i = 0; i < 20; i++) {
                    socket.say(chunk(new byte[100_000]));
                }

                refused(socket.answer(), 413, "body-too-large", "1048576");
            }
        }

        @Test
        void areReadUpToTheVeryLastByte() {
            String body = Client.prompt("bad");
            byte[] largest = (body + " ".repeat(ONE_MEBIBYTE - body.length() + 1)).getBytes(UTF_8);

            refused(post(largest), 413, "body-too-large", "1048576");
            refused(post("{}".concat(" ".repeat(ONE_MEBIBYTE - 2)).getBytes(UTF_8)), 400, "invalid-field", "/prompt");
        }
    }

    @Nested
    class BodiesThatLieAboutTheirLength {

        @Test
        void areCutWhereTheySayTheyEnd() {
            String head = head("POST", "/v1/generations", "Content-Length", "5");

            refused(
                    BareSocket.ask(sluice.api(), (head + "{\"prompt\":\"bad\"}").getBytes(UTF_8)),
                    400,
                    "malformed-request",
                    "The body");
        }

        @Test
        void areNothingWhenTheConnectionGoesBeforeTheyEnd() {
            try (BareSocket socket = BareSocket.to(sluice.api())) {
                socket.say((head("POST", "/v1/generations", "Content-Length", "5000") + "{\"prompt\":\"bad\"}")
                        .getBytes(UTF_8));
            }
        }

        @Test
        void areNotWaitedForForEver() {
            String head = head("POST", "/v1/generations", "Content-Length", "5000");

            refused(
                    BareSocket.ask(sluice.api(), (head + "{\"prompt\":\"bad\"}").getBytes(UTF_8)),
                    400,
                    "malformed-request",
                    "Content-Length");
        }

        @ParameterizedTest
        @ValueSource(strings = {"-1", "five", "5 5", "0x10", "1e3", "99999999999999999999", ""})
        void areRefusedWhenTheLengthIsNoNumber(String length) {
            refusedByNetty(head("POST", "/v1/generations", "Content-Length", length) + "{\"prompt\":\"bad\"}", 400);
        }

        @Test
        void areRefusedWithTwoLengths() {
            refusedByNetty(
                    head("POST", "/v1/generations", "Content-Length", "16", "Content-Length", "17")
                            + "{\"prompt\":\"bad\"}",
                    400);
        }

        @Test
        void areRefusedWhenAChunkHasNoLength() {
            try (BareSocket socket = BareSocket.to(sluice.api())) {
                socket.say((head("POST", "/v1/generations", "Transfer-Encoding", "chunked")
                                + "nonsense\r\n{}\r\n0\r\n\r\n")
                        .getBytes(UTF_8));

                assertThat(socket.answer().status()).isIn(BareSocket.NO_ANSWER, 400);
                assertThat(socket.isClosed()).isTrue();
            }
        }
    }

    @Nested
    class Ids {

        @ParameterizedTest
        @ValueSource(
                strings = {
                    NOBODYS,
                    "1",
                    "gen_",
                    "GEN_01JD0000000000000000000000",
                    "gen_01jd0000000000000000000000x",
                    "gen_81jd0000000000000000000000",
                    "%20",
                    "%00",
                    "%0d%0aX-Injected:%20yes",
                    "%c3%a9",
                    "%c0%80",
                    "%ff",
                    "%2e%2e",
                    "..%2f..%2fetc%2fpasswd",
                    "..%5c..",
                    "%3cscript%3e",
                    "a;b=c",
                    "a%3bb",
                    "'%20or%20'1'='1",
                    "%25%32%35",
                    "*",
                })
        void whichNobodyHasAreNotFound(String id) {
            for (String suffix : List.of("", "/events", "/images/0")) {
                refused(ask("GET", "/v1/generations/" + id + suffix), 404, "not-found", "There is no");
            }
            refused(ask("DELETE", "/v1/generations/" + id), 404, "not-found", "There is no");
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "nonsense",
                    "",
                    " ",
                    "1",
                    NOBODYS + ".1",
                    NOBODYS,
                    "\u00e9",
                    "%00",
                    "gen_.",
                    ".",
                    "1.99999999999"
                })
        void inALastEventIdOfAPostAreRefused(String id) {
            refused(
                    ask(
                            "POST",
                            "/v1/generations",
                            "{\"prompt\":\"bad\"}".getBytes(UTF_8),
                            "Last-Event-ID",
                            id,
                            "Accept",
                            "*/*"),
                    400,
                    "invalid-last-event-id",
                    "Leave it out");
        }
    }

    @Nested
    class Preferences {

        @ParameterizedTest
        @CsvSource(delimiter = '|', textBlock = """
            POST   | /v1/generations                | image/png
            POST   | /v1/generations                | application/xml, text/html;q=0.9
            POST   | /v1/generations                | application/json;q=0, text/event-stream;q=0
            POST   | /v1/generations                | */*;q=0
            POST   | /v1/generations                | text/plain, */*;q=0
            POST   | /v1/generations                | nonsense
            POST   | /v1/generations                | application/
            POST   | /v1/generations                | application/json;q=much
            POST   | /v1/generations                | application/json;q=7
            GET    | /v1/generations                | text/html
            GET    | /v1/generations                | text/event-stream
            GET    | /v1/generations                | /
            GET    | /v1/generations/{id}           | text/event-stream
            GET    | /v1/generations/{id}           | application/json;q=0
            GET    | /v1/generations/{id}           | ;;;
            GET    | /v1/generations/{id}/events    | application/json
            GET    | /v1/generations/{id}/events    | text/event-stream;q=0.0, */*
            GET    | /v1/generations/{id}/events    | text/
            DELETE | /v1/generations/{id}           | text/plain
            DELETE | /v1/generations/{id}           | a b
            """)
        void forWhatCannotBeHadAreRefused(String method, String path, String accept) {
            byte[] body = (method.equals("POST") ? "{\"prompt\":\"bad\"}" : "").getBytes(UTF_8);

            refused(
                    ask(method, path.replace("{id}", known), body, "Accept", accept),
                    406,
                    "not-acceptable",
                    "Accept one of");
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "respond-async, wait=abc",
                    "respond-async, wait=-1",
                    "respond-async; wait",
                    "nonsense, respond-async",
                    "respond-async, wait=99999999999999999999",
                    "respond-async, =, ;, \"",
                    ",,,, respond-async,,"
                })
        void thatCannotBeUnderstoodArePassedOver(String prefer) {
            Answer answer = ask("POST", "/v1/generations", GOOD.getBytes(UTF_8), "Prefer", prefer);

            assertThat(answer.status()).isEqualTo(202);
            assertThat(answer.header("Preference-Applied")).isEqualTo("respond-async");
        }
    }

    @Nested
    class Methods {

        @ParameterizedTest
        @CsvSource(delimiter = '|', textBlock = """
            PUT    | /v1/generations                 | GET, POST
            PATCH  | /v1/generations                 | GET, POST
            DELETE | /v1/generations                 | GET, POST
            BREW   | /v1/generations                 | GET, POST
            get    | /v1/generations                 | GET, POST
            POST   | /v1/generations/{id}            | DELETE, GET
            PUT    | /v1/generations/{id}            | DELETE, GET
            POST   | /v1/generations/{id}/events     | GET
            DELETE | /v1/generations/{id}/events     | GET
            DELETE | /v1/generations/{id}/images/0   | GET
            POST   | /index.html                     | GET, HEAD
            """)
        void thatAPathDoesNotKnowAreToldWhichItKnows(String method, String path, String allowed) {
            Answer answer = ask(method, path.replace("{id}", known));

            refused(answer, 405, "method-not-allowed", "Allowed here: ");
            assertThat(answer.header("Allow").split(", *", -1)).contains(allowed.split(", ", -1));
        }

        @ParameterizedTest
        @CsvSource(delimiter = '|', textBlock = """
            DELETE | /api/v1/generate                | GET, POST
            POST   | /api/v1/models                  | GET
            """)
        void thatADropInPathDoesNotKnowAreToldWhichItKnows(String method, String path, String allowed) {
            Answer answer = ask(method, path);

            assertThat(answer.status()).isEqualTo(405);
            assertThat(answer.json().path("error").stringValue()).contains("Allowed here: ");
            assertThat(answer.header("Allow").split(", *", -1)).contains(allowed.split(", ", -1));
        }

        @ParameterizedTest
        @ValueSource(strings = {"/v1/generations", "/v1/generations/{id}", "/v1/generations/{id}/events", "/nothing"})
        void likeHeadAreAnsweredWithoutABody(String path) {
            Answer answer = BareSocket.ask(
                    sluice.api(),
                    head("HEAD", path.replace("{id}", known), "Connection", "close")
                            .getBytes(UTF_8));

            assertThat(answer.status()).isIn(200, 404);
        }
    }

    @Nested
    class Paths {

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "/nothing",
                    "/v1",
                    "/v1/",
                    "/v1/generations/",
                    "/v1/generations//events",
                    "/v2/generations",
                    "/v1/generations/a/b/c",
                    "/v1//generations",
                    "//v1/generations",
                    "/V1/generations",
                    "/v1/generations%2f",
                    "/v1/%67enerations/x/y",
                    "/v1;a=b/nothing",
                    "/%00",
                    "/a%00.html",
                    "/..%2f..%2fetc%2fpasswd",
                    "/../../etc/passwd",
                    "/%2e%2e/%2e%2e/etc/passwd",
                    "/..%5c..%5cwindows",
                    "/file:%2f%2f%2fetc%2fpasswd",
                    "/META-INF/spring.factories",
                    "/application.yaml",
                    "/actuator/health",
                    "/actuator/prometheus",
                    "/nothing.html",
                })
        void thatLeadNowhereAreNotFound(String path) {
            refused(ask("GET", path), 404, "not-found", "There is no");
            refused(ask("POST", path), 404, "not-found", "There is no");
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "/v1/generations/%",
                    "/v1/generations/%zz",
                    "/v1/generations/%1",
                    "/v1/generations?limit=%",
                    "/v1/generations?limit=%zz",
                    "/v1/generations?%",
                    "/v1/generations/a|b",
                    "/v1/generations/\"a\"",
                    "/v1/generations/{id}",
                    "/v1/generations/<a>",
                    "/v1/generations/a\\b",
                    "/v1/generations?a=^",
                    "/v1/generations/caf\u00e9\u0001",
                    "/%",
                })
        void thatAreNotEncodedAreSaidToBe(String path) {
            refused(ask("GET", path), 400, "malformed-request", "percent-encoded");
        }

        @ParameterizedTest
        @CsvSource(delimiter = '|', textBlock = """
            limit=0                              | limit
            limit=-1                             | limit
            limit=101                            | limit
            limit=1.5                            | limit
            limit=ten                            | limit
            limit=                               | limit
            limit                                | limit
            limit=99999999999999999999           | limit
            limit=%00                            | limit
            limit=%d9%a3                         | limit
            status=                              | status
            status                               | status
            status=done                          | status
            status=COMPLETED                     | status
            status=completed,                    | status
            status=completed;failed              | status
            status=completed&status=x            | status
            status=%27%20or%201=1                | status
            cursor=                              | cursor
            cursor                               | cursor
            cursor=x                             | cursor
            cursor=gen_                          | cursor
            cursor=%00                           | cursor
            cursor=gen_01JD0000000000000000000000 | cursor
            """)
        void withABadQueryAreToldWhichPartOfIt(String query, String part) {
            refused(ask("GET", "/v1/generations?" + query), 400, "invalid-field", part + ": ");
        }

        @Test
        void thatAreEndlessAreRefusedAndTheConnectionIsClosed() {
            refusedByNetty(head("GET", "/v1/generations?cursor=" + "x".repeat(100_000)), 414);
        }

        @Test
        void mayNameAHundredGenerations() {
            String query = ("generation=" + NOBODYS + "&").repeat(100);

            refused(ask("GET", "/v1/nothing?" + query), 404, "not-found", "There is no");
        }
    }

    @Nested
    class Heads {

        @Test
        void thatAreEndlessAreRefusedAndTheConnectionIsClosed() {
            refusedByNetty(head("GET", "/v1/generations", "X-Long", "x".repeat(100_000)), 431);
        }

        @Test
        void ofManyFieldsAreRefusedAndTheConnectionIsClosed() {
            String many = "X-Many: y\r\n".repeat(20_000);

            refusedByNetty(head("GET", "/v1/generations").replace("\r\n\r\n", "\r\n" + many + "\r\n"), 431);
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "nonsense\r\n\r\n",
                    "GET\r\n\r\n",
                    "GET /v1/generations\r\n\r\n",
                    "GET /v1/generations TCP/1.1\r\n\r\n",
                    "GET /v1/generations HTTP/1.1\r\nno colon\r\n\r\n",
                    "GET /v1/generations HTTP/1.1\r\n: no name\r\n\r\n",
                    "GET /v1/generations HTTP/1.1\r\nna me: x\r\n\r\n",
                    "GET /v1/generations HTTP/1.1\r\nname : x\r\n\r\n",
                    "GET /v1/generations HTTP/1.1\r\nX: a\u0000b\r\n\r\n",
                    "\u0016\u0003\u0001\u0002\u0000\u0001\u0000\u0001\r\n\r\n",
                })
        void thatAreNoHttpAreRefusedAndTheConnectionIsClosed(String head) {
            refusedByNetty(head, 400);
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "",
                    " ",
                    "a b",
                    "a:b:c",
                    ":99999999",
                    "sluice:-1",
                    "[::1",
                    "[nonsense]",
                    "%zz",
                    "\u00e9",
                    "@",
                    "a/b?c#d"
                })
        void ofAnOddHostAreAnsweredAsAnyOther(String host) {
            String head = head("GET", "/v1/generations").replace("Host: sluice", "Host: " + host);

            assertThat(BareSocket.ask(sluice.api(), head.getBytes(UTF_8)).status())
                    .as(host)
                    .isIn(200, 400);
        }
    }

    @Nested
    class Authorizations {

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "",
                    " ",
                    "Bearer",
                    "Bearer ",
                    "Bearer wrong",
                    "Bearer " + RunningSluice.ALICE + "x",
                    "Bearer " + RunningSluice.ALICE + " " + RunningSluice.BOB,
                    "Bearer " + RunningSluice.ALICE + "," + RunningSluice.BOB,
                    "Bearer \"" + RunningSluice.ALICE + "\"",
                    "Bearer ALICE-KEY-FOR-TESTS",
                    "Bearer null",
                    "Bearer%20" + RunningSluice.ALICE,
                    "Bearer:" + RunningSluice.ALICE,
                    "Bearer" + RunningSluice.ALICE,
                    "Basic YWxpY2U6YWxpY2Uta2V5LWZvci10ZXN0cw==",
                    "Token " + RunningSluice.ALICE,
                    RunningSluice.ALICE,
                    "Bearer \u00e9\u00ff",
                    "Negotiate =, \"",
                })
        void thatAreNoKeyOfAnybodysAreRefused(String authorization) {
            refusedForItsKey("Authorization: " + authorization + "\r\n");
        }

        @Test
        void thatAreMissingAreRefused() {
            refusedForItsKey("");
            refusedForItsKey("X-Api-Key: " + RunningSluice.ALICE + "\r\n");
        }

        @Test
        void areAskedForBeforeAnythingElseIsTold() {
            for (String path : List.of(
                    "/nothing", "/v1/generations/" + known, "/actuator/health", "/index.html/..", "/%69ndex.html")) {
                Answer answer = BareSocket.ask(
                        sluice.api(), ("GET " + path + " HTTP/1.1\r\nHost: sluice\r\n\r\n").getBytes(UTF_8));

                refused(answer, 401, "unauthorized", "Authorization: Bearer");
            }
        }

        @Test
        void areAskedForByTheDropInApiToo() {
            Answer answer = BareSocket.ask(
                    sluice.api(), "GET /api/v1/generate?id=1 HTTP/1.1\r\nHost: sluice\r\n\r\n".getBytes(UTF_8));

            assertThat(answer.status()).isEqualTo(401);
            assertThat(answer.header("WWW-Authenticate")).isEqualTo("Bearer");
            assertThat(answer.json().path("error").stringValue()).contains("Authorization: Bearer");
        }

        @Test
        void areNotNeededToBeReadBeforeALongBodyIsRefused() {
            byte[] body = Client.prompt("bad" + "x".repeat(2 * ONE_MEBIBYTE)).getBytes(UTF_8);
            String head =
                    "POST /v1/generations HTTP/1.1\r\nHost: sluice\r\nContent-Length: " + body.length + "\r\n\r\n";

            refused(
                    BareSocket.ask(sluice.api(), (head + new String(body, UTF_8)).getBytes(UTF_8)),
                    401,
                    "unauthorized",
                    "Authorization: Bearer");
        }

        private static void refusedForItsKey(String authorization) {
            String body = "{\"prompt\":\"bad\"}";
            Answer answer = BareSocket.ask(
                    sluice.api(),
                    ("POST /v1/generations HTTP/1.1\r\nHost: sluice\r\nContent-Type: application/json\r\n"
                                    + authorization + "Content-Length: " + body.length() + "\r\n\r\n" + body)
                            .getBytes(ISO_8859_1));

            refused(answer, 401, "unauthorized", "Authorization: Bearer");
            assertThat(answer.header("WWW-Authenticate")).isEqualTo("Bearer");
        }
    }

    private static Answer post(byte[] body) {
        return ask("POST", "/v1/generations", body);
    }

    private static Answer ask(String method, String path) {
        return ask(method, path, new byte[0]);
    }

    private static Answer ask(String method, String path, byte[] body, String... headers) {
        List<String> all = new ArrayList<>(List.of(headers));
        if (body.length > 0 || method.equals("POST")) {
            all.addAll(List.of("Content-Length", "" + body.length));
            if (!all.contains("Content-Type")) {
                all.addAll(List.of("Content-Type", "application/json"));
            }
        }
        byte[] head = head(method, path, all.toArray(String[]::new)).getBytes(UTF_8);
        byte[] request = Arrays.copyOf(head, head.length + body.length);
        System.arraycopy(body, 0, request, head.length, body.length);
        return BareSocket.ask(sluice.api(), request);
    }

    private static String head(String method, String path, String... headers) {
        StringBuilder head = new StringBuilder("%s %s HTTP/1.1\r\nHost: sluice\r\nAuthorization: Bearer %s\r\n"
                .formatted(method, path, RunningSluice.ALICE));
        for (int i = 0; i < headers.length; i += 2) {
            head.append(headers[i]).append(": ").append(headers[i + 1]).append("\r\n");
        }
        return head.append("\r\n").toString();
    }

    private static byte[] chunked(byte[] body) {
        byte[] head =
                head("POST", "/v1/generations", "Transfer-Encoding", "chunked").getBytes(UTF_8);
        byte[] chunk = chunk(body);
        byte[] all = Arrays.copyOf(head, head.length + chunk.length + 5);
        System.arraycopy(chunk, 0, all, head.length, chunk.length);
        System.arraycopy("0\r\n\r\n".getBytes(UTF_8), 0, all, head.length + chunk.length, 5);
        return all;
    }

    private static byte[] chunk(byte[] data) {
        byte[] size = (Integer.toHexString(data.length) + "\r\n").getBytes(UTF_8);
        byte[] chunk = Arrays.copyOf(size, size.length + data.length + 2);
        System.arraycopy(data, 0, chunk, size.length, data.length);
        chunk[chunk.length - 2] = '\r';
        chunk[chunk.length - 1] = '\n';
        return chunk;
    }

    /** A problem of that kind whose detail holds those words, and nothing of Sluice's inside. */
    private static void refused(Answer answer, int status, String type, String words) {
        assertThat(answer.status()).as(answer.body()).isEqualTo(status);
        assertThat(answer.header("Content-Type")).isEqualTo("application/problem+json");
        JsonNode problem = answer.json();
        assertThat(problem.propertyNames()).containsExactlyInAnyOrder("type", "title", "status", "detail", "instance");
        assertThat(problem.path("type").stringValue()).isEqualTo("urn:sluice:problem:" + type);
        assertThat(problem.path("title").stringValue()).isNotBlank();
        assertThat(problem.path("status").intValue()).isEqualTo(status);
        assertThat(problem.path("detail").stringValue()).contains(words);
        assertThat(problem.path("instance").stringValue()).startsWith("/");
        assertThat(answer.body())
                .doesNotContainPattern(
                        "Exception|\\bat [a-z]+\\.|dev\\.sluice|org\\.|java\\.|jackson|netty|`|Feature|Constraints");
        assertThat(answer.header("X-Request-Id")).isNotBlank();
        assertThat(answer.header("X-Injected")).isEmpty();
    }

    /** What cannot even be told apart as a request: a clean status, and no more of it on this connection. */
    private static void refusedByNetty(String request, int status) {
        try (BareSocket socket = BareSocket.to(sluice.api())) {
            Answer answer = socket.say(request.getBytes(ISO_8859_1)).answer();

            assertThat(answer.status()).isEqualTo(status);
            assertThat(answer.header("Content-Type")).isEqualTo("application/problem+json");
            assertThat(answer.json().path("status").intValue()).isEqualTo(status);
            assertThat(socket.isClosed()).isTrue();
        }
    }
}
