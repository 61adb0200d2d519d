package dev.sluice.scenarios;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Random;

/**
 * Requests as nobody should send them, made by a small grammar: each part of a good request is replaced by a bad one of
 * its kind, or changed at random. The same seed and number make the same request.
 */
final class BadRequests {

    /** A request, what it tries, and whether it is a good one among the bad. */
    record Made(String kind, byte[] bytes, boolean isGood) {}

    private static final String NOBODYS = "gen_01jd0000000000000000000000";
    private static final String GOOD = "{\"prompt\":\"good\"}";
    private static final int ONE_IN_GOOD = 20;
    private static final int A_BOMB = 20_000;

    private final long seed;
    private final String key;
    private final String somebodyElses;

    /** @param somebodyElses the id of a generation that the holder of the key must not see */
    BadRequests(long seed, String key, String somebodyElses) {
        this.seed = seed;
        this.key = key;
        this.somebodyElses = somebodyElses;
    }

    Made make(int number) {
        Random random = new Random(seed * 1_000_003 + number);
        if (number % ONE_IN_GOOD == 0) {
            return new Made("good", post(GOOD), true);
        }
        return switch (random.nextInt(10)) {
            case 0 -> bad("line", line(random));
            case 1 -> bad("framing", framing(random));
            case 2 -> bad("bomb", bomb(random));
            case 3 -> bad("json", post(json(random)));
            case 4 -> bad("bytes", post(changed(random, GOOD.getBytes(StandardCharsets.UTF_8))));
            case 5 -> bad("target", get(target(random), ""));
            case 6 -> bad("key", withKey(key(random)));
            case 7 -> bad("field", field(random));
            case 8 -> bad("noise", noise(random));
            default -> bad("head", changed(random, post(GOOD)));
        };
    }

    private static Made bad(String kind, byte[] bytes) {
        return new Made(kind, bytes, false);
    }

    private byte[] post(String body) {
        return post(body.getBytes(StandardCharsets.UTF_8));
    }

    private byte[] post(byte[] body) {
        return joined(
                ascii(head("POST /v1/generations HTTP/1.1") + "Content-Length: " + body.length + "\r\n\r\n"), body);
    }

    private byte[] get(String target, String fields) {
        return text("GET " + target + " HTTP/1.1\r\nHost: sluice\r\nConnection: close\r\nAuthorization: Bearer " + key
                + "\r\n" + fields + "\r\n");
    }

    private String head(String line) {
        return line + "\r\nHost: sluice\r\nConnection: close\r\nAuthorization: Bearer " + key
                + "\r\nContent-Type: application/json\r\nPrefer: respond-async\r\n";
    }

    private byte[] line(Random random) {
        String method = pick(
                random,
                "GET",
                "POST",
                "DELETE",
                "HEAD",
                "PUT",
                "TRACE",
                "CONNECT",
                "get",
                "G ET",
                "",
                "\0",
                "M".repeat(9_000));
        String target = pick(
                random,
                "/v1/generations",
                "*",
                "v1/status",
                "http://evil.example/v1/status",
                "//evil.example/",
                "/../../etc/passwd",
                "/%2e%2e/%2e%2e/",
                "/v1/%zz",
                "/\0",
                "evil:443",
                "/" + "a".repeat(9_000),
                "/v1/generations/" + somebodyElses);
        String version = pick(
                random,
                "HTTP/1.1",
                "HTTP/1.0",
                "HTTP/0.9",
                "HTTP/2.0",
                "HTTP/9.9",
                "HTTP/1.1 x",
                "http/1.1",
                "",
                "TCP/1");
        String space = pick(random, " ", " ", "  ", "\t", "\u000b");
        String end = pick(random, "\r\n", "\r\n", "\n", "\r", "\r\n ");
        return text(method + space + target + space + version + end + head("").strip() + "\r\n\r\n");
    }

    private byte[] framing(Random random) {
        String length = pick(
                random,
                "",
                "Content-Length: 17\r\n",
                "Content-Length: 0\r\n",
                "Content-Length: +17\r\n",
                "Content-Length: 17\r\nContent-Length: 3\r\n",
                "Content-Length: -1\r\n",
                "Content-Length : 17\r\n",
                "Content-Length: 1e1\r\n",
                "Content-Length: 99999999999999999999\r\n",
                "Content-Length: 17, 17\r\n");
        String coding = pick(
                random,
                "Transfer-Encoding: chunked\r\n",
                "Transfer-Encoding: chunked\r\n",
                "Transfer-Encoding: chunked, identity\r\n",
                "Transfer-Encoding: xchunked\r\n",
                "Transfer-Encoding:\r\n chunked\r\n",
                "Transfer-Encoding: \u000bchunked\r\n",
                "Transfer-Encoding: chunked\r\nTransfer-Encoding: cow\r\n",
                "transfer-encoding: CHUNKED\r\n",
                "");
        String size = pick(
                random,
                "11",
                "011",
                "0x11",
                "+11",
                " 11",
                "11 ",
                "11;a=b",
                "11;a\nb",
                "-11",
                "",
                "fffffffffffffffff",
                "7fffffff");
        String end = pick(random, "\r\n", "\r\n", "\n", "\r", "");
        String last = pick(
                random,
                "0\r\n\r\n",
                "0\r\n\r\n",
                "0\r\nX: y\r\n\r\n",
                "0\r\nContent-Length: 5\r\n\r\n",
                "0\r\nX Y: z\r\n\r\n",
                "XX\r\n\r\n");
        return text(head("POST /v1/generations HTTP/1.1") + length + coding + "\r\n" + size + "\r\n" + GOOD + end + last
                + "GET /v1/status HTTP/1.1\r\nHost: smuggled\r\n\r\n");
    }

    private byte[] bomb(Random random) {
        return get(
                "/v1/generations",
                switch (random.nextInt(6)) {
                    case 0 -> "X-Long: " + "x".repeat(A_BOMB) + "\r\n";
                    case 1 -> "X: y\r\n".repeat(A_BOMB);
                    case 2 -> "Cookie: " + "a=b; ".repeat(1_500) + "\r\n";
                    case 3 -> "Accept: " + "a/b;q=0.1,".repeat(700) + "*/*\r\n";
                    case 4 -> "If-None-Match: " + "\"a\",".repeat(1_700) + "\"b\"\r\n";
                    default -> "\r\n".repeat(1) + "X".repeat(A_BOMB);
                });
    }

    private static String json(Random random) {
        String value = switch (random.nextInt(12)) {
            case 0 -> "[".repeat(random.nextInt(200_000));
            case 1 -> "[".repeat(100) + "]".repeat(100);
            case 2 -> "{\"a\":".repeat(65) + "1" + "}".repeat(65);
            case 3 -> "9".repeat(random.nextInt(100_000) + 1);
            case 4 -> "1e" + random.nextInt();
            case 5 -> "\"\\ud800\"";
            case 6 -> "\"\\u0000\"";
            case 7 -> "\"" + "\\u0041".repeat(random.nextInt(50_000)) + "\"";
            case 8 -> "\"" + "\u202e\ufeff\ud83d\ude00".repeat(random.nextInt(9_000)) + "\"";
            case 9 -> "{\"a\":1,\"a\":2}";
            case 10 -> "\"unfinished";
            default -> "0." + "0".repeat(random.nextInt(3_000)) + "1";
        };
        String name = pick(
                random,
                "prompt",
                "other",
                "selectedModel",
                "mode",
                "referenceImageUrls",
                "sluice",
                "prompt\\u0000",
                "n".repeat(60_000));
        return pick(random, "", "\ufeff", " ", "[") + "{\"" + name + "\":" + value
                + pick(random, "}", ",\"prompt\":\"a\"}", "", "}}");
    }

    private String target(Random random) {
        String id = pick(
                random,
                somebodyElses,
                NOBODYS,
                NOBODYS + ".1",
                "..",
                "%2e%2e",
                "%00",
                "\u202e",
                "gen_" + "z".repeat(26),
                "'%20or%201=1--",
                "%c0%ae",
                "a".repeat(5_000));
        return pick(
                random,
                "/v1/generations/" + id,
                "/v1/generations/" + id + "/events?lastEventId=" + id,
                "/v1/batches/" + id + "/events",
                "/v1/events?generation=" + id,
                "/v1/generations?cursor=" + id + "&limit=" + id,
                "/v1/generations?limit=-1",
                "/v1/generations?status=" + id,
                "/api/v1/generate?id=" + id,
                "/api/v1/../../" + id,
                "/v1/generations/" + id + "/images/-1",
                "/v1/generations/" + id + "/events?ticket=" + jwt(random),
                "/v1/events" + "?generation=x".repeat(500),
                "/v1/status;" + id);
    }

    private byte[] withKey(String authorization) {
        return text("POST /v1/generations HTTP/1.1\r\n"
                + "Host: sluice\r\n"
                + "Connection: close\r\n"
                + "Content-Type: application/json\r\n"
                + "Content-Length: "
                + GOOD.length() + "\r\nAuthorization: " + authorization + "\r\n\r\n" + GOOD);
    }

    private static String key(Random random) {
        return switch (random.nextInt(5)) {
            case 0 -> "Bearer " + jwt(random);
            case 1 -> "Basic YTpi";
            case 2 -> "Bearer " + "x".repeat(random.nextInt(8_000));
            case 3 -> "Bearer a, Bearer b\r\nAuthorization: Bearer c";
            default ->
                pick(random, "", "Bearer", "bearer \u00e9\ud83d\ude00", "Digest a=\"b", "Bearer ....", "Bearer null");
        };
    }

    /** No algorithm, another audience, long expired, not yet valid, a key from elsewhere, or simply huge. */
    private static String jwt(Random random) {
        String header = pick(
                random,
                "{\"alg\":\"none\"}",
                "{\"alg\":\"NonE\",\"typ\":\"JWT\"}",
                "{\"alg\":\"HS256\"}",
                "{\"alg\":\"RS256\",\"jku\":\"http://127.0.0.1:1/jwks\",\"kid\":\"../../../dev/null\"}",
                "{\"alg\":\"RS256\",\"crit\":[\"x\"]}",
                "{",
                "[]");
        String claims = pick(
                random,
                "{\"sub\":\"alice\",\"exp\":99999999999}",
                "{\"sub\":\"alice\",\"exp\":1}",
                "{\"sub\":\"alice\",\"aud\":\"else\"}",
                "{\"sub\":\"alice\",\"nbf\":99999999999}",
                "{\"sub\":{\"a\":[]}}",
                "{\"sub\":\"" + "a".repeat(random.nextInt(3_000)) + "\"}",
                "null");
        String signature = pick(random, "", "AAAA", "!!!!", "A".repeat(342));
        return base64(header) + "." + base64(claims) + "." + signature;
    }

    private byte[] field(Random random) {
        String value = switch (random.nextInt(9)) {
            case 0 -> "x".repeat(random.nextInt(7_000));
            case 1 -> somebodyElses + ".1";
            case 2 -> NOBODYS + "." + random.nextLong();
            case 3 -> "wait=" + random.nextLong();
            case 4 -> "\"unfinished";
            case 5 -> "\u00ff\u00fe";
            case 6 -> ",,;;==\"\"";
            case 7 -> "-".repeat(300);
            default -> "a/b; q=" + random.nextDouble() * 9;
        };
        String name = pick(
                random,
                "Last-Event-ID",
                "Prefer",
                "Idempotency-Key",
                "Accept",
                "Content-Type",
                "Content-Encoding",
                "Expect",
                "Range",
                "X-Request-Id",
                "X-Forwarded-For",
                "X-Forwarded-Host",
                "Forwarded",
                "traceparent",
                "Origin",
                "Upgrade",
                "Host",
                "Content-Length",
                "TE",
                "Connection");
        return text(head("POST /v1/generations HTTP/1.1") + name + ": " + value + "\r\nContent-Length: " + GOOD.length()
                + "\r\n\r\n" + GOOD);
    }

    private static byte[] noise(Random random) {
        byte[] bytes = new byte[random.nextInt(3_000) + 1];
        random.nextBytes(bytes);
        return switch (random.nextInt(4)) {
            case 0 -> joined(ascii("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"), bytes);
            case 1 -> joined(new byte[] {0x16, 3, 1, 2, 0, 1, 0, 1, (byte) 0xfc, 3, 3}, bytes);
            case 2 -> joined(ascii("GET /v1/status HTTP/1.1\r\nHost: a\r\nX: "), bytes, ascii("\r\n\r\n"));
            default -> joined(bytes, ascii("\r\n\r\n"));
        };
    }

    private static byte[] changed(Random random, byte[] good) {
        byte[] changed = good;
        for (int i = random.nextInt(4); i >= 0; i--) {
            int at = random.nextInt(changed.length + 1);
            int to = Math.min(changed.length, at + random.nextInt(6));
            byte[] instead = new byte[random.nextInt(4)];
            random.nextBytes(instead);
            changed = joined(
                    Arrays.copyOfRange(changed, 0, at), instead, Arrays.copyOfRange(changed, to, changed.length));
        }
        return changed;
    }

    private static String pick(Random random, String... choices) {
        return List.of(choices).get(random.nextInt(choices.length));
    }

    private static String base64(String text) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private static byte[] text(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] joined(byte[]... parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }
}
