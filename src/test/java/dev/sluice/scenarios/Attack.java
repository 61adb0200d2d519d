package dev.sluice.scenarios;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;

/** Sends bad requests, each on a connection of its own, at a steady pace, and keeps count of what came back. */
final class Attack {

    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final Pattern STATUS = Pattern.compile("(?m)^HTTP/1\\.1 (\\d{3}) ");
    private static final Pattern LENGTH = Pattern.compile("(?i)content-length: (\\d+)");

    /** Words that only the inside of a Java program knows. */
    private static final Pattern INSIDE = Pattern.compile("Exception|\\bat"
            + " [a-z]+\\.[a-z]+|dev\\.sluice|org\\.spring|java\\.(lang|util)|io\\.netty|reactor\\.|jackson");

    private final URI server;
    private final BadRequests requests;
    private final String secret;
    private final Map<Integer, Integer> statuses = new TreeMap<>();
    private final List<String> outrages = new ArrayList<>();
    private int accepted;
    private int unanswered;

    /** @param secret what must be in no answer */
    Attack(URI server, BadRequests requests, String secret) {
        this.server = server;
        this.requests = requests;
        this.secret = secret;
    }

    /** Sends so many, one every so often, and comes back when all are over. */
    void run(int count, Duration every) throws InterruptedException {
        CountDownLatch over = new CountDownLatch(count);
        AtomicInteger next = new AtomicInteger();
        try (ScheduledExecutorService pace = Executors.newSingleThreadScheduledExecutor()) {
            pace.scheduleAtFixedRate(
                    () -> {
                        int number = next.getAndIncrement();
                        if (number < count) {
                            Thread.ofVirtual().start(() -> {
                                send(number);
                                over.countDown();
                            });
                        }
                    },
                    0,
                    every.toNanos(),
                    TimeUnit.NANOSECONDS);
            over.await();
            pace.shutdownNow();
        }
    }

    private void send(int number) {
        BadRequests.Made made = requests.make(number);
        judge(number, made, exchange(made.bytes()));
    }

    private String exchange(byte[] request) {
        ByteArrayOutputStream answer = new ByteArrayOutputStream();
        try (Socket socket = new Socket(server.getHost(), server.getPort())) {
            socket.setSoTimeout((int) PATIENCE.toMillis());
            say(socket.getOutputStream(), request);
            InputStream in = socket.getInputStream();
            byte[] buffer = new byte[16_384];
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                answer.write(buffer, 0, read);
                if (isWhole(answer)) {
                    break;
                }
            }
        } catch (SocketTimeoutException e) {
            answer.writeBytes("\r\n(it went silent)".getBytes(StandardCharsets.UTF_8));
        } catch (IOException cut) {
            answer.writeBytes(("\r\n(cut: " + cut + ")").getBytes(StandardCharsets.UTF_8));
        }
        return answer.toString(StandardCharsets.UTF_8);
    }

    private static void say(OutputStream out, byte[] request) {
        try {
            out.write(request);
        } catch (IOException refusedMeanwhile) {
            // the answer tells
        }
    }

    private static boolean isWhole(ByteArrayOutputStream answer) {
        String text = answer.toString(StandardCharsets.ISO_8859_1);
        int body = text.indexOf("\r\n\r\n") + 4;
        var length = LENGTH.matcher(text);
        return body > 4
                && length.find()
                && length.end() < body
                && text.length() - body >= Integer.parseInt(length.group(1));
    }

    private synchronized void judge(int number, BadRequests.Made made, String answer) {
        var status = STATUS.matcher(answer);
        if (!status.find()) {
            unanswered++;
        }
        for (boolean found = status.reset().find(); found; found = status.find()) {
            int code = Integer.parseInt(status.group(1));
            statuses.merge(code, 1, Integer::sum);
            if (code >= 500) {
                outrages.add("#%d %s: %s".formatted(number, made.kind(), beginning(answer)));
            }
            if ((code == 200 || code == 202) && answer.contains("\"id\":\"gen_")
                    || answer.contains("Location: /v1/generations/")) {
                accepted++;
            }
        }
        if (INSIDE.matcher(answer).find() || answer.contains(secret)) {
            outrages.add("#%d %s tells too much: %s".formatted(number, made.kind(), beginning(answer)));
        }
        if (made.isGood() && !answer.startsWith("HTTP/1.1 202 ")) {
            outrages.add("#%d was good: %s".formatted(number, beginning(answer)));
        }
        if (answer.endsWith("(it went silent)")) {
            outrages.add("#%d %s: nobody answered, and nobody hung up: %s"
                    .formatted(number, made.kind(), beginning(answer)));
        }
    }

    private static String beginning(String answer) {
        return answer.substring(0, Math.min(600, answer.length()));
    }

    /** Everything that must not be. */
    synchronized List<String> outrages() {
        return List.copyOf(outrages);
    }

    /** How many generations were made of them, as far as their senders were told. */
    synchronized int accepted() {
        return accepted;
    }

    /** How many were answered with which status, and how many by hanging up. */
    @Override
    public synchronized String toString() {
        return "statuses=%s hungUp=%d accepted=%d".formatted(statuses, unanswered, accepted);
    }
}
