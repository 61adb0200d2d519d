package dev.sluice.scenarios;

import dev.sluice.SluiceApplication;
import java.io.File;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.spi.ToolProvider;
import java.util.stream.Collectors;

/**
 * What the children of tests run on: the same classes as this process, from a cache (JEP 483 and 514) that one of them has
 * left which did nothing but start. A build starts dozens, and each is ready after less than half of the processor time.
 * Such a cache takes no directories, so what was compiled is put into jars.
 */
final class ChildClasses {

    private static final Path HOME = Path.of("target", "children");
    private static final Path CACHE = HOME.resolve("classes.aot");
    private static final long LONGEST_START_SECONDS = 60;

    private static final String CLASS_PATH = Arrays.stream(
                    System.getProperty("java.class.path").split(File.pathSeparator))
            .map(Path::of)
            .map(entry -> Files.isDirectory(entry) ? jarOf(entry) : entry)
            .map(Path::toString)
            .collect(Collectors.joining(File.pathSeparator));

    /** The second compiler costs a start more than it gives back; what is measured for longer may want it: 4. */
    private static final int LAST_TIER = Integer.getInteger("sluice.children.tier", 1);

    /** Made by the first that asks. */
    private static final List<String> OPTIONS = cached();

    private ChildClasses() {}

    /** For {@code java}, before the name of the class. */
    static List<String> options() {
        return OPTIONS;
    }

    private static Path jarOf(Path directory) {
        try {
            Files.createDirectories(HOME);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Path jar = HOME.resolve(directory.getFileName() + ".jar");
        PrintWriter heard = new PrintWriter(System.err);
        int exit = ToolProvider.findFirst("jar")
                .orElseThrow()
                .run(
                        heard,
                        heard,
                        "--create",
                        "--no-compress",
                        "--file",
                        jar.toString(),
                        "-C",
                        directory.toString(),
                        ".");
        if (exit != 0) {
            throw new IllegalStateException(directory + " could not be put into a jar");
        }
        return jar;
    }

    private static List<String> cached() {
        List<String> command = new ArrayList<>(List.of(java()));
        command.addAll(plain());
        command.addAll(1, List.of("-XX:AOTCacheOutput=" + CACHE, "-Dspring.context.exit=onRefresh"));
        command.add(SluiceApplication.class.getName());
        command.addAll(List.of(RunningSluice.arguments(URI.create("http://127.0.0.1:9"), HOME.resolve("store"))));
        try {
            Files.deleteIfExists(CACHE);
            Process start = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(HOME.resolve("cache.log").toFile())
                    .start();
            if (!start.waitFor(LONGEST_START_SECONDS, TimeUnit.SECONDS)) {
                start.destroyForcibly();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
        List<String> options = new ArrayList<>(plain());
        if (Files.exists(CACHE)) { // it is only slower without
            options.addFirst("-XX:AOTCache=" + CACHE);
        }
        return List.copyOf(options);
    }

    /** The command of the Java that this process runs on. */
    static String java() {
        return Path.of(System.getProperty("java.home"), "bin", "java").toString();
    }

    private static List<String> plain() {
        return List.of(
                "-XX:TieredStopAtLevel=" + LAST_TIER,
                "-XX:+UseSerialGC",
                "-Xmx256m",
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-cp",
                CLASS_PATH);
    }
}
