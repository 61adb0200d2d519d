package dev.sluice.scenarios;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Runs {@code src/test/js} with Node's own test runner: the parser, the client and the words, without a browser. */
@Needs(value = "node", installedBy = "apt-get install -y nodejs (20.19 or newer)")
class PageScriptsTests {

    private static final int SECONDS_AT_MOST = 60;

    @TempDir
    private Path scratch;

    /** Node before 20.19 takes a .js file for CommonJS unless a package.json says otherwise, which the page has no use for. */
    @BeforeEach
    void tryAModule() throws IOException, InterruptedException {
        Path module = Files.writeString(scratch.resolve("module.js"), "export default 1");

        assumeThat(run(module.toString()).exit())
                .as("node runs a module; 20.19 or newer does")
                .isZero();
    }

    @ParameterizedTest
    @MethodSource("scripts")
    void keepWhatTheyPromise(Path script) throws IOException, InterruptedException {
        Run run = run("--test", "--test-reporter=spec", script.toString());

        assertThat(run.exit()).as(run.output()).isZero();
    }

    static Stream<Path> scripts() throws IOException {
        try (Stream<Path> files = Files.list(Path.of("src", "test", "js"))) {
            return files.sorted().toList().stream();
        }
    }

    private Run run(String... arguments) throws IOException, InterruptedException {
        Path output = scratch.resolve("output");
        Process process = new ProcessBuilder(
                        Stream.concat(Stream.of(NeededPrograms.find("node").toString()), Stream.of(arguments))
                                .toList())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        try {
            boolean ended = process.waitFor(SECONDS_AT_MOST, TimeUnit.SECONDS);
            return new Run(ended ? process.exitValue() : -1, Files.readString(output));
        } finally {
            process.destroyForcibly();
        }
    }

    /** What became of one call of Node; the exit is negative if it did not end in time. */
    private record Run(int exit, String output) {}
}
