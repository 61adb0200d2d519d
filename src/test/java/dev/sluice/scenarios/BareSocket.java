package dev.sluice.scenarios;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.net.http.HttpHeaders;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** One connection on which anything can be said: client libraries are too polite to be rude. */
final class BareSocket implements AutoCloseable {

    /** What is asked for when the connection was closed without an answer. */
    static final int NO_ANSWER = 0;

    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final Socket socket;

    private BareSocket(Socket socket) {
        this.socket = socket;
    }

    static BareSocket to(URI server) {
        try {
            Socket socket = new Socket(server.getHost(), server.getPort());
            socket.setSoTimeout((int) PATIENCE.toMillis());
            return new BareSocket(socket);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Says it and answers what comes back. */
    static Client.Answer ask(URI server, byte[] request) {
        try (BareSocket socket = to(server)) {
            return socket.say(request).answer();
        }
    }

    /** What the other side does not want to hear to its end is no failure: it may have answered already. */
    BareSocket say(byte[] bytes) {
        try {
            socket.getOutputStream().write(bytes);
        } catch (SocketException refusedMeanwhile) {
            // the answer tells
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return this;
    }

    /** The next answer; of a stream only its head. */
    Client.Answer answer() {
        try {
            InputStream in = socket.getInputStream();
            List<String> head = head(in);
            if (head.isEmpty()) {
                return new Client.Answer(NO_ANSWER, HttpHeaders.of(Map.of(), (_, _) -> true), "");
            }
            Map<String, List<String>> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
            head.stream()
                    .skip(1)
                    .forEach(line -> headers.computeIfAbsent(
                                    line.substring(0, line.indexOf(':')), _ -> new ArrayList<>())
                            .add(line.substring(line.indexOf(':') + 1).strip()));
            return new Client.Answer(
                    Integer.parseInt(head.getFirst().split(" ", -1)[1]),
                    HttpHeaders.of(headers, (_, _) -> true),
                    body(in, headers));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Whether the other side hangs up. */
    boolean isClosed() {
        try {
            return socket.getInputStream().read() < 0;
        } catch (SocketException reset) {
            return true;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<String> head(InputStream in) throws IOException {
        List<String> lines = new ArrayList<>();
        for (String line = line(in); !line.isEmpty(); line = line(in)) {
            lines.add(line);
        }
        return lines;
    }

    private static String body(InputStream in, Map<String, List<String>> headers) throws IOException {
        if (first(headers, "Content-Type").startsWith("text/event-stream")) {
            return "";
        }
        if (first(headers, "Transfer-Encoding").toLowerCase(Locale.ROOT).equals("chunked")) {
            return text(chunks(in));
        }
        String length = first(headers, "Content-Length");
        return length.isEmpty() ? "" : text(in.readNBytes(Integer.parseInt(length)));
    }

    private static byte[] chunks(InputStream in) throws IOException {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        for (int size = Integer.parseInt(line(in), 16); size > 0; size = Integer.parseInt(line(in), 16)) {
            body.write(in.readNBytes(size));
            line(in);
        }
        return body.toByteArray();
    }

    private static String first(Map<String, List<String>> headers, String name) {
        return headers.getOrDefault(name, List.of("")).getFirst();
    }

    /** A line without its end; empty when there is no more. */
    private static String line(InputStream in) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int next = in.read(); next >= 0 && next != '\n'; next = in.read()) {
            line.write(next);
        }
        String text = text(line.toByteArray());
        if (text.length() > 1 && !text.endsWith("\r")) {
            throw new EOFException("The answer breaks off: " + text);
        }
        return text.strip();
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
