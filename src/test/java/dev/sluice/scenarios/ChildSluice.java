package dev.sluice.scenarios;

import static org.awaitility.Awaitility.await;

import dev.sluice.SluiceApplication;
import dev.sluice.simulator.Simulator;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A Sluice in a process of its own, which can be killed. */
final class ChildSluice implements AutoCloseable {

    private static final Pattern READY = Pattern.compile("Sluice is ready: api=(\\S+) management=(\\S+)");

    private final Process process;
    private final List<String> output = new CopyOnWriteArrayList<>();
    private volatile @Nullable Matcher ready;

    private ChildSluice(Process process) {
        this.process = process;
    }

    /** Starts it on that store; it has the callers and the pace of {@link RunningSluice}. */
    static ChildSluice inFrontOf(Simulator simulator, Path store, String... settings) {
        return inFrontOf(simulator.baseUrl(), store, settings);
    }

    /** The same in front of whatever listens there. */
    static ChildSluice inFrontOf(URI upstream, Path store, String... settings) {
        List<String> command = new ArrayList<>(List.of(ChildClasses.java()));
        command.addAll(ChildClasses.options());
        command.add(SluiceApplication.class.getName());
        command.addAll(List.of(RunningSluice.arguments(upstream, store, settings)));
        try {
            ChildSluice child = new ChildSluice(
                    new ProcessBuilder(command).redirectErrorStream(true).start());
            Thread.ofVirtual().start(child::listen);
            return child;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void listen() {
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                output.add(line);
                Matcher found = READY.matcher(line);
                if (found.find()) {
                    ready = found;
                }
            }
        } catch (IOException e) {
            output.add("(its output was cut: " + e + ")");
        }
    }

    ChildSluice awaitReady() {
        await().atMost(Duration.ofSeconds(60)).until(() -> ready != null || !process.isAlive());
        if (ready == null) {
            throw new AssertionError("It did not start:\n" + String.join("\n", output));
        }
        return this;
    }

    boolean isReady() {
        return ready != null;
    }

    URI api() {
        return address(1);
    }

    URI management() {
        return address(2);
    }

    private URI address(int group) {
        Matcher found = ready;
        if (found == null) {
            throw new IllegalStateException("Not ready");
        }
        return URI.create(found.group(group).replace("localhost", "127.0.0.1"));
    }

    Client alice() {
        return new Client(api(), RunningSluice.ALICE);
    }

    Client bob() {
        return new Client(api(), RunningSluice.BOB);
    }

    /** Everything it has printed. */
    String output() {
        return String.join("\n", output);
    }

    /** SIGKILL: nothing of it runs any more. */
    void kill() {
        process.destroyForcibly();
        awaitEnd();
    }

    /** SIGSTOP: it stands still, and does not know it. */
    void pause() {
        signal("STOP");
    }

    /** SIGCONT: it goes on as if no time had passed. */
    void resume() {
        signal("CONT");
    }

    private void signal(String name) {
        try {
            new ProcessBuilder("kill", "-" + name, String.valueOf(process.pid()))
                    .start()
                    .waitFor();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** SIGTERM: it may put its things in order. */
    void terminate() {
        process.destroy();
    }

    void awaitEnd() {
        await().atMost(Duration.ofSeconds(60)).until(() -> !process.isAlive());
    }

    ProcessHandle process() {
        return process.toHandle();
    }

    boolean isAlive() {
        return process.isAlive();
    }

    @Override
    public void close() {
        kill();
    }
}
