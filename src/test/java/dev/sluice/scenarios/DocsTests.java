package dev.sluice.scenarios;

import static org.assertj.core.api.Assertions.assertThat;
import static org.openqa.selenium.support.ui.ExpectedConditions.elementToBeClickable;
import static org.openqa.selenium.support.ui.ExpectedConditions.numberOfElementsToBe;
import static org.openqa.selenium.support.ui.ExpectedConditions.visibilityOfElementLocated;

import dev.sluice.simulator.Simulator;
import dev.sluice.simulator.SimulatorSettings;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.By;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.logging.LogEntry;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.support.ui.ExpectedCondition;
import org.openqa.selenium.support.ui.WebDriverWait;

/** The page that shows the description, in a real browser. */
@Needs(
        value = {Chromium.PROGRAM, Chromium.DRIVER},
        installedBy = Chromium.INSTALLED_BY)
class DocsTests {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private static final int PHONE = 360;

    private static final By OPERATION = By.cssSelector(".opblock");
    private static final By OPENED = By.cssSelector(".opblock.is-open .opblock-body");

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

    @BeforeEach
    void beElsewhere() {
        browser.get("about:blank"); // going to another part of the same page would load nothing
    }

    @Test
    void showEveryCallAtAnyWidthWithoutAComplaintOfTheBrowserAndWithoutAnotherHost() {
        int calls = (int) OpenApi.read().operations().count();

        browser.get(page() + "#/Generations/createGeneration");

        await(numberOfElementsToBe(OPERATION, calls + 1)); // and a webhook
        await(visibilityOfElementLocated(OPENED));
        assertThat(browser.findElement(OPENED).getText())
                .contains("Idempotency-Key", "traceparent", "text/event-stream");
        assertThat((List<?>)
                        browser.executeScript("return performance.getEntriesByType('resource').map(it => it.name)"))
                .isNotEmpty()
                .allSatisfy(loaded -> assertThat(loaded.toString())
                        .startsWith(page().resolve("/").toString()));
        Chromium.shrink(browser, PHONE);
        assertThat((Long) browser.executeScript("return document.documentElement.scrollWidth"))
                .isLessThanOrEqualTo(PHONE);
        assertThat(complaints()).isEmpty();
    }

    @Test
    void sendsWhatIsTriedWithTheKeyThatItWasGiven() {
        browser.get(page() + "#/Status/getStatus");
        await(elementToBeClickable(By.cssSelector(".opblock.is-open .try-out__btn")))
                .click();
        assertThat(browser.findElements(By.cssSelector(".opblock.is-open .parameters input")))
                .as("nothing is sent that nobody meant")
                .allMatch(field -> Objects.requireNonNullElse(field.getDomProperty("value"), "")
                        .isEmpty());
        await(elementToBeClickable(By.cssSelector(".opblock.is-open .execute"))).click();

        assertThat(await(visibilityOfElementLocated(By.cssSelector(".live-responses-table .response .microlight")))
                        .getText())
                .contains("perMinute");
        assertThat(complaints()).isEmpty();
    }

    private <T> T await(ExpectedCondition<? extends @Nullable T> condition) {
        return Objects.requireNonNull(new WebDriverWait(browser, PATIENCE).until(condition));
    }

    private List<String> complaints() {
        return browser.manage().logs().get(LogType.BROWSER).getAll().stream()
                .map(LogEntry::getMessage)
                .toList();
    }
}
