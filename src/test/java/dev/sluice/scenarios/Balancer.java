package dev.sluice.scenarios;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** A HAProxy of a test's own before a fixed number of places, each of which a replica may take. */
final class Balancer implements AutoCloseable {

    private static final Path CONFIGURATION = Path.of("src", "test", "haproxy", "haproxy.cfg");

    /** As many as the configuration has servers. */
    static final int PLACES = 4;

    private final int front;
    private final URI statistics;
    private final List<Place> places;
    private final Process process;

    /** Where a replica may listen; the balancer asks there whether it is ready. */
    record Place(int api, int management) {

        String[] settings() {
            return new String[] {"server.port=" + api, "management.server.port=" + management};
        }
    }

    private Balancer(List<Integer> ports, Path directory) throws IOException {
        front = ports.getFirst();
        statistics = URI.create("http://127.0.0.1:" + ports.getLast());
        places = IntStream.range(0, PLACES)
                .mapToObj(i -> new Place(ports.get(1 + 2 * i), ports.get(2 + 2 * i)))
                .toList();
        ProcessBuilder haproxy = new ProcessBuilder(
                NeededPrograms.find("haproxy").toString(),
                "-db",
                "-f",
                CONFIGURATION.toAbsolutePath().toString());
        Map<String, String> environment = haproxy.environment();
        environment.put("FRONT", "127.0.0.1:" + front);
        environment.put("STATISTICS", "127.0.0.1:" + ports.getLast());
        for (int i = 0; i < PLACES; i++) {
            environment.put("API_" + i, String.valueOf(places.get(i).api()));
            environment.put("MANAGEMENT_" + i, String.valueOf(places.get(i).management()));
        }
        process = haproxy.directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("haproxy.log").toFile())
                .start();
    }

    /** @param directory what it says is written there */
    static Balancer start(Path directory) {
        try {
            Balancer balancer = new Balancer(freePorts(2 + 2 * PLACES), directory);
            await().atMost(Duration.ofSeconds(10)).until(balancer::listens);
            return balancer;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private boolean listens() {
        if (!process.isAlive()) {
            throw new IllegalStateException("HAProxy did not start: exit " + process.exitValue());
        }
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), front));
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    /** All are held until the last is found, so that no two are the same. */
    private static List<Integer> freePorts(int number) throws IOException {
        List<ServerSocket> held = new ArrayList<>();
        try {
            for (int i = 0; i < number; i++) {
                held.add(new ServerSocket(0, 1, InetAddress.getLoopbackAddress()));
            }
            return held.stream().map(ServerSocket::getLocalPort).toList();
        } finally {
            for (ServerSocket socket : held) {
                socket.close();
            }
        }
    }

    Place place(int number) {
        return places.get(number);
    }

    /** Until it hands callers on to as many. */
    void awaitReady(int replicas) {
        await().atMost(Duration.ofSeconds(20)).until(() -> ready() == replicas);
    }

    /** Read where operators read it: a column of a table with a heading. */
    private long ready() {
        String[] table = new Client(statistics, "").get("/;csv").body().split("\n", -1);
        int status = List.of(table[0].split(",", -1)).indexOf("status");
        return Arrays.stream(table)
                .filter(row -> row.startsWith("sluice,") && !row.startsWith("sluice,BACKEND,"))
                .filter(row -> row.split(",", -1)[status].equals("UP"))
                .count();
    }

    URI api() {
        return URI.create("http://127.0.0.1:" + front);
    }

    @Override
    public void close() {
        process.destroyForcibly();
        await().until(() -> !process.isAlive());
    }
}
