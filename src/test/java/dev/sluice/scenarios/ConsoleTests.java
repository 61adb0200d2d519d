package dev.sluice.scenarios;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.scenarios.Client.Answer;
import dev.sluice.simulator.Pace;
import dev.sluice.simulator.Simulator;
import dev.sluice.simulator.SimulatorSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.By;
import org.openqa.selenium.OutputType;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.logging.LogEntry;
import org.openqa.selenium.logging.LogType;
import tools.jackson.databind.JsonNode;

/** What an operator sees of a Sluice that has something to do. */
class ConsoleTests {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int FEW_SECONDS = 3;
    private static final Path PICTURES = Path.of("target/console");

    @TempDir
    Path folder;

    private Simulator simulator;
    private RunningSluice sluice;
    private Client operator;

    @BeforeEach
    void start() {
        simulator = Simulator.start(SimulatorSettings.defaults().withPace(Pace.fixed(Duration.ofMillis(400))));
        sluice = RunningSluice.inFrontOf(
                simulator, folder.resolve("store"), "sluice.admission.limit.initial=2", "sluice.admission.limit.max=2");
        operator = new Client(sluice.management(), "");
    }

    @AfterEach
    void stop() {
        sluice.close();
        simulator.close();
    }

    @Test
    void tellsHowEverythingStandsWithoutPromptsAndKeys() {
        sluice.alice().ending(sluice.alice().accepted("canary that ends"));
        sluice.bob().ending(sluice.bob().accepted("canary that fails [fail]"));
        operator.post("/actuator/submits", "{\"why\":\"a look\",\"by\":\"kim\"}");
        EventStream open = sluice.alice().streamOf("canary that waits");
        sluice.bob().accepted("canary that waits, too");

        await().atMost(PATIENCE)
                .untilAsserted(
                        () -> assertThat(figures().path("queued").intValue()).isEqualTo(2));

        JsonNode figures = figures();
        assertThat(figures.path("inFlight").intValue()).isZero();
        assertThat(figures.path("limit").intValue()).isEqualTo(2);
        assertThat(figures.path("streams").intValue()).isEqualTo(1);
        assertThat(figures.path("waitingFor").stringValue()).isEqualTo("paused");
        assertThat(figures.path("paused").path("by").stringValue()).isEqualTo("kim");
        assertThat(figures.path("circuits").toString())
                .isEqualTo("{\"busy\":\"closed\",\"poll\":\"closed\",\"submit\":\"closed\"}");
        assertThat(figures.path("callers").toString())
                .isEqualTo("[{\"caller\":\"alice\",\"queued\":1,\"inFlight\":0},"
                        + "{\"caller\":\"bob\",\"queued\":1,\"inFlight\":0}]");
        assertThat(figures.path("credits").path("used").intValue()).isEqualTo(2);
        assertThat(figures.path("credits").path("atRisk").intValue()).isZero();
        assertThat(figures.path("credits").path("left").intValue()).isPositive();
        assertThat(figures.path("endings")
                        .valueStream()
                        .map(ending -> ending.path("caller").stringValue() + " "
                                + ending.path("status").stringValue()))
                .containsExactly("bob failed", "alice completed");
        assertThat(figures.toString()).doesNotContain("canary", RunningSluice.ALICE, SimulatorSettings.KEY, "http");
        open.close();
    }

    @Test
    void standsOnTheManagementPortOnlyAndUnderAStrictPolicy() {
        for (String path : List.of(
                "/console", "/console/console.js", "/console/console.css", "/console/uPlot.js", "/console/uPlot.css")) {
            Answer answer = operator.get(path);
            assertThat(answer.status()).as(path).isEqualTo(200);
            assertThat(answer.header("Content-Security-Policy"))
                    .contains("default-src 'none'", "script-src 'self'")
                    .doesNotContain("unsafe", "*");
            assertThat(sluice.alice().get(path).status()).as(path).isEqualTo(404);
            assertThat(sluice.client("").get(path).status()).as(path).isEqualTo(401);
        }
        assertThat(operator.get("/console").body())
                .doesNotContain("style=", "onclick")
                .doesNotContainPattern("<script>");
        for (String path : List.of("/console/index.html", "/console/none.js", "/console/..%2Fapplication.yaml")) {
            assertThat(operator.get(path).status()).as(path).isIn(400, 404);
        }
    }

    @Test
    @Needs(
            value = {Chromium.PROGRAM, Chromium.DRIVER},
            installedBy = Chromium.INSTALLED_BY)
    void showsItInABrowserAndPausesAndResumesThere() throws IOException {
        sluice.alice().ending(sluice.alice().accepted("one"));
        sluice.bob().ending(sluice.bob().accepted("two [fail]"));
        simulator.faults().everyPoll().sayStatus("processing");
        IntStream.range(0, 4).forEach(_ -> sluice.alice().accepted("waits"));
        sluice.bob().accepted("waits");
        ChromeDriver browser = Chromium.start(folder.resolve("profile"));
        try {
            browser.get(operatorPage());
            await().atMost(PATIENCE).until(() -> text(browser, "queued").equals("3"));
            assertThat(text(browser, "inFlight")).isEqualTo("2");
            assertThat(text(browser, "limit")).isEqualTo("2");
            assertThat(text(browser, "callers")).contains("alice", "bob");
            assertThat(text(browser, "endings")).contains("completed", "failed");
            assertThat(browser.findElements(By.cssSelector("#chart canvas"))).hasSize(1);

            browser.findElement(By.id("why")).sendKeys("a look at night");
            browser.findElement(By.id("switch")).click();

            await().atMost(PATIENCE).until(() -> text(browser, "switch").equals("Resume"));
            assertThat(text(browser, "pause-text")).contains("by the console: a look at night");
            assertThat(text(browser, "state")).isEqualTo("Submits are paused");
            assertThat(operator.get("/actuator/submits").json().path("paused").booleanValue())
                    .isTrue();
            await().atMost(PATIENCE).until(() -> number(browser, "seen.at.length") > FEW_SECONDS);
            takePictures(browser);

            simulator.faults().clear();
            browser.findElement(By.id("switch")).click();

            await().atMost(PATIENCE).until(() -> text(browser, "switch").equals("Pause"));
            await().atMost(PATIENCE).until(() -> text(browser, "queued").equals("0"));
            assertThat(complaints(browser)).isEmpty();
        } finally {
            browser.quit();
        }
    }

    private JsonNode figures() {
        return operator.get("/actuator/console").json();
    }

    private String operatorPage() {
        return sluice.management().resolve("/console").toString();
    }

    private static void takePictures(ChromeDriver browser) throws IOException {
        Files.createDirectories(PICTURES);
        for (String scheme : List.of("light", "dark")) {
            browser.executeCdpCommand(
                    "Emulation.setEmulatedMedia",
                    Map.of("features", List.of(Map.of("name", "prefers-color-scheme", "value", scheme))));
            for (int width : new int[] {360, 1280}) {
                browser.executeCdpCommand(
                        "Emulation.setDeviceMetricsOverride",
                        Map.of("width", width, "height", 1400, "deviceScaleFactor", 1, "mobile", width < 500));
                await().atMost(PATIENCE).until(() -> number(browser, "innerWidth") == width);
                assertThat(number(browser, "document.documentElement.scrollWidth"))
                        .as("nothing is wider than the screen")
                        .isLessThanOrEqualTo(width);
                Files.write(PICTURES.resolve(scheme + "-" + width + ".png"), browser.getScreenshotAs(OutputType.BYTES));
            }
        }
        Chromium.unshrink(browser);
    }

    private static long number(ChromeDriver browser, String expression) {
        Object value = browser.executeScript("return " + expression);
        return value instanceof Number number ? number.longValue() : -1;
    }

    private static String text(ChromeDriver browser, String id) {
        WebElement element = browser.findElement(By.id(id));
        return element.getText();
    }

    private static List<String> complaints(ChromeDriver browser) {
        return browser.manage().logs().get(LogType.BROWSER).getAll().stream()
                .map(LogEntry::getMessage)
                .toList();
    }
}
