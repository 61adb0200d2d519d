package dev.sluice.scenarios;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.simulator.Pace;
import dev.sluice.simulator.Simulator;
import dev.sluice.simulator.SimulatorSettings;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import javax.imageio.ImageIO;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.By;
import org.openqa.selenium.OutputType;
import org.openqa.selenium.chrome.ChromeDriver;

/**
 * The pages as they are for those who see little, see nothing, or use no mouse: axe-core finds nothing in any state, in
 * either colour scheme, at either width. On the way the pictures of the README are taken, into the folder that the
 * system property {@code sluice.pictures} names.
 */
@Needs(
        value = {Chromium.PROGRAM, Chromium.DRIVER},
        installedBy = Chromium.INSTALLED_BY)
@Order(3)
class LooksTests {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Path PICTURES = Path.of(System.getProperty("sluice.pictures", "target/pictures"));

    private static final int PHONE = 320;
    private static final int DESK = 1280;
    private static final List<String> SCHEMES = List.of("light", "dark");

    private static @Nullable ChromeDriver started;
    private static @Nullable Simulator simulator;
    private static @Nullable RunningSluice sluice;

    private final ChromeDriver browser = Objects.requireNonNull(started);

    @BeforeAll
    static void start(@TempDir Path folder) {
        simulator = Simulator.start(SimulatorSettings.defaults().withPace(Pace.fixed(Duration.ofSeconds(1))));
        sluice = RunningSluice.onTheSimulator(
                simulator,
                folder.resolve("store"),
                "sluice.polling.initial-delay=1s",
                "sluice.polling.interval=500ms",
                "sluice.admission.limit.initial=2",
                "sluice.admission.limit.max=2");
        started = Chromium.start(folder.resolve("profile"));
    }

    @AfterAll
    static void quit() {
        if (started != null) {
            started.quit();
        }
        Objects.requireNonNull(sluice).close();
        Objects.requireNonNull(simulator).close();
    }

    @Test
    void ofThePageAreForEverybodyWhetherEmptyRunningEndedOrRefused() throws IOException {
        browser.get(page().toString());
        await("empty").atMost(PATIENCE).until(() -> is("document.documentElement.dataset.cards === 'none'"));
        areForEverybody("empty");

        ask("A bridge that gives way [fail]", "");
        ask("The harbour of a city that never was, ink and wash", "16:9");
        ask("A paper boat in a rain gutter, macro photograph", "");
        await("ended").atMost(PATIENCE).until(() -> count("[data-status=completed] img") == 2);
        await("loaded").atMost(PATIENCE).until(() -> is("[...document.images].every(it => it.naturalWidth > 0)"));
        script("document.querySelectorAll('.log')[2].open = true");
        areForEverybody("ended");

        simulator().faults().everyPoll().sayStatus("processing");
        script("document.querySelectorAll('.log')[2].open = false");
        choose("model", "nanobanan-2"); // of which nothing was learnt yet: it takes its time
        ask("A glacier on its way to the sea", "");
        ask("A lighthouse in a storm, oil on canvas", "3:4");
        ask("A fox by the sea at night", "");
        await("running").atMost(PATIENCE).until(() -> count("progress[value]") == 2);
        await("queued").atMost(PATIENCE).until(() -> is("document.body.innerText.includes('Number 1 in line')"));
        script("document.querySelector('.log').open = true; document.querySelector('.log li details').open = true");
        areForEverybody("running");
        script("document.querySelector('.log').open = false");
        takeThePictures();

        script("window.fetch = async () => Response.json({title: 'No place', detail: 'The room is full.'},"
                + " {status: 503})");
        ask("One more", "");
        await("refused").atMost(PATIENCE).until(() -> is("!document.getElementById('trouble').hidden"));
        areForEverybody("refused");
        simulator().faults().clear();
    }

    @Test
    void ofTheConsoleAreForEverybody() {
        browser.get(
                Objects.requireNonNull(sluice).management().resolve("/console").toString());
        await().atMost(PATIENCE).until(() -> count("#circuits dd") > 0);

        areForEverybody("console");
    }

    private void areForEverybody(String state) {
        for (String scheme : SCHEMES) {
            for (int width : new int[] {PHONE, DESK}) {
                show(scheme, width, 900);
                assertThat(violations())
                        .as("%s, %s, %d wide", state, scheme, width)
                        .isEmpty();
                assertThat(script("return document.documentElement.scrollWidth"))
                        .as("%s: nothing is wider than %d", state, width)
                        .isEqualTo((long) width);
            }
        }
    }

    private List<?> violations() {
        if (!is("'axe' in window")) {
            script(axe());
        }
        Object found = browser.executeAsyncScript("""
            const done = arguments[arguments.length - 1];
            axe.run(document, { resultTypes: ['violations'] }).then(
              ({ violations }) => done(violations.flatMap(({ id, nodes }) =>
                nodes.map(({ target, failureSummary }) => `${id} ${target}: ${failureSummary}`))),
              (error) => done([`axe-core failed: ${error}`]));
            """);
        return (List<?>) Objects.requireNonNull(found);
    }

    private static String axe() {
        try (InputStream script = LooksTests.class.getResourceAsStream("/axe.min.js")) {
            return new String(Objects.requireNonNull(script).readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private void takeThePictures() throws IOException {
        Files.createDirectories(PICTURES);
        for (String scheme : SCHEMES) {
            show(scheme, DESK, 960);
            script("document.activeElement.blur(); scrollTo(0, 0)");
            byte[] taken = browser.getScreenshotAs(OutputType.BYTES);
            ImageIO.write(
                    inFewColours(taken),
                    "png",
                    PICTURES.resolve("page-" + scheme + ".png").toFile());
        }
    }

    /** The 256 that a GIF finds, so that a picture is a third of its size: a README is read on phones as well. */
    private static BufferedImage inFewColours(byte[] picture) throws IOException {
        ByteArrayOutputStream gif = new ByteArrayOutputStream();
        BufferedImage all = ImageIO.read(new ByteArrayInputStream(picture));
        BufferedImage opaque = new BufferedImage(all.getWidth(), all.getHeight(), BufferedImage.TYPE_INT_RGB);
        opaque.createGraphics().drawImage(all, 0, 0, null);
        ImageIO.write(opaque, "gif", gif);
        return ImageIO.read(new ByteArrayInputStream(gif.toByteArray()));
    }

    /** Without motion, so that axe-core and the pictures see colours and not what lies between two of them. */
    private void show(String scheme, int width, int height) {
        browser.executeCdpCommand(
                "Emulation.setEmulatedMedia",
                Map.of(
                        "features",
                        List.of(
                                Map.of("name", "prefers-color-scheme", "value", scheme),
                                Map.of("name", "prefers-reduced-motion", "value", "reduce"))));
        browser.executeCdpCommand("Emulation.setScrollbarsHidden", Map.of("hidden", true));
        browser.executeCdpCommand(
                "Emulation.setDeviceMetricsOverride",
                Map.of("width", width, "height", height, "deviceScaleFactor", 1, "mobile", width == PHONE));
        await().atMost(PATIENCE).until(() -> is("innerWidth === " + width));
    }

    private void ask(String prompt, String ratio) {
        int before = count(".card");
        browser.findElement(By.id("prompt")).clear();
        browser.findElement(By.id("prompt")).sendKeys(prompt);
        choose("ratio", ratio);
        script("document.getElementById('generate').click()");
        await(prompt)
                .atMost(PATIENCE)
                .until(() -> count(".card") > before || is("!document.getElementById('trouble').hidden"));
    }

    private void choose(String id, String value) {
        script("document.getElementById(arguments[0]).value = arguments[1]", id, value);
    }

    private static URI page() {
        return Objects.requireNonNull(sluice).api().resolve("/");
    }

    private static Simulator simulator() {
        return Objects.requireNonNull(simulator);
    }

    private boolean is(String expression) {
        return Boolean.TRUE.equals(script("return " + expression));
    }

    private int count(String selector) {
        return browser.findElements(By.cssSelector(selector)).size();
    }

    private @Nullable Object script(String script, Object... arguments) {
        return browser.executeScript(script, arguments);
    }
}
