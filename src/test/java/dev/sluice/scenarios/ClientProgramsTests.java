package dev.sluice.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.simulator.Ledger.Submit;
import dev.sluice.simulator.Pace;
import dev.sluice.simulator.Simulator;
import dev.sluice.simulator.SimulatorSettings;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Programs written for the upstream, run as they are against it and against Sluice: only the base URL and key differ. */
@SuppressWarnings("NullAway.Init")
@Needs(
        value = {"python3", "node"},
        pythonModule = "requests",
        installedBy = "apt-get install -y python3 python3-requests nodejs")
class ClientProgramsTests {

    private static final Path PROGRAMS = Path.of("src", "test", "programs");
    private static final int SECONDS_AT_MOST = 30;
    private static final String GENERATE_PY = "generate.py";
    private static final String GENERATE_MJS = "generate.mjs";
    private static final String BATCH_PY = "batch.py";

    private static Simulator simulator;
    private static RunningSluice sluice;

    @TempDir
    private Path scratch;

    @BeforeAll
    static void start(@TempDir Path store) {
        simulator = Simulator.start(SimulatorSettings.defaults().withPace(Pace.fixed(Duration.ofMillis(250))));
        sluice = RunningSluice.inFrontOf(simulator, store);
    }

    @AfterAll
    static void stop() {
        sluice.close();
        simulator.close();
    }

    @AfterEach
    void allGoesWellAgain() {
        simulator.faults().clear();
        simulator.allowTasks(10);
    }

    @ParameterizedTest
    @ValueSource(strings = {GENERATE_PY, GENERATE_MJS})
    void hearTheSameOfAFailureFromEither(String program) throws IOException, InterruptedException {
        Run direct = againstTheUpstream(program, "direct [fail] " + program);
        Run through = againstSluice(program, "through [fail] " + program);

        assertThat(direct.exit()).isEqualTo(1);
        assertThat(through.exit()).isEqualTo(1);
        assertThat(lastLine(direct.errors())).startsWith("Failed: ");
        assertThat(lastLine(through.errors())).isEqualTo(lastLine(direct.errors()));
    }

    @ParameterizedTest
    @ValueSource(strings = {GENERATE_PY, GENERATE_MJS})
    void getTheirPictureFromEitherAndThroughSluiceWithoutABusyAnswer(String program)
            throws IOException, InterruptedException {
        simulator.faults().submitsOf("direct " + program).times(2).answerBusy();
        simulator.faults().submitsOf("through " + program).times(2).answerBusy();

        Run direct = againstTheUpstream(program, "direct " + program);
        Run through = againstSluice(program, "through " + program);

        assertThat(direct.exit()).as(direct.errors()).isZero();
        assertThat(through.exit()).as(through.errors()).isZero();
        assertThat(direct.output().strip()).isEqualTo(pictureOf("direct " + program));
        assertThat(through.output().strip()).isEqualTo(pictureOf("through " + program));
        assertThat(direct.errors()).containsIgnoringCase("busy");
        assertThat(through.errors()).doesNotContainIgnoringCase("busy");
    }

    @Test
    void getAWholeBatchFromEitherThoughOnlyTwoTasksMayRun() throws IOException, InterruptedException {
        simulator.allowTasks(2);

        Run direct = againstTheUpstream(BATCH_PY, "direct 1", "direct 2", "direct 3", "direct 4");
        Run through = againstSluice(BATCH_PY, "through 1", "through 2", "through 3", "through 4");

        assertThat(direct.exit()).as(direct.errors()).isZero();
        assertThat(through.exit()).as(through.errors()).isZero();
        assertThat(direct.errors()).contains("busy");
        assertThat(through.errors()).doesNotContain("busy");
        for (int i = 1; i <= 4; i++) {
            assertThat(through.output().lines()).contains("through " + i + "\t" + pictureOf("through " + i));
        }
    }

    /** Where the picture of the one submit of this prompt is. */
    private static String pictureOf(String prompt) {
        List<Submit> paid = simulator.ledger().accepted(prompt);
        assertThat(paid).as(prompt).hasSize(1);
        return "%s/images/%s-0.png"
                .formatted(simulator.baseUrl(), paid.getFirst().generationId());
    }

    private static String lastLine(String text) {
        return text.lines().toList().getLast();
    }

    private Run againstTheUpstream(String program, String... prompts) throws IOException, InterruptedException {
        return run(simulator.baseUrl(), SimulatorSettings.KEY, program, prompts);
    }

    private Run againstSluice(String program, String... prompts) throws IOException, InterruptedException {
        return run(sluice.api(), RunningSluice.ALICE, program, prompts);
    }

    private Run run(URI server, String key, String program, String... prompts)
            throws IOException, InterruptedException {
        Path interpreter =
                program.endsWith(".py") ? NeededPrograms.findPythonWith("requests") : NeededPrograms.find("node");
        List<String> command = new ArrayList<>(
                List.of(interpreter.toString(), PROGRAMS.resolve(program).toString()));
        command.addAll(List.of(prompts));
        Path output = scratch.resolve("output");
        Path errors = scratch.resolve("errors");
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectOutput(output.toFile()).redirectError(errors.toFile());
        builder.environment()
                .putAll(Map.of(
                        "IMAGE_API_URL",
                        server.toString(),
                        "IMAGE_API_KEY",
                        key,
                        "IMAGE_API_PAUSE",
                        "0.2",
                        "NO_PROXY",
                        "127.0.0.1"));
        Process process = builder.start();
        try {
            boolean ended = process.waitFor(SECONDS_AT_MOST, TimeUnit.SECONDS);
            return new Run(ended ? process.exitValue() : -1, Files.readString(output), Files.readString(errors));
        } finally {
            process.destroyForcibly();
        }
    }

    /** What became of a program; the exit is negative if it did not end in time. */
    private record Run(int exit, String output, String errors) {}
}
