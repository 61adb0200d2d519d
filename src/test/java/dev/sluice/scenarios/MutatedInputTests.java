package dev.sluice.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.scenarios.Client.Answer;
import dev.sluice.simulator.Pace;
import dev.sluice.simulator.Simulator;
import dev.sluice.simulator.SimulatorSettings;
import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What nobody thought of: requests changed at random, from a seed that is printed and can be set again. */
@SuppressWarnings("NullAway.Init")
class MutatedInputTests {

    private static final long SEED = Long.getLong("sluice.tests.seed", System.nanoTime());
    private static final int BODIES = 1_200;
    private static final int HEADS = 800;

    private static final List<String> GOOD_BODIES = List.of(
            "{\"prompt\":\"a\"}",
            "{\"prompt\":\"a fox\",\"selectedModel\":\"nano-banana\",\"aspectRatio\":\"16:9\"}",
            "{\"prompt\":\"a\",\"referenceImageUrls\":[\"https://example.com/a.png\"],\"n\":1.50,\"deep\":{\"a\":[1,null]}}",
            "{\"prompt\":\"\\u00e9\\ud83d\\ude00\",\"sluice\":{\"priority\":\"batch\",\"metadata\":{\"k\":\"v\"},\"queueTimeoutSeconds\":60}}");

    private static final List<String> GOOD_HEADS = List.of(
            "GET /v1/generations?limit=3&status=queued,completed HTTP/1.1",
            "GET /v1/generations/gen_01jd0000000000000000000000 HTTP/1.1",
            "GET /v1/generations/gen_01jd0000000000000000000000/events?lastEventId=x HTTP/1.1",
            "GET /v1/generations/gen_01jd0000000000000000000000/images/0 HTTP/1.1",
            "DELETE /v1/generations/gen_01jd0000000000000000000000 HTTP/1.1",
            "GET /api/v1/generate?id=abc HTTP/1.1",
            "GET /index.html HTTP/1.1",
            "OPTIONS /v1/generations HTTP/1.1");

    private static final List<String> SPICES = List.of(
            "\0",
            "\u0001",
            "\u007f",
            "\u00a0",
            "\ufeff",
            "%",
            "%00",
            "%zz",
            "%c0%80",
            "%2f",
            "%2e%2e/",
            "../",
            ";",
            ":",
            "\\",
            "\"",
            "{",
            "}",
            "[",
            "]",
            "[[[[[[[[",
            ",",
            "null",
            "true",
            "NaN",
            "-",
            "1e999999999",
            "1e-99999999999",
            "0x1",
            "99999999999999999999",
            "\\u0000",
            "\\ud800",
            "\\u",
            "/*",
            "//",
            "\r\n",
            "\n",
            "\t",
            " ",
            "?",
            "&",
            "=",
            "#",
            "@",
            "*/*;q=x",
            "text/event-stream",
            "bytes=0-",
            "\ud83d\ude00",
            "\u0130",
            "A".repeat(300));

    private static Simulator simulator;
    private static RunningSluice sluice;

    private final Random random = new Random(SEED);

    @BeforeAll
    static void start(@TempDir Path store) {
        System.out.println("Seed of the mutations: " + SEED + " (set it with -Dsluice.tests.seed)");
        simulator = Simulator.start(SimulatorSettings.defaults()
                .withPace(Pace.fixed(Duration.ofMillis(20)))
                .withTaskLimit(100)
                .withCredits(1_000_000));
        sluice = RunningSluice.inFrontOf(simulator, store, "sluice.admission.queue-capacity=10000");
    }

    @AfterAll
    static void stop() {
        sluice.close();
        simulator.close();
    }

    @Test
    void areAnsweredAndNeverAsAFaultOfSluiceWhenTheBodyIsChanged() {
        Map<Integer, Integer> statuses = answers(BODIES, this::changedBody);

        assertThat(statuses)
                .as("the changes are neither too small nor too great")
                .containsKeys(202, 400);
        isAsWellAsEver();
    }

    @Test
    void areAnsweredAndNeverAsAFaultOfSluiceWhenTheHeadIsChanged() {
        Map<Integer, Integer> statuses = answers(HEADS, this::changedHead);

        assertThat(statuses)
                .as("the changes are neither too small nor too great")
                .containsKeys(200, 400, 401, 404);
        isAsWellAsEver();
    }

    private static Map<Integer, Integer> answers(int requests, Supplier<byte[]> makes) {
        Map<Integer, Integer> statuses = new TreeMap<>();
        for (int i = 0; i < requests; i++) {
            byte[] request = makes.get();
            Answer answer = BareSocket.ask(sluice.api(), request);
            assertThat(answer.status())
                    .as("seed %d, request %d: %s", SEED, i, new String(request, StandardCharsets.ISO_8859_1))
                    .isBetween(200, 499);
            statuses.merge(answer.status(), 1, Integer::sum);
        }
        return statuses;
    }

    private static void isAsWellAsEver() {
        assertThat(sluice.alice()
                        .post("/v1/generations", Client.prompt("all is well"))
                        .json()
                        .path("status")
                        .stringValue())
                .isEqualTo("completed");
        URI management = sluice.management();
        assertThat(new Client(management, "").get("/actuator/health/readiness").status())
                .isEqualTo(200);
    }

    private byte[] changedBody() {
        byte[] body = changed(pick(GOOD_BODIES).getBytes(StandardCharsets.UTF_8));
        String head = """
            POST /v1/generations HTTP/1.1
            Host: sluice
            Authorization: Bearer %s
            Content-Type: application/json
            Prefer: respond-async
            Content-Length: %d

            """.formatted(RunningSluice.ALICE, body.length).replace("\n", "\r\n");
        return joined(head.getBytes(StandardCharsets.UTF_8), body);
    }

    private byte[] changedHead() {
        String head = pick(GOOD_HEADS) + """

            Host: sluice
            Authorization: Bearer %s
            Accept: application/json, */*;q=0.5
            Last-Event-ID: gen_01jd0000000000000000000000.1
            Prefer: wait=0
            If-None-Match: W/"1"
            X-Request-Id: mine\
            """.formatted(RunningSluice.ALICE).replace("\n", "\r\n");
        return joined(changed(head.getBytes(StandardCharsets.UTF_8)), "\r\n\r\n".getBytes(StandardCharsets.UTF_8));
    }

    private byte[] changed(byte[] good) {
        byte[] changed = good;
        for (int i = random.nextInt(4); i >= 0; i--) {
            int at = random.nextInt(changed.length + 1);
            int to = Math.min(changed.length, at + random.nextInt(6));
            changed = switch (random.nextInt(4)) {
                case 0 -> joined(upTo(changed, at), spice(), from(changed, at));
                case 1 -> joined(upTo(changed, at), spice(), from(changed, to));
                case 2 -> joined(upTo(changed, at), new byte[] {(byte) random.nextInt(256)}, from(changed, to));
                default -> joined(upTo(changed, at), from(changed, to));
            };
        }
        return changed;
    }

    private byte[] spice() {
        return pick(SPICES).getBytes(StandardCharsets.UTF_8);
    }

    private String pick(List<String> choices) {
        return choices.get(random.nextInt(choices.size()));
    }

    private static byte[] upTo(byte[] bytes, int end) {
        return Arrays.copyOfRange(bytes, 0, end);
    }

    private static byte[] from(byte[] bytes, int start) {
        return Arrays.copyOfRange(bytes, start, bytes.length);
    }

    private static byte[] joined(byte[]... parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }
}
