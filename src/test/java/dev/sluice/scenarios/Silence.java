package dev.sluice.scenarios;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Takes every connection and never says a word. */
final class Silence implements AutoCloseable {

    private final ServerSocket door;
    private final List<Socket> taken = new CopyOnWriteArrayList<>();

    Silence() {
        try {
            door = new ServerSocket(0, 100, InetAddress.getLoopbackAddress());
            Thread.ofVirtual().start(this::take);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void take() {
        try {
            while (true) {
                taken.add(door.accept());
            }
        } catch (IOException closed) {
            return;
        }
    }

    int connections() {
        return taken.size();
    }

    String url() {
        return "http://127.0.0.1:" + door.getLocalPort() + "/";
    }

    @Override
    public void close() {
        try {
            door.close();
            for (Socket socket : taken) {
                socket.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
