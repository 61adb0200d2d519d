package dev.sluice.scenarios;

import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** Connections that send a byte now and then, or read nothing of what they asked for; whoever is cut off comes again. */
final class SlowCrowd implements AutoCloseable {

    private static final Duration BETWEEN_BYTES = Duration.ofMillis(200);
    private static final int SMALLEST_WINDOW = 1_024;

    private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor();
    private final List<Slow> all = new ArrayList<>();
    private final URI server;
    private int cut;

    /** Drips what it has to say, and starts again when nobody listens any more. */
    private final class Slow {

        private final byte[] request;
        private final int quick;
        private Socket socket = new Socket();
        private int said;

        /** @param quick how many bytes of it are sent at once, before it becomes slow */
        Slow(String request, int quick) {
            this.request = request.getBytes(StandardCharsets.US_ASCII);
            this.quick = quick;
        }

        void goOn() {
            try {
                if (!socket.isConnected() || socket.isClosed()) {
                    socket = new Socket();
                    socket.setReceiveBufferSize(SMALLEST_WINDOW);
                    socket.connect(new java.net.InetSocketAddress(server.getHost(), server.getPort()));
                    socket.getOutputStream().write(request, 0, quick);
                    said = quick;
                } else {
                    // Once all is said, a stray byte finds out whether the other side has hung up.
                    socket.getOutputStream().write(said < request.length ? request[said++] : 'G');
                }
            } catch (IOException hungUp) {
                cut++;
                close();
            }
        }

        void close() {
            try {
                socket.close();
            } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        }
    }

    SlowCrowd(URI server, String key, int ofEach) {
        this.server = server;
        String head = "Host: sluice\r\nAuthorization: Bearer " + key + "\r\n";
        String post = "POST /v1/generations HTTP/1.1\r\n" + head
                + "Content-Type: application/json\r\nContent-Length: 500\r\n\r\n";
        String pages = ("GET /index.html HTTP/1.1\r\n" + head + "\r\n").repeat(15);
        String statuses = "GET /v1/status HTTP/1.1\r\n" + head + "Accept: text/event-stream\r\n\r\n";
        for (int i = 0; i < ofEach; i++) {
            all.add(new Slow("GET /v1/status HTTP/1.1\r\n" + head + "X: " + "x".repeat(500), 1));
            all.add(new Slow(post + "{\"prompt\":\"" + " ".repeat(500), post.length()));
            all.add(new Slow(pages, pages.length()));
            all.add(new Slow(statuses, statuses.length()));
        }
        clock.scheduleAtFixedRate(() -> all.forEach(Slow::goOn), 0, BETWEEN_BYTES.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** How often one of them was cut off. */
    int cut() {
        return cut;
    }

    @Override
    public void close() {
        clock.shutdownNow();
        clock.close();
        all.forEach(Slow::close);
    }
}
