package dev.sluice.scenarios;

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
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;

/** The cable between one process and a server: it can be cut where it hurts, and whoever holds it hears what is asked. */
final class Cable implements AutoCloseable {

    private final ServerSocket front;
    private final int server;
    private final Consumer<String> listener;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private final AtomicInteger answersToLose = new AtomicInteger();
    private final AtomicReference<Catch> next = new AtomicReference<>(new Catch(""));
    private volatile boolean down;

    /** A line that is held as soon as this was asked on it, until it is let go. */
    record Catch(String text, CompletableFuture<Boolean> caught, CompletableFuture<Boolean> letGo) {

        private Catch(String text) {
            this(text, new CompletableFuture<>(), new CompletableFuture<>());
        }

        private boolean isFor(String asked) {
            return !text.isEmpty() && asked.contains(text);
        }

        /** Whether somebody was caught in that time. */
        boolean within(long seconds) {
            return caught.completeOnTimeout(false, seconds, TimeUnit.SECONDS).join();
        }

        void release() {
            letGo.complete(true);
        }
    }

    /** @param listener hears each piece of what is asked, as it came */
    Cable(int server, Consumer<String> listener) {
        this.server = server;
        this.listener = listener;
        try {
            front = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Thread.ofVirtual().start(this::accept);
    }

    int port() {
        return front.getLocalPort();
    }

    /** That server through this cable. */
    URI through(URI address) {
        return URI.create("http://127.0.0.1:" + port() + address.getPath());
    }

    /** Every line, once: whoever comes again gets through. */
    void cut() {
        open.forEach(Cable::close);
        open.clear();
    }

    /** Every line is cut, and new ones are until it is up again. */
    void down() {
        down = true;
        cut();
    }

    void up() {
        down = false;
    }

    /** The server is told so often to commit, and its answer does not arrive. */
    void loseTheAnswersToCommits(int most) {
        answersToLose.set(most);
    }

    /** The first one that asks this is held in the middle of it. */
    Catch holdAfter(String text) {
        Catch held = new Catch(text);
        next.set(held);
        return held;
    }

    private void accept() {
        while (!front.isClosed()) {
            try {
                Socket client = front.accept();
                Thread.ofVirtual().start(() -> connect(client));
            } catch (IOException e) {
                cut();
            }
        }
    }

    private void connect(Socket client) {
        try {
            if (down) {
                client.close();
                return;
            }
            Socket behind = new Socket(InetAddress.getLoopbackAddress(), server);
            client.setTcpNoDelay(true);
            behind.setTcpNoDelay(true);
            open.add(client);
            open.add(behind);
            Thread.ofVirtual().start(() -> carry(behind, client));
            ask(client, behind);
        } catch (IOException e) {
            close(client); // the server is not there
        }
    }

    private void ask(Socket client, Socket behind) {
        byte[] bytes = new byte[64 * 1024];
        try (client;
                behind) {
            InputStream in = client.getInputStream();
            OutputStream out = behind.getOutputStream();
            for (int read = in.read(bytes); read >= 0; read = in.read(bytes)) {
                String asked = new String(bytes, 0, read, StandardCharsets.ISO_8859_1);
                listener.accept(asked);
                if (asked.contains("COMMIT") && answersToLose.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
                    client.shutdownOutput();
                }
                out.write(bytes, 0, read);
                hold(asked);
            }
        } catch (IOException e) {
            close(client); // the other one is gone, and hears nothing more of this
        } finally {
            open.remove(client);
            open.remove(behind);
        }
    }

    private void hold(String asked) {
        Catch held = next.get();
        if (held.isFor(asked) && next.compareAndSet(held, new Catch(""))) {
            held.caught().complete(true);
            held.letGo().join();
        }
    }

    private static void carry(Socket from, Socket to) {
        try (from;
                to) {
            from.getInputStream().transferTo(to.getOutputStream());
        } catch (IOException e) {
            close(to); // one of the two is gone, and so is the line
        }
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
        next.get().release();
        try {
            front.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        cut();
    }
}
