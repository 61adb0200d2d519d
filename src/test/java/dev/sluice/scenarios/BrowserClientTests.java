package dev.sluice.scenarios;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.mapping;
import static java.util.stream.Collectors.toList;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import dev.sluice.simulator.Pace;
import dev.sluice.simulator.Simulator;
import dev.sluice.simulator.SimulatorSettings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.chrome.ChromeDriver;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;

/** The client in a real browser, whose Sluice is killed and started again under it while it submits and watches. */
@Needs(
        value = {Chromium.PROGRAM, Chromium.DRIVER},
        installedBy = Chromium.INSTALLED_BY)
@Order(2)
class BrowserClientTests {

    private static final Logger log = LoggerFactory.getLogger(BrowserClientTests.class);
    private static final Duration PATIENCE = Duration.ofSeconds(90);

    /** Eight generations are under way at a time and tell four events each: not always is it killed at the same one. */
    private static final int[] EVENTS_BEFORE_A_KILL = {26, 8, 35, 17};

    @TempDir
    private Path directory;

    @Test
    void losesAndRepeatsNoEventAndPaysOnceThoughSluiceIsKilled() {
        outlives(1);
    }

    @Test
    @Tag("long")
    void losesAndRepeatsNoEventAndPaysOnceThoughSluiceIsKilledTwentyTimes() {
        outlives(20);
    }

    /** As the README shows it: the page's own server has the key, and gives the page a ticket. */
    @Test
    void watchesFromAPageOfAnotherOriginThatHasNoKey() throws IOException {
        HttpServer own = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
        String origin = "http://127.0.0.1:" + own.getAddress().getPort();
        try (Simulator simulator =
                        Simulator.start(SimulatorSettings.defaults().withPace(Pace.fixed(Duration.ofMillis(300))));
                RunningSluice sluice = RunningSluice.inFrontOf(
                        simulator, directory.resolve("store"), "sluice.clients[0].origins=" + origin)) {
            String id = sluice.alice().accepted("seen from elsewhere");
            serve(own, "/", "text/html", () -> page(sluice.api(), id));
            serve(
                    own,
                    "/my/ticket",
                    "application/json",
                    () -> sluice.alice()
                            .post("/v1/stream-tickets", "{\"generations\":[\"" + id + "\"]}")
                            .body());
            own.start();
            ChromeDriver browser = Chromium.start(directory.resolve("profile"));
            try {
                browser.get(origin + "/");
                until(browser, () -> Boolean.TRUE.equals(browser.executeScript("return over")));

                assertThat(browser.executeScript("return told")).isEqualTo(recorded(sluice.alice(), id));
            } finally {
                browser.quit();
            }
        } finally {
            own.stop(0);
        }
    }

    private static String page(URI sluice, String id) {
        return """
            <script>window.over = false; window.told = [];</script>
            <script type="module">
              import { Sluice } from "%s/sluice.js";
              const sluice = new Sluice({ ticket: async (ids) => (await fetch("/my/ticket?of=" + ids)).json() });
              try {
                for await (const { type, id } of sluice.watch("%s")) if (id) told.push(type);
                over = true;
              } catch (trouble) {
                over = trouble.stack;
              }
            </script>
            """.formatted(sluice, id);
    }

    private static void serve(HttpServer server, String path, String type, Supplier<String> body) {
        server.createContext(path, exchange -> {
            byte[] bytes = body.get().getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Content-Type", type);
            exchange.sendResponseHeaders(200, bytes.length);
            exchange.getResponseBody().write(bytes);
            exchange.close();
        });
    }

    private void outlives(int kills) {
        try (Simulator simulator = Simulator.start(SimulatorSettings.defaults()
                .withPace(Pace.fixed(Duration.ofMillis(700)))
                .withCredits(1_000_000)
                .withTaskLimit(32))) {
            int port = Prometheus.freePort();
            ChildSluice sluice = start(simulator, port).awaitReady();
            ChromeDriver browser = Chromium.start(directory.resolve("profile"));
            try {
                browser.get(sluice.api().resolve("/sluice.d.ts").toString()); // a page of this origin, without scripts
                browser.executeScript(script(), RunningSluice.ALICE);
                for (int kill = 0; kill < kills; kill++) {
                    int round = kill;
                    long before = told(browser);
                    until(
                            browser,
                            () -> told(browser) >= before + EVENTS_BEFORE_A_KILL[round % EVENTS_BEFORE_A_KILL.length]);
                    sluice.kill();
                    sluice = start(simulator, port).awaitReady();
                }
                browser.executeScript("window.enough = true");
                until(browser, () -> Boolean.TRUE.equals(browser.executeScript("return over")));
                judge(browser, sluice.alice(), simulator, kills);
            } finally {
                browser.quit();
                sluice.close();
            }
        }
    }

    private ChildSluice start(Simulator simulator, int port) {
        return ChildSluice.inFrontOf(
                simulator,
                directory.resolve("store"),
                "server.port=" + port,
                "sluice.stream.retry=100ms",
                "sluice.admission.limit.initial=32",
                "sluice.admission.limit.min=32"); // what is killed is not a sign that there is no place
    }

    private static void judge(ChromeDriver browser, Client alice, Simulator simulator, int kills) {
        JsonNode page = Client.JSON.readTree(
                Objects.requireNonNull(browser.executeScript("return JSON.stringify({asked, told})"))
                        .toString());
        Map<String, List<String>> told = page.path("told")
                .valueStream()
                .collect(groupingBy(
                        it -> it.path("id").stringValue(),
                        mapping(it -> it.path("type").stringValue(), toList())));
        Set<String> ids = new HashSet<>();
        List<String> endings = new ArrayList<>();
        for (JsonNode asked : page.path("asked")) {
            String id = asked.path("id").stringValue();
            String prompt = asked.path("prompt").stringValue();
            List<String> recorded = recorded(alice, id);
            String ending = recorded.getLast();

            assertThat(ids.add(id)).as(prompt + " is one of its own").isTrue();
            assertThat(told.get(id)).as(prompt).isEqualTo(recorded);
            int paid = simulator.ledger().accepted(prompt).size();
            assertThat(paid)
                    .as(prompt + ", which is " + ending)
                    .isIn(ending.equals("unknown") ? Set.of(0, 1) : Set.of(1));
            endings.add(ending);
        }
        assertThat(all(alice)).as("what one request made").isEqualTo(ids);
        assertThat(endings).hasSizeGreaterThan(kills).contains("completed").isSubsetOf("completed", "unknown");
        log.info(
                "Client outlived its kills: kills={} generations={} events={} unknown={}",
                kills,
                endings.size(),
                page.path("told").size(),
                endings.stream().filter("unknown"::equals).count());
    }

    private static List<String> recorded(Client alice, String id) {
        try (EventStream stream = alice.stream("/v1/generations/" + id + "/events")) {
            return stream.untilItEnds().stream()
                    .filter(EventStream.Event::isRecorded)
                    .map(EventStream.Event::name)
                    .toList();
        }
    }

    private static Set<String> all(Client alice) {
        Set<String> ids = new HashSet<>();
        JsonNode page = alice.get("/v1/generations?limit=100").json();
        while (true) {
            page.path("items").forEach(item -> ids.add(item.path("id").stringValue()));
            if (page.path("next").isNull()) {
                return ids;
            }
            page = alice.get("/v1/generations?limit=100&cursor="
                            + page.path("next").stringValue())
                    .json();
        }
    }

    private static long told(ChromeDriver browser) {
        return ((Number) Objects.requireNonNull(browser.executeScript("return told.length"))).longValue();
    }

    private static void until(ChromeDriver browser, Callable<Boolean> condition) {
        await().atMost(PATIENCE).pollInterval(Duration.ofMillis(20)).until(() -> {
            assertThat(browser.executeScript("return over"))
                    .as("what went wrong")
                    .isIn(false, true);
            return condition.call();
        });
    }

    private static String script() {
        try {
            return Files.readString(Path.of("src", "test", "programs", "watchers.js"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
