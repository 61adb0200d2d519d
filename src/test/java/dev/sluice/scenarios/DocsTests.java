package dev.sluice.scenarios;

import static org.assertj.core.api.Assertions.assertThat;
import static org.openqa.selenium.support.ui.ExpectedConditions.numberOfElementsToBe;
import static org.openqa.selenium.support.ui.ExpectedConditions.presenceOfElementLocated;

import dev.sluice.simulator.Simulator;
import dev.sluice.simulator.SimulatorSettings;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.By;
import org.openqa.selenium.OutputType;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.logging.LogEntry;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.support.ui.WebDriverWait;

/** The page that shows the description, in a real browser. */
@Needs(
        value = {Chromium.PROGRAM, Chromium.DRIVER},
        installedBy = Chromium.INSTALLED_BY)
class DocsTests {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private static final By OPERATION = By.cssSelector(".opblock");

    private static @Nullable ChromeDriver started;

    @TempDir
    private static Path profile;

    private final ChromeDriver browser = Objects.requireNonNull(started);

    private static @Nullable Simulator simulator;
    private static @Nullable RunningSluice sluice;

    private static URI page() {
        return Objects.requireNonNull(sluice).api().resolve("/docs");
    }

    @BeforeAll
    static void start(@TempDir Path store) {
        simulator = Simulator.start(SimulatorSettings.defaults());
        sluice = RunningSluice.onTheSimulator(simulator, store);
        started = Chromium.start(profile);
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
    void showEveryCallWithoutAComplaintOfTheBrowserAndWithoutAnotherHost() throws Exception {
        int calls = (int) OpenApi.read().operations().count();

        browser.get(page().toString());
        browser.manage().window().setSize(new org.openqa.selenium.Dimension(1280, 1400));
        new WebDriverWait(browser, PATIENCE).until(numberOfElementsToBe(OPERATION, calls + 1)); // and a webhook
        Files.write(Path.of("/tmp/oa/docs-1280.png"), browser.getScreenshotAs(OutputType.BYTES));
        browser.get(page() + "#/Generations/createGeneration");
        browser.navigate().refresh();
        new WebDriverWait(browser, PATIENCE).until(presenceOfElementLocated(By.cssSelector(".opblock.is-open .responses-table")));
        Files.write(Path.of("/tmp/oa/docs-open.png"), browser.getScreenshotAs(OutputType.BYTES));

        assertThat(complaints()).isEmpty();
        assertThat((List<?>) browser.executeScript("return performance.getEntriesByType('resource').map(it => it.name)"))
                .isNotEmpty()
                .allSatisfy(loaded -> assertThat(loaded.toString()).startsWith(page().resolve("/").toString()));
        Chromium.shrink(browser, 360);
        Files.write(Path.of("/tmp/oa/docs-360.png"), browser.getScreenshotAs(OutputType.BYTES));
        Object width = browser.executeScript("return document.documentElement.scrollWidth");
        Chromium.unshrink(browser);
        assertThat((Long) width).isLessThanOrEqualTo(360);
    }

    private List<String> complaints() {
        return browser.manage().logs().get(LogType.BROWSER).getAll().stream()
                .map(LogEntry::getMessage)
                .toList();
    }
}
