package dev.sluice.journal;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;

/** The wire between a store and its database, which can be cut where it hurts. */
final class Wire implements AutoCloseable {

    /** What happens to the next COMMIT. */
    enum Cut {
        NOWHERE,
        BEFORE_THE_COMMIT_ARRIVES,
        BEFORE_ITS_ANSWER_ARRIVES
    }

    private final ServerSocket front;
    private final URI database;
    private final AtomicReference<Cut> next = new AtomicReference<>(Cut.NOWHERE);
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private volatile boolean down;
    private volatile boolean downAfterTheCut;

    Wire(DatabaseProperties properties) {
        try {
            database = URI.create(properties.requireUrl().substring("jdbc:".length()));
            front = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
            Thread.ofVirtual().start(this::accept);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The same database through this wire. */
    DatabaseProperties through(DatabaseProperties properties) {
        return new DatabaseProperties(
                properties.requireUrl().replace(database.getAuthority(), "localhost:" + front.getLocalPort()),
                properties.username(),
                properties.password());
    }

    void cutTheNext(Cut cut) {
        next.set(cut);
    }

    /** And nobody gets through again. */
    void cutTheNextForGood(Cut cut) {
        downAfterTheCut = true;
        next.set(cut);
    }

    /** Every line is cut, and new ones are until it is up again. */
    void down(boolean isDown) {
        down = isDown;
        if (isDown) {
            open.forEach(Wire::close);
        }
    }

    private void accept() {
        while (!front.isClosed()) {
            try {
                Socket client = front.accept();
                if (down) {
                    close(client);
                    continue;
                }
                Socket server = new Socket(database.getHost(), database.getPort());
                open.add(client);
                open.add(server);
                Thread.ofVirtual().start(() -> forward(client, server));
                Thread.ofVirtual().start(() -> back(server, client));
            } catch (IOException e) {
                down = true;
            }
        }
    }

    private void forward(Socket client, Socket server) {
        byte[] bytes = new byte[64 * 1024];
        try {
            InputStream in = client.getInputStream();
            OutputStream out = server.getOutputStream();
            for (int read = in.read(bytes); read >= 0; read = in.read(bytes)) {
                boolean isCommit = new String(bytes, 0, read, StandardCharsets.ISO_8859_1).contains("COMMIT");
                Cut cut = isCommit ? next.getAndSet(Cut.NOWHERE) : Cut.NOWHERE;
                down |= cut != Cut.NOWHERE && downAfterTheCut;
                switch (cut) {
                    case NOWHERE -> out.write(bytes, 0, read);
                    case BEFORE_THE_COMMIT_ARRIVES -> close(server);
                    case BEFORE_ITS_ANSWER_ARRIVES -> {
                        client.shutdownOutput();
                        out.write(bytes, 0, read);
                    }
                }
            }
        } catch (IOException e) {
            close(server);
        }
        close(client);
    }

    private static void back(Socket server, Socket client) {
        byte[] bytes = new byte[64 * 1024];
        try {
            InputStream in = server.getInputStream();
            OutputStream out = client.getOutputStream();
            for (int read = in.read(bytes); read >= 0; read = in.read(bytes)) {
                out.write(bytes, 0, read);
            }
        } catch (IOException e) {
            close(server);
        }
        close(client);
    }

    private static void close(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        try {
            front.close();
            open.forEach(Wire::close);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
