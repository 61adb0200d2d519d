package dev.sluice.bench;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** A process that is measured, or that what is measured needs; ended with the bench, however that ends. */
final class Child implements AutoCloseable {

    /** Under the build's own directory: logs, stores and configurations of the peers. */
    static final Path HOME = Path.of("target", "bench");

    private static final Duration START = Duration.ofSeconds(60);
    private static final Duration END = Duration.ofSeconds(10);
    private static final Pattern PSS = Pattern.compile("(?m)^Pss:\\s+(\\d+) kB");
    private static final Set<Child> RUNNING = ConcurrentHashMap.newKeySet();

    static {
        Runtime.getRuntime().addShutdownHook(new Thread(() -> RUNNING.forEach(Child::close)));
    }

    private final String name;
    private final Process process;
    private final BufferedWriter orders;
    private final BlockingQueue<String> said = new LinkedBlockingQueue<>();

    private Child(String name, Process process) {
        this.name = name;
        this.process = process;
        this.orders = new BufferedWriter(new OutputStreamWriter(process.getOutputStream(), StandardCharsets.UTF_8));
        RUNNING.add(this);
    }

    /** @param name of its log, {@code target/bench/<name>.log} */
    static Child start(String name, List<String> command) {
        return start(name, Map.of(), command);
    }

    static Child start(String name, Map<String, String> environment, List<String> command) {
        try {
            Files.createDirectories(HOME);
            ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
            builder.environment().putAll(environment);
            Child child = new Child(name, builder.start());
            Thread.ofVirtual().start(child::listen);
            return child;
        } catch (IOException e) {
            throw new IllegalStateException(name + " could not be started: " + command.getFirst(), e);
        }
    }

    /** A class of the bench in a Java of its own. */
    static Child java(String name, Class<?> main, List<String> arguments) {
        return start(
                name,
                Stream.concat(
                                Stream.of(
                                        java("java"),
                                        "-XX:+UseSerialGC",
                                        "-Xmx1g",
                                        "--enable-native-access=ALL-UNNAMED",
                                        "--sun-misc-unsafe-memory-access=allow",
                                        "-cp",
                                        System.getProperty("java.class.path"),
                                        main.getName()),
                                arguments.stream())
                        .toList());
    }

    /** A program of the JDK that runs the bench. */
    static String java(String program) {
        return Path.of(System.getProperty("java.home"), "bin", program).toString();
    }

    static int freePort() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void listen() {
        try (BufferedReader lines =
                        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
                BufferedWriter log = Files.newBufferedWriter(HOME.resolve(name + ".log"))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                log.write(line);
                log.newLine();
                log.flush();
                said.add(line);
            }
        } catch (IOException e) {
            said.add("(its output was cut: " + e + ")");
        }
    }

    /** The next line that says this; what was said before it is forgotten. */
    MatchResult hears(Pattern words) {
        long until = System.nanoTime() + START.toNanos();
        try {
            while (System.nanoTime() < until && (process.isAlive() || !said.isEmpty())) {
                String line = said.poll(100, TimeUnit.MILLISECONDS);
                Matcher found = words.matcher(line == null ? "" : line);
                if (line != null && found.find()) {
                    return found.toMatchResult();
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        throw new IllegalStateException("%s did not say \"%s\" within %d s: see %s.log"
                .formatted(name, words, START.toSeconds(), HOME.resolve(name)));
    }

    /** One line to its standard input. */
    void order(String line) {
        try {
            orders.write(line);
            orders.newLine();
            orders.flush();
        } catch (IOException e) {
            throw new IllegalStateException(name + " takes no orders any more", e);
        }
    }

    long pid() {
        return process.pid();
    }

    /** Processor time so far, in user and in kernel mode, its children's included. */
    Duration cpu() {
        return family().flatMap(one -> one.info().totalCpuDuration().stream()).reduce(Duration.ZERO, Duration::plus);
    }

    /** What of the machine's memory is its own, and its share of what it shares; its children's included. */
    long residentKib() {
        return family().mapToLong(one -> pss(one.pid())).sum();
    }

    private static long pss(long pid) {
        try {
            Matcher found = PSS.matcher(Files.readString(Path.of("/proc", "" + pid, "smaps_rollup")));
            return found.find() ? Long.parseLong(found.group(1)) : 0;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Stream<ProcessHandle> family() {
        return Stream.concat(Stream.of(process.toHandle()), process.descendants());
    }

    @Override
    public void close() {
        RUNNING.remove(this);
        List<ProcessHandle> all = family().toList();
        process.destroy();
        try {
            if (!process.waitFor(END.toMillis(), TimeUnit.MILLISECONDS)) {
                all.forEach(ProcessHandle::destroyForcibly);
            }
        } catch (InterruptedException e) {
            all.forEach(ProcessHandle::destroyForcibly);
            Thread.currentThread().interrupt();
        }
    }
}
