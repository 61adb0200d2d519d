package dev.sluice.scenarios;

import static org.assertj.core.api.Assertions.assertThat;
import static org.openqa.selenium.support.ui.ExpectedConditions.attributeToBe;
import static org.openqa.selenium.support.ui.ExpectedConditions.numberOfElementsToBeMoreThan;
import static org.openqa.selenium.support.ui.ExpectedConditions.textToBe;
import static org.openqa.selenium.support.ui.ExpectedConditions.textToBePresentInElementLocated;
import static org.openqa.selenium.support.ui.ExpectedConditions.titleContains;
import static org.openqa.selenium.support.ui.ExpectedConditions.visibilityOfElementLocated;

import dev.sluice.simulator.Pace;
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
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.By;
import org.openqa.selenium.Keys;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.logging.LogEntry;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.support.ui.ExpectedCondition;
import org.openqa.selenium.support.ui.WebDriverWait;

/** The page in a real browser, against a Sluice whose upstream is the simulator. */
@Needs(
        value = {Chromium.PROGRAM, Chromium.DRIVER},
        installedBy = Chromium.INSTALLED_BY)
class PageTests {

    /** A generation of the simulator takes seconds; a machine that does other things as well takes longer. */
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private static final By PROMPT = By.id("prompt");
    private static final By GENERATE = By.id("generate");
    private static final By STAGE = By.id("stage");
    private static final By HEADLINE = By.id("headline");
    private static final By STATE = By.id("state");
    private static final By TIMELINE = By.cssSelector("#timeline > li");
    private static final By PICTURE = By.cssSelector("#pictures img");
    private static final By TROUBLE = By.id("trouble");

    private static @Nullable ChromeDriver started;

    @TempDir
    private static Path profile;

    private final ChromeDriver browser = Objects.requireNonNull(started);

    private static @Nullable Simulator simulator;
    private static @Nullable RunningSluice sluice;

    private static URI page() {
        return Objects.requireNonNull(sluice).api().resolve("/");
    }

    @BeforeAll
    static void start(@TempDir Path store) {
        simulator = Simulator.start(SimulatorSettings.defaults().withPace(Pace.scaled(0.2)));
        sluice = RunningSluice.onTheSimulator(
                simulator, store, "sluice.polling.initial-delay=1s", "sluice.polling.interval=500ms");
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
    void openThePage() {
        browser.get(page().resolve("/favicon.svg").toString());
        browser.executeScript("sessionStorage.clear()"); // where the page is not, since it reads the key as it loads
        browser.get(page().toString());
        browser.manage().logs().get(LogType.BROWSER); // whatever the test before said
    }

    @Test
    void showsThePictureAtTheEnd() {
        generate("A lighthouse in a storm");

        await(stageToBe("completed"));
        await(_ -> isLoaded(PICTURE));

        WebElement picture = browser.findElement(PICTURE);
        assertThat(picture.getAttribute("alt")).isEqualTo("A lighthouse in a storm");
        assertThat(picture.getAttribute("referrerpolicy")).isEqualTo("no-referrer");
        assertThat(textOf(By.tagName("figcaption"))).contains("1 credit used").contains("Download");
        assertThat(textOf(HEADLINE)).isEqualTo("A lighthouse in a storm");
        assertThat(complaints()).isEmpty();
    }

    @Test
    void tellsEveryEventWithItsTimeAndASentence() {
        generate("A paper boat");

        await(stageToBe("completed"));

        assertThat(timeline("name"))
                .startsWith("queued")
                .contains("submitting", "processing")
                .endsWith("completed");
        assertThat(timeline("time")).allMatch(time -> time.matches("\\d+\\.\\d s"));
        assertThat(timeline("sentence")).allMatch(sentence -> sentence.endsWith("."));
    }

    @Test
    void fillsTheBarWhileTheGenerationIsInTheMaking() {
        generate("A glacier [slow]");

        await(textToBe(STATE, "In the making"));
        await(_ -> percent() > 0);

        assertThat(percent()).isBetween(1.0, 99.0);
        assertThat(browser.getTitle()).endsWith("% · Sluice");
        assertThat(complaints()).isEmpty();
    }

    @Test
    void submitsFromTheKeyboard() {
        browser.findElement(PROMPT).sendKeys("A bridge", Keys.chord(Keys.CONTROL, Keys.ENTER));

        await(textToBe(HEADLINE, "A bridge"));
    }

    @Test
    void reachesEverythingWithTheTabKeyInTheOrderOfTheEye() {
        browser.findElement(PROMPT).click();

        List<String> order = List.of(tab(), tab(), tab(), tab());

        assertThat(order)
                .containsExactly("model", "ratio", "generate", "A paper boat in a rain gutter, macro photograph");
    }

    @Test
    void asksForAPromptFirst() {
        browser.findElement(GENERATE).click();

        assertThat(browser.findElement(STAGE).getAttribute("data-stage")).isEqualTo("rest");
        assertThat(browser.switchTo().activeElement()).isEqualTo(browser.findElement(PROMPT));
    }

    @Test
    void takesAnExampleIntoTheForm() {
        browser.findElement(By.xpath("//button[contains(., '[fail]')]")).click();

        assertThat(browser.findElement(PROMPT).getAttribute("value")).endsWith("[fail]");
    }

    @Test
    void writesThePromptAsTextWhateverItHolds() {
        String prompt = "<img src=x onerror=\"document.title='broken'\"><b>bold</b> '\"&amp;";

        generate(prompt);
        await(numberOfElementsToBeMoreThan(By.cssSelector("#recent a"), 0));

        assertThat(textOf(HEADLINE)).isEqualTo(prompt);
        assertThat(browser.findElements(By.cssSelector("[onerror], #headline *, #recent b")))
                .isEmpty();
        assertThat(browser.getTitle()).contains("Sluice");
    }

    @Test
    void setsRightToLeftPromptsFromTheRight() {
        generate("قارب ورقي في بركة مطر");

        await(textToBe(HEADLINE, "قارب ورقي في بركة مطر"));
        assertThat(browser.findElement(HEADLINE).getCssValue("direction")).isEqualTo("rtl");
        assertThat(browser.findElement(PROMPT).getCssValue("direction")).isEqualTo("rtl");
    }

    @Test
    void fitsOnAPhone() {
        Chromium.shrink(browser, 320);
        try {
            generate("Ein" + "sehr".repeat(60) + "langes Wort");
            await(numberOfElementsToBeMoreThan(TIMELINE, 0));

            assertThat(script("return document.documentElement.scrollWidth")).isEqualTo(320L);
            assertThat(script("return document.getElementById('stage').getBoundingClientRect().top < innerHeight"))
                    .as("the stage has come into view")
                    .isEqualTo(true);
        } finally {
            Chromium.unshrink(browser);
        }
    }

    @Test
    void namesTheSameCallForAShell() {
        browser.findElement(PROMPT).sendKeys("it's");

        assertThat(textOf(By.cssSelector(".welcome [data-curl]")))
                .startsWith("curl -N " + page().resolve("/v1/generations"))
                .endsWith("-d '{\"prompt\":\"it'\\''s\"}'");
    }

    @Test
    void leadsBackToARecentGeneration() {
        generate("The first of two");
        await(stageToBe("completed"));
        generate("The second of two");
        await(textToBe(By.cssSelector("#recent [aria-current] bdi"), "The second of two"));

        browser.findElement(By.xpath("//*[@id='recent']//a[contains(., 'The first of two')]"))
                .click();

        await(textToBe(HEADLINE, "The first of two"));
        await(stageToBe("completed"));
        assertThat(timeline("name")).startsWith("queued").endsWith("completed");
    }

    @Test
    void takesThePictureFromTheGatewayWhenItsOwnPlaceDoesNotGiveIt() {
        generate("A mill");
        await(stageToBe("completed"));
        await(_ -> isLoaded(PICTURE));

        script("document.querySelector('#pictures img').dispatchEvent(new Event('error'))");

        await(_ -> sourceOf(PICTURE).endsWith("/images/0") && isLoaded(PICTURE));
    }

    @Nested
    class WhenAGenerationFails {

        @Test
        void saysWhyAndWhatItCostAndWhatToDo() {
            generate("A bridge that gives way [fail]");

            await(stageToBe("failed"));

            assertThat(textOf(By.id("trouble-title"))).isNotBlank();
            assertThat(textOf(By.id("trouble-next"))).contains("1 credit used").contains("generate again");
            assertThat(browser.findElement(TROUBLE).getAttribute("role")).isEqualTo("alert");
            assertThat(timeline("name")).endsWith("failed");
            assertThat(complaints()).isEmpty();
        }

        @Test
        void tellsTheObjectionOfTheSafetyCheck() {
            generate("Something one should not draw [unsafe]");

            await(stageToBe("failed"));

            assertThat(textOf(TROUBLE)).containsIgnoringCase("safety");
        }

        @Test
        void offersThePromptAgain() {
            generate("A bridge that gives way [fail]");
            await(stageToBe("failed"));
            browser.findElement(PROMPT).clear();

            browser.findElement(By.id("reuse")).click();

            assertThat(browser.findElement(PROMPT).getAttribute("value")).isEqualTo("A bridge that gives way [fail]");
        }
    }

    @Nested
    class WhenTheLineIsCut {

        @Test
        void saysSoAndGoesOnWhereItStopped() {
            cutTheFirstStreamAfterItsFirstEvent();

            generate("A harbour");

            await(textToBePresentInElementLocated(By.id("timeline"), "The line was cut."));
            await(stageToBe("completed"));
            assertThat(timeline("name").stream().filter("queued"::equals))
                    .as("told once")
                    .hasSizeLessThanOrEqualTo(2);
            assertThat(timeline("name")).endsWith("completed");
            assertThat(script("return window.resumedFrom")).asString().isNotBlank();
        }

        @Test
        void joinsAgainAfterAReload() {
            generate("A glacier on its way to the sea [slow]");
            await(textToBe(STATE, "In the making"));
            String address = browser.getCurrentUrl();

            browser.navigate().refresh();

            await(textToBe(HEADLINE, "A glacier on its way to the sea [slow]"));
            await(numberOfElementsToBeMoreThan(TIMELINE, 2));
            assertThat(timeline("name")).startsWith("queued").contains("processing");
            assertThat(browser.getCurrentUrl()).isEqualTo(address).contains("#gen_");
        }

        /** The stream breaks off as a dead network breaks it; what the page sends to come back is kept. */
        private void cutTheFirstStreamAfterItsFirstEvent() {
            script("""
                const real = window.fetch;
                window.fetch = async (url, call = {}) => {
                  const response = await real(url, call);
                  if (call.headers?.['Last-Event-ID']) window.resumedFrom = call.headers['Last-Event-ID'];
                  if (call.method !== 'POST') return response;
                  const reader = response.body.getReader();
                  let seen = '';
                  const body = new ReadableStream({
                    async pull(line) {
                      if (/\\nid:[^]*\\n\\n/.test(seen)) return line.error(new TypeError('network error'));
                      const { value } = await reader.read();
                      seen += new TextDecoder().decode(value);
                      line.enqueue(value);
                    },
                  });
                  return new Response(body, { status: response.status, headers: response.headers });
                };
                """);
        }
    }

    @Nested
    class WhenTheGatewayRefuses {

        @Test
        void asksForTheKeyAfterA401() {
            refuseWith(401, "{\"title\":\"Who are you?\",\"detail\":\"Send a gateway key.\"}");

            generate("A door");

            await(stageToBe("refused"));
            await(visibilityOfElementLocated(By.id("gateway-key")));
            assertThat(textOf(TROUBLE)).contains("Who are you?").contains("Send a gateway key.");
            assertThat(browser.switchTo().activeElement()).isEqualTo(browser.findElement(By.id("gateway-key")));
        }

        @Test
        void sendsTheKeyAndKeepsItInThisTabOnly() {
            browser.findElement(By.cssSelector("#settings summary")).click();
            browser.findElement(By.id("gateway-key")).sendKeys("sl_secret");
            script("window.fetch = async (url, call) => (window.sent = call.headers, Response.json({}, {status:"
                    + " 401}))");

            generate("A door");
            await(stageToBe("refused"));

            assertThat(script("return window.sent.Authorization")).isEqualTo("Bearer sl_secret");
            assertThat(script("return [localStorage.length, document.cookie]")).isEqualTo(List.of(0L, ""));
        }

        @Test
        void joinsWhatWasRefusedOnceTheKeyIsThere() {
            generate("A gate");
            await(stageToBe("completed"));
            script("""
                const real = window.fetch;
                window.address = location.hash;
                window.fetch = async (url, call) => {
                  const {Authorization, ...headers} = call.headers;
                  return Authorization ? real(url, {...call, headers}) : Response.json({}, {status: 401});
                };
                location.hash = '#gen_another';
                """);
            await(textToBe(HEADLINE, "gen_another"));
            script("location.hash = window.address");
            await(_ -> textOf(HEADLINE).equals(script("return window.address.slice(1)")));
            await(stageToBe("refused"));

            browser.findElement(By.id("gateway-key")).sendKeys("sl_secret", Keys.TAB);

            await(stageToBe("completed"));
            assertThat(textOf(HEADLINE)).isEqualTo("A gate");
        }

        @Test
        void saysWhenToTryAgain() {
            refuseWith(503, "{\"title\":\"No place\",\"detail\":\"The waiting room is full.\"}");

            generate("A queue");

            await(stageToBe("refused"));
            assertThat(textOf(TROUBLE)).contains("The waiting room is full.").contains("Try again in 7 s.");
        }

        @Test
        void saysThatAGenerationIsNotThere() {
            browser.get("about:blank");
            browser.get(page().resolve("#gen_nowhere").toString());

            await(stageToBe("refused"));
            await(titleContains("Refused"));
        }

        private void refuseWith(int status, String problem) {
            script(
                    "window.fetch = async () => new Response(arguments[0], {status: arguments[1],"
                            + " headers: {'Content-Type': 'application/problem+json', 'Retry-After': '7'}})",
                    problem,
                    status);
        }
    }

    private void generate(String prompt) {
        WebElement field = browser.findElement(PROMPT);
        field.clear();
        field.sendKeys(prompt);
        browser.findElement(GENERATE).click();
    }

    private void await(ExpectedCondition<?> condition) {
        new WebDriverWait(browser, PATIENCE).until(condition);
    }

    private static ExpectedCondition<Boolean> stageToBe(String state) {
        return attributeToBe(STAGE, "data-stage", state);
    }

    private String textOf(By place) {
        return browser.findElement(place).getText().replace('\u00a0', ' ');
    }

    /** One column of the timeline; runs of news of the moment count once. */
    private List<String> timeline(String column) {
        By cells = By.cssSelector("#timeline > li > ." + column + ", #timeline > li > details > summary > ." + column);
        return browser.findElements(cells).stream().map(WebElement::getText).toList();
    }

    private double percent() {
        String value = browser.findElement(By.id("bar")).getAttribute("value");
        return value == null ? 0 : Double.parseDouble(value);
    }

    private boolean isLoaded(By image) {
        return Boolean.TRUE.equals(
                script("return arguments[0].complete && arguments[0].naturalWidth > 0", browser.findElement(image)));
    }

    private String sourceOf(By image) {
        return Objects.requireNonNullElse(browser.findElement(image).getAttribute("src"), "");
    }

    private String tab() {
        browser.switchTo().activeElement().sendKeys(Keys.TAB);
        WebElement focused = browser.switchTo().activeElement();
        String id = Objects.requireNonNullElse(focused.getAttribute("id"), "");
        return id.isEmpty() ? focused.getText() : id;
    }

    private @Nullable Object script(String script, Object... arguments) {
        return browser.executeScript(script, arguments);
    }

    /** What the browser complains about: a broken script, or something that the Content-Security-Policy forbids. */
    private List<String> complaints() {
        return browser.manage().logs().get(LogType.BROWSER).getAll().stream()
                .map(LogEntry::getMessage)
                .toList();
    }
}
