package dev.sluice.scenarios;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.scenarios.Receiver.Post;
import dev.sluice.simulator.Pace;
import dev.sluice.simulator.Simulator;
import dev.sluice.simulator.SimulatorSettings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** The programs that the README shows, taken out of it and run: on lines that are cut, and paid once. */
@SuppressWarnings("NullAway.Init")
@Order(3)
class RecipesTests {

    private static final String SECRET = "whsec_Z2VuZXJhbC1nZW5lcmFsLWdlbmVyYWwtZ2VuZXJhbA==";
    private static final String CLIENT = "The client for browsers and Node";
    private static final String RECIPES = "Recipes";
    private static final List<String> PROMPTS = List.of("a fox by the sea", "an owl in the snow");

    private static Simulator simulator;
    private static RunningSluice sluice;

    @TempDir
    private Path directory;

    private final Map<String, Integer> paidBefore = new HashMap<>();

    @BeforeAll
    static void start(@TempDir Path store) {
        simulator = Simulator.start(SimulatorSettings.defaults().withPace(Pace.fixed(Duration.ofMillis(800))));
        sluice = RunningSluice.inFrontOf(
                simulator,
                store,
                "sluice.stream.retry=100ms",
                "sluice.webhook.allow-private-addresses=true",
                "sluice.webhook.signing-secret=" + SECRET);
        simulator.faults().submitsOf("a moth").answerBusy(); // or it would be too late to withdraw it
    }

    @AfterAll
    static void stop() {
        sluice.close();
        simulator.close();
    }

    @BeforeEach
    void count() {
        PROMPTS.forEach(prompt -> paidBefore.put(prompt, paid(prompt)));
    }

    @Test
    @Needs(value = "curl", installedBy = "apt-get install -y curl")
    void showCurl() {
        try (RunningProgram program =
                run(sluice.api().getPort(), List.of("bash", "-eu", written("recipe.sh", RECIPES, "sh")))) {
            String output = program.succeeds();

            assertThat(output)
                    .startsWith("{\"id\":\"gen_")
                    .contains("\"status\":\"completed\"")
                    .endsWith("}");
            assertThat(Pattern.compile("(?m)^event: (\\w+)$")
                            .matcher(output)
                            .results()
                            .map(it -> it.group(1)))
                    .filteredOn(name -> !name.equals("progress"))
                    .containsExactly("queued", "submitting", "processing", "completed");
        }
        isPaidOnceAndWithdrawn();
    }

    @Test
    @Needs(value = "python3", pythonModule = "requests", installedBy = "apt-get install -y python3 python3-requests")
    void showPython() {
        goesOnThoughItsLineIsCut(List.of(
                NeededPrograms.findPythonWith("requests").toString(), "-u", written("recipe.py", RECIPES, "python")));
    }

    @Test
    void showJava() {
        goesOnThoughItsLineIsCut(List.of(
                ChildClasses.java(),
                "-XX:TieredStopAtLevel=1",
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-Dlogback.configurationFile=" + write("logback.xml", "<configuration/>"),
                "-cp",
                System.getProperty("java.class.path"),
                written("Recipe.java", RECIPES, "java")));
    }

    @Test
    @Needs(value = "node", installedBy = "apt-get install -y nodejs (20.19 or newer)")
    void showTheClientInNode() {
        write("sluice.js", sluice.client("").get("/sluice.js").body());
        write("package.json", "{\"type\":\"module\"}");

        String output = goesOnThoughItsLineIsCut(List.of("node", written("recipe.js", CLIENT, "js")));

        assertThat(output.lines())
                .as("of the batch: its boats, and then itself")
                .anyMatch(line -> line.startsWith("completed gen_"))
                .anyMatch(line -> line.equals("batch { completed: 2 }"));
    }

    @Test
    @Needs(value = "node", installedBy = "apt-get install -y nodejs (20.19 or newer)")
    void showAReceiverThatBelievesSluiceAndNobodyElse() {
        int port = Prometheus.freePort();
        write("package.json", "{\"type\":\"module\"}");
        Map<String, String> environment = Map.of("PORT", "" + port, "WEBHOOK_SECRET", SECRET);
        try (RunningProgram receiver =
                RunningProgram.start(directory, environment, List.of("node", written("receiver.js", RECIPES, "js")))) {
            String id = acceptedWithWebhook("http://127.0.0.1:" + port + "/hook");

            receiver.prints("generation.completed " + id + " http");

            Client stranger = new Client(URI.create("http://127.0.0.1:" + port), "");
            assertThat(stranger.post(
                                    "/hook",
                                    "{}",
                                    "webhook-id",
                                    "x",
                                    "webhook-timestamp",
                                    "1",
                                    "webhook-signature",
                                    "v1,x")
                            .status())
                    .isEqualTo(401);
            assertThat(stranger.post("/hook", "{}").status()).isEqualTo(401);
        }
    }

    @Test
    @Needs(value = "python3", installedBy = "apt-get install -y python3")
    void showTheCheckOfASignature() {
        try (Receiver receiver = Receiver.start()) {
            acceptedWithWebhook(receiver.url());
            await().until(() -> !receiver.posts().isEmpty());
            Post post = receiver.posts().getFirst();
            Map<String, String> environment = Map.of(
                    "ID", post.id(), "AT", post.timestamp(), "SIGNATURE", post.signatures(), "BODY", post.body());
            String check = block("Webhooks", "python") + """

                import os
                headers = {"webhook-id": os.environ["ID"], "webhook-timestamp": os.environ["AT"],
                           "webhook-signature": os.environ["SIGNATURE"]}
                body = os.environ["BODY"].encode()
                print(is_from_sluice("%s", headers, body), is_from_sluice("%s", headers, body + b" "))
                """.formatted(SECRET, SECRET);

            try (RunningProgram python =
                    RunningProgram.start(directory, environment, List.of("python3", write("check.py", check)))) {
                assertThat(python.succeeds().strip()).isEqualTo("True False");
            }
        }
    }

    private static String acceptedWithWebhook(String url) {
        return sluice.alice()
                .post(
                        "/v1/generations",
                        "{\"prompt\":\"to be told\",\"sluice\":{\"webhookUrl\":\"%s\"}}".formatted(url),
                        "Prefer",
                        "respond-async")
                .json()
                .path("id")
                .stringValue();
    }

    /** The line is cut in the middle of the owl's stream. */
    private String goesOnThoughItsLineIsCut(List<String> command) {
        try (Cable cable = new Cable(sluice.api().getPort(), _ -> {});
                RunningProgram program = run(cable.port(), command)) {
            program.prints("\nprocessing ");

            cable.cut();

            String output = program.succeeds();
            List<String> lines = output.lines().toList();
            assertThat(lines.getFirst()).startsWith("completed ").contains("http");
            assertThat(lines.stream()
                            .skip(1)
                            .map(line -> line.split(" ", 2)[0])
                            .filter(name -> !name.equals("progress"))
                            .limit(4))
                    .as(output)
                    .containsExactly("queued", "submitting", "processing", "completed");
            assertThat(lines.getLast()).as("at once, or as it comes back").isIn("cancelled", "submitting");
            isPaidOnceAndWithdrawn();
            return output;
        }
    }

    private void isPaidOnceAndWithdrawn() {
        assertThat(PROMPTS)
                .allSatisfy(prompt -> assertThat(paid(prompt) - paidBefore.getOrDefault(prompt, 0))
                        .as(prompt)
                        .isOne());
        await().untilAsserted(() -> {
            JsonNode newest = sluice.alice()
                    .get("/v1/generations?limit=1")
                    .json()
                    .path("items")
                    .get(0);
            assertThat(newest.path("prompt").stringValue()).isEqualTo("a moth");
            assertThat(newest.path("status").stringValue()).isEqualTo("cancelled");
        });
        assertThat(paid("a moth")).isZero();
    }

    private static int paid(String prompt) {
        return simulator.ledger().accepted(prompt).size();
    }

    private RunningProgram run(int port, List<String> command) {
        Map<String, String> environment = Map.of(
                "SLUICE",
                "http://127.0.0.1:" + port,
                "SLUICE_KEY",
                RunningSluice.ALICE,
                "NO_PROXY",
                "127.0.0.1",
                "no_proxy",
                "127.0.0.1");
        return RunningProgram.start(directory, environment, command);
    }

    private String written(String name, String chapter, String language) {
        return write(name, block(chapter, language));
    }

    private String write(String name, String text) {
        try {
            return Files.writeString(directory.resolve(name), text).toString();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The first block in that language in that chapter. */
    private static String block(String chapter, String language) {
        try {
            String after = Files.readString(Path.of("README.md")).split("(?m)^### " + chapter + "$", 2)[1];
            String text = after.split("(?m)^##+ ", 2)[0];
            return text.split("(?m)^```" + language + "$\n", 2)[1].split("(?m)^```$", 2)[0];
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
