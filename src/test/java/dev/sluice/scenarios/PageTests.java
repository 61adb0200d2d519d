package dev.sluice.scenarios;

import static org.assertj.core.api.Assertions.assertThat;
import static org.openqa.selenium.support.ui.ExpectedConditions.attributeToBe;
import static org.openqa.selenium.support.ui.ExpectedConditions.invisibilityOfElementLocated;
import static org.openqa.selenium.support.ui.ExpectedConditions.numberOfElementsToBeMoreThan;
import static org.openqa.selenium.support.ui.ExpectedConditions.textToBe;
import static org.openqa.selenium.support.ui.ExpectedConditions.textToBePresentInElementLocated;
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
import org.junit.jupiter.api.Order;
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
@Order(2)
class PageTests {

    /** A generation of the simulator takes seconds; a machine that does other things as well takes longer. */
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private static final By PROMPT = By.id("prompt");
    private static final By GENERATE = By.id("generate");
    private static final String NEWEST = "#cards > .card:first-child ";
    private static final By CARD = By.cssSelector(NEWEST);
    private static final By TITLE = in("h3");
    private static final By STATE = in(".state");
    private static final By EVENTS = in(".log > ol > li");
    private static final By PICTURE = in(".pictures img");
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

        await(newestToBe("completed"));
        await(_ -> isLoaded(PICTURE));

        WebElement picture = browser.findElement(PICTURE);
        assertThat(picture.getAttribute("alt")).isEqualTo("A lighthouse in a storm");
        assertThat(picture.getAttribute("referrerpolicy")).isEqualTo("no-referrer");
        assertThat(textOf(in("figcaption"))).isEqualTo("Download");
        assertThat(textOf(in(".facts"))).contains("made in ").contains("1 credit used");
        assertThat(complaints()).isEmpty();
    }

    @Test
    void tellsEveryEventWithItsTimeASentenceAndWhatCameOverTheWire() {
        generate("A paper boat");
        openTheEvents();

        await(newestToBe("completed"));

        assertThat(events("name"))
                .startsWith("queued")
                .contains("submitting", "processing")
                .endsWith("completed");
        assertThat(events("time")).allMatch(time -> time.matches("\\d+\\.\\d s"));
        assertThat(events("sentence")).allMatch(sentence -> sentence.endsWith("."));
        browser.findElement(in(".log li:last-child summary")).click();
        assertThat(textOf(in(".log li:last-child .wire")))
                .startsWith("event: completed")
                .contains("id: ", "data: {", "\"status\": \"completed\"");
    }

    @Test
    void tellsTheEventsOfOneThatHadEndedBefore() {
        generate("An old mill");
        await(newestToBe("completed"));
        browser.navigate().refresh();
        await(newestToBe("completed"));

        openTheEvents();

        await(numberOfElementsToBeMoreThan(EVENTS, 3));
        assertThat(events("name")).startsWith("queued").endsWith("completed");
    }

    @Test
    void fillsTheBarWhileTheGenerationIsInTheMaking() {
        generate("A glacier [slow]");

        await(textToBe(STATE, "In the making"));
        await(_ -> percent() > 0);

        assertThat(percent()).isBetween(1.0, 99.0);
        assertThat(browser.getTitle()).matches(".*in the making.* · Sluice");
        assertThat(complaints()).isEmpty();
    }

    @Test
    void followsSeveralAtOnceOnOneConnection() {
        script("""
            const real = window.fetch;
            window.open = 0;
            window.most = 0;
            window.fetch = async (url, call) => {
              if (!String(url).includes('/v1/events')) return real(url, call);
              window.most = Math.max(window.most, ++window.open);
              call.signal.addEventListener('abort', () => window.open--);
              return real(url, call);
            };
            """);

        generate("The first of three");
        await(textToBe(TITLE, "The first of three"));
        generate("The second of three");
        await(textToBe(TITLE, "The second of three"));
        generate("The third of three");

        for (String prompt : List.of("The first of three", "The second of three", "The third of three")) {
            await(attributeToBe(cardOf(prompt), "data-status", "completed"));
        }
        assertThat(script("return window.most")).isEqualTo(1L);
        assertThat(complaints()).isEmpty();
    }

    @Test
    void saysEachPhaseOnceToWhoListens() {
        generate("A whisper");

        await(newestToBe("completed"));

        assertThat(script("return [...document.querySelectorAll('#spoken p')].map(it => it.textContent)"))
                .isEqualTo(List.of("A whisper: In line.", "A whisper: In the making.", "A whisper: Done."));
    }

    @Test
    void asksForOneOfEachLineOrForSeveralOfOne() {
        browser.findElement(PROMPT).sendKeys("A pear", Keys.ENTER, Keys.ENTER, "A plum");
        browser.findElement(By.id("lines")).click();
        retype("count", "2");
        assertThat(textOf(GENERATE)).isEqualTo("Generate 4");

        browser.findElement(GENERATE).click();

        await(textToBe(TITLE, "A pear"));
        assertThat(titles().subList(0, 4)).containsExactly("A pear", "A pear", "A plum", "A plum");
        for (int n = 1; n <= 4; n++) {
            await(attributeToBe(By.cssSelector("#cards > :nth-child(" + n + ")"), "data-status", "completed"));
        }
    }

    @Test
    void sendsNoMoreThanABatchTakes() {
        browser.findElement(PROMPT).sendKeys("A pear", Keys.ENTER, "A plum");
        browser.findElement(By.id("lines")).click();
        retype("count", "51");

        browser.findElement(GENERATE).click();

        assertThat(textOf(By.id("too-many"))).isEqualTo("102 are too many: a batch is 100 at most.");
        assertThat(titles()).doesNotContain("A pear\nA plum");
        assertThat(browser.switchTo().activeElement()).isEqualTo(browser.findElement(By.id("count")));
    }

    @Test
    void cancelsWhatIsStillInLine() {
        Client operator = new Client(Objects.requireNonNull(sluice).management(), "");
        operator.post("/actuator/submits", "{\"why\":\"a test\",\"by\":\"kim\"}");
        try {
            generate("A change of mind");
            await(_ -> textOf(in(".outlook")).contains("sending is paused"));

            browser.findElement(in("[data-part=cancel]")).click();

            await(newestToBe("cancelled"));
            assertThat(textOf(in(".trouble"))).contains("Nothing was charged.");
            assertThat(browser.findElement(in("[data-part=cancel]")).isDisplayed())
                    .isFalse();
        } finally {
            operator.delete("/actuator/submits");
        }
    }

    @Test
    void copiesTheSameCallWithoutTheKey() {
        script("navigator.clipboard.writeText = async text => { window.copied = text }");
        browser.findElement(By.cssSelector("#settings summary")).click();
        browser.findElement(By.id("gateway-key")).sendKeys("sl_secret");
        browser.findElement(PROMPT).sendKeys("it's");
        browser.findElement(By.cssSelector("#same-call summary")).click();

        browser.findElement(By.id("copy")).click();

        await(_ -> script("return window.copied") != null);
        assertThat(script("return window.copied"))
                .asString()
                .startsWith("curl -N " + page().resolve("/v1/generations"))
                .contains("\"Authorization: Bearer $SLUICE_KEY\"")
                .endsWith("-d '{\"prompt\":\"it'\\''s\"}'")
                .doesNotContain("sl_secret");
    }

    @Test
    void showsTheCallWhereThereIsNoClipboard() {
        generate("A secret garden");
        await(textToBe(TITLE, "A secret garden"));
        script("navigator.clipboard.writeText = () => Promise.reject(new Error('not here'))");

        browser.findElement(in("[data-part=curl]")).click();

        await(visibilityOfElementLocated(in("[data-part=shell]")));
        assertThat(textOf(in("[data-part=shell]"))).startsWith("curl -N").contains("A secret garden");
    }

    @Test
    void submitsFromTheKeyboard() {
        browser.findElement(PROMPT).sendKeys("A bridge", Keys.chord(Keys.CONTROL, Keys.ENTER));

        await(textToBe(TITLE, "A bridge"));
    }

    @Test
    void reachesEverythingWithTheTabKeyInTheOrderOfTheEye() {
        browser.findElement(PROMPT).click();

        List<String> order = List.of(tab(), tab(), tab(), tab(), tab(), tab());

        assertThat(order)
                .containsExactly(
                        "lines",
                        "model",
                        "ratio",
                        "count",
                        "generate",
                        "A paper boat in a rain gutter, macro photograph");
    }

    @Test
    void asksForAPromptFirst() {
        browser.findElement(GENERATE).click();

        assertThat(browser.switchTo().activeElement()).isEqualTo(browser.findElement(PROMPT));
        assertThat(browser.findElement(TROUBLE).isDisplayed()).isFalse();
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

        await(textToBe(TITLE, prompt));
        assertThat(browser.findElements(By.cssSelector("[onerror], #cards b, #spoken b")))
                .isEmpty();
        assertThat(browser.getTitle()).contains("Sluice");
    }

    @Test
    void setsRightToLeftPromptsFromTheRight() {
        generate("قارب ورقي في بركة مطر");

        await(textToBe(TITLE, "قارب ورقي في بركة مطر"));
        assertThat(browser.findElement(TITLE).getCssValue("direction")).isEqualTo("rtl");
        assertThat(browser.findElement(PROMPT).getCssValue("direction")).isEqualTo("rtl");
    }

    @Test
    void fitsOnAPhone() {
        String word = "Ein" + "sehr".repeat(60) + "langes Wort";
        Chromium.shrink(browser, 320);
        try {
            generate(word);
            assertThat(script("return document.getElementById('cards').getBoundingClientRect().top < innerHeight"))
                    .as("the cards have come into view")
                    .isEqualTo(true);
            await(newestToBe("completed"));
            openTheEvents();

            assertThat(script("return document.documentElement.scrollWidth")).isEqualTo(320L);
        } finally {
            Chromium.unshrink(browser);
        }
    }

    @Test
    void showsTheOneThatTheAddressNames() {
        generate("A bridge that has an address");
        await(newestToBe("completed"));
        String id = Objects.requireNonNull(browser.findElement(CARD).getAttribute("id"));

        browser.get("about:blank");
        browser.get(page().resolve("#" + id).toString());

        await(_ -> browser.switchTo().activeElement().getText().equals("A bridge that has an address"));
    }

    @Test
    void takesThePictureFromTheGatewayWhenItsOwnPlaceDoesNotGiveIt() {
        generate("A mill");
        await(newestToBe("completed"));
        await(_ -> isLoaded(PICTURE));

        script("document.querySelector('.pictures img').dispatchEvent(new Event('error'))");

        await(_ -> sourceOf(PICTURE).endsWith("/images/0") && isLoaded(PICTURE));
    }

    @Nested
    class WhenAGenerationFails {

        @Test
        void saysWhyAndWhatItCostAndWhatToDo() {
            generate("A bridge that gives way [fail]");

            await(newestToBe("failed"));

            assertThat(textOf(in(".trouble .title"))).isNotBlank();
            assertThat(textOf(in(".trouble .next"))).contains("1 credit used").contains("generate again");
            assertThat(complaints()).isEmpty();
        }

        @Test
        void tellsTheObjectionOfTheSafetyCheck() {
            generate("Something one should not draw [unsafe]");

            await(newestToBe("failed"));

            assertThat(textOf(in(".trouble"))).containsIgnoringCase("safety");
        }

        @Test
        void offersThePromptAgain() {
            generate("A bridge that gives way [fail]");
            await(newestToBe("failed"));
            browser.findElement(PROMPT).clear();

            browser.findElement(in("[data-part=reuse]")).click();

            assertThat(browser.findElement(PROMPT).getAttribute("value")).isEqualTo("A bridge that gives way [fail]");
        }
    }

    @Nested
    class WhenTheLineIsCut {

        @Test
        void saysSoAndGoesOnWhereItStopped() {
            cutTheFirstStreamAfterItsFirstEvent();

            generate("A harbour");
            openTheEvents();

            await(textToBePresentInElementLocated(By.id("line"), "The line was cut."));
            await(newestToBe("completed"));
            assertThat(events("name").stream().filter("submitting"::equals))
                    .as("told once")
                    .hasSize(1);
            assertThat(events("name")).startsWith("queued").endsWith("completed");
            assertThat(textOf(By.id("line"))).isEmpty();
            assertThat(script("return window.resumedFrom")).asString().isNotBlank();
        }

        @Test
        void goesOnAfterAReload() {
            generate("A glacier on its way to the sea [slow]");
            await(textToBe(STATE, "In the making"));

            browser.navigate().refresh();

            await(textToBe(TITLE, "A glacier on its way to the sea [slow]"));
            openTheEvents();
            await(numberOfElementsToBeMoreThan(EVENTS, 2));
            assertThat(events("name")).startsWith("queued").contains("processing");
        }

        /** The stream breaks off as a dead network breaks it; what the page sends to come back is kept. */
        private void cutTheFirstStreamAfterItsFirstEvent() {
            script("""
                const real = window.fetch;
                window.fetch = async (url, call = {}) => {
                  const response = await real(url, call);
                  if (!String(url).includes('/v1/events')) return response;
                  window.resumedFrom = new URL(url).searchParams.get('lastEventId');
                  if (window.isCut) return response;
                  window.isCut = true;
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

            await(visibilityOfElementLocated(By.id("gateway-key")));
            assertThat(textOf(TROUBLE)).contains("Who are you?").contains("Send a gateway key.");
            assertThat(browser.findElement(TROUBLE).getAttribute("role")).isEqualTo("alert");
            assertThat(browser.switchTo().activeElement()).isEqualTo(browser.findElement(By.id("gateway-key")));
        }

        @Test
        void sendsTheKeyAndKeepsItInThisTabOnly() {
            browser.findElement(By.cssSelector("#settings summary")).click();
            browser.findElement(By.id("gateway-key")).sendKeys("sl_secret");
            script("window.fetch = async (url, call) => (window.sent = call.headers, Response.json({}, {status:"
                    + " 401}))");

            generate("A door");
            await(visibilityOfElementLocated(TROUBLE));

            assertThat(script("return window.sent.Authorization")).isEqualTo("Bearer sl_secret");
            assertThat(script("return [localStorage.length, document.cookie]")).isEqualTo(List.of(0L, ""));
        }

        @Test
        void showsWhatIsThereOnceTheKeyIs() {
            generate("A gate");
            await(textToBe(TITLE, "A gate"));
            script("""
                const real = window.fetch;
                window.fetch = async (url, call) => {
                  const {Authorization, ...headers} = call.headers;
                  return Authorization ? real(url, {...call, headers}) : Response.json({}, {status: 401});
                };
                """);
            generate("A locked gate");
            await(visibilityOfElementLocated(TROUBLE));

            browser.findElement(By.id("gateway-key")).sendKeys("sl_secret", Keys.TAB);

            await(invisibilityOfElementLocated(TROUBLE));
            await(textToBe(TITLE, "A gate"));
        }

        @Test
        void saysWhenToTryAgain() {
            refuseWith(503, "{\"title\":\"No place\",\"detail\":\"The waiting room is full.\"}");

            generate("A queue");

            await(visibilityOfElementLocated(TROUBLE));
            assertThat(textOf(TROUBLE)).contains("The waiting room is full.").contains("Try again in 7 s.");
        }

        @Test
        void saysThatAGenerationIsNotThere() {
            browser.get("about:blank");
            browser.get(page().resolve("#gen_nowhere").toString());

            await(visibilityOfElementLocated(TROUBLE));
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
        int before = browser.findElements(By.cssSelector("#cards > .card")).size();
        browser.findElement(GENERATE).click();
        await(_ -> isAnswered(before));
    }

    /** There is another card, or a reason why not. */
    private boolean isAnswered(int before) {
        return browser.findElement(TROUBLE).isDisplayed()
                || browser.findElements(By.cssSelector("#cards > .card")).size() > before;
    }

    private <T> T await(ExpectedCondition<? extends @Nullable T> condition) {
        return Objects.requireNonNull(new WebDriverWait(browser, PATIENCE).until(condition));
    }

    private void openTheEvents() {
        await(visibilityOfElementLocated(in(".log > summary"))).click();
    }

    private void retype(String id, String value) {
        browser.findElement(By.id(id)).sendKeys(Keys.chord(Keys.CONTROL, "a"), value);
    }

    private static By in(String selector) {
        return By.cssSelector(NEWEST + selector);
    }

    private static By cardOf(String prompt) {
        return By.xpath("//article[contains(@class, 'card')][.//h3[. = '" + prompt + "']]");
    }

    private static ExpectedCondition<Boolean> newestToBe(String status) {
        return attributeToBe(CARD, "data-status", status);
    }

    private List<String> titles() {
        return browser.findElements(By.cssSelector("#cards h3")).stream()
                .map(WebElement::getText)
                .toList();
    }

    private String textOf(By place) {
        return browser.findElement(place).getText().replace('\u00a0', ' ');
    }

    /** One column of the newest card's events, which are open; runs of news of the moment count once. */
    private List<String> events(String column) {
        return browser.findElements(in(".log > ol > li > details > summary > ." + column)).stream()
                .map(WebElement::getText)
                .toList();
    }

    private double percent() {
        String value = browser.findElement(in("progress")).getAttribute("value");
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
