package dev.sluice.scenarios;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.tngtech.archunit.core.importer.ClassFileImporter;
import dev.sluice.scenarios.Client.Answer;
import dev.sluice.simulator.Pace;
import dev.sluice.simulator.Simulator;
import dev.sluice.simulator.SimulatorSettings;
import java.lang.reflect.Field;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What operators are told, and where. */
@SuppressWarnings("NullAway.Init")
@Order(3)
class OperationsTests {

    private static final Duration PATIENCE = Duration.ofSeconds(15);

    @TempDir
    Path store;

    private Simulator simulator;
    private RunningSluice sluice;
    private Client management;

    @BeforeEach
    void start() {
        simulator = Simulator.start(SimulatorSettings.defaults().withPace(Pace.fixed(Duration.ofMillis(200))));
        sluice = RunningSluice.inFrontOf(simulator, store);
        management = new Client(sluice.management(), "");
    }

    @AfterEach
    void stop() {
        sluice.close();
        simulator.close();
    }

    @Test
    void tellsItsHealthOnTheManagementPortOnlyAndToAnybody() {
        for (String path : List.of("/actuator/health/liveness", "/actuator/health/readiness", "/actuator/prometheus")) {
            assertThat(management.get(path).status()).as(path).isEqualTo(200);
            assertThat(sluice.alice().get(path).status()).as(path).isEqualTo(404);
            assertThat(sluice.client("").get(path).status()).as(path).isEqualTo(401);
        }
        assertThat(management.get("/v1/generations").status()).isEqualTo(404);
        assertThat(management
                        .get("/actuator/health/liveness")
                        .json()
                        .path("components")
                        .propertyNames())
                .containsExactly("livenessState");
        assertThat(management
                        .get("/actuator/health/readiness")
                        .json()
                        .path("components")
                        .propertyNames())
                .containsExactlyInAnyOrder("readinessState", "journal");
        assertThat(management.get("/actuator/env").status()).isEqualTo(404);
        assertThat(management.get("/actuator/heapdump").status()).isEqualTo(404);
    }

    @Test
    void isReadyWithoutTheUpstreamAndAliveWithoutTheStore() {
        simulator.goDown();
        assertThat(management.get("/actuator/health/readiness").status()).isEqualTo(200);

        sluice.loseTheStore();

        Answer unready = management.get("/actuator/health/readiness");
        assertThat(unready.status()).isEqualTo(503);
        assertThat(unready.body()).doesNotContain("Exception", "dev.sluice");
        assertThat(management.get("/actuator/health/liveness").status()).isEqualTo(200);
        Answer refused = sluice.alice().post("/v1/generations", Client.prompt("cannot be promised"));
        assertThat(refused.status()).isEqualTo(503);
        assertThat(refused.json().path("type").stringValue()).isEqualTo("urn:sluice:problem:log-unavailable");
        assertThat(refused.header("Retry-After")).isEqualTo("5");
    }

    @Test
    void countsWhatBecameOfEveryGeneration() {
        EventStream stream = sluice.alice().streamOf("goes well");
        stream.untilItEnds();
        sluice.alice().streamOf("goes wrong [fail]").untilItEnds();
        simulator.faults().submitsOf("meets a crowd").times(1).answerBusy();
        sluice.alice().streamOf("meets a crowd").untilItEnds();
        simulator.faults().submitsOf("is lost").times(1).loseTheAnswer();
        sluice.alice().streamOf("is lost").untilItEnds();
        EventStream open = sluice.alice().streamOf("is watched [slow]");
        open.awaits("processing");

        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(meters())
                        .contains(
                                "sluice_generations_accepted_total 5.0",
                                "sluice_generations_seconds_count{status=\"completed\"} 2",
                                "sluice_generations_seconds_count{status=\"failed\"} 1",
                                "sluice_generations_seconds_count{status=\"unknown\"} 1",
                                "sluice_upstream_submits_total{outcome=\"accepted\"} 4.0",
                                "sluice_upstream_submits_total{outcome=\"busy\"} 1.0",
                                "sluice_upstream_submits_total{outcome=\"unknown\"} 1.0",
                                "sluice_credits_used_total 4.0",
                                "sluice_credits_at_risk_total 1.0",
                                "sluice_capacity_queued 0.0",
                                "sluice_capacity_in_flight 1.0",
                                "sluice_stream_open 1.0",
                                "sluice_stream_opened_total 5.0"));
        assertThat(meters())
                .anyMatch(line -> line.startsWith("sluice_upstream_polls_total{outcome=\"processing\"}"))
                .contains(
                        "sluice_upstream_polls_total{outcome=\"completed\"} 2.0",
                        "sluice_upstream_polls_total{outcome=\"failed\"} 1.0");

        open.untilItEnds();

        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(meters())
                        .contains(
                                "sluice_stream_open 0.0",
                                "sluice_capacity_in_flight 0.0",
                                "sluice_generations_seconds_count{status=\"completed\"} 3"));
        assertThat(String.join("\n", meters())).contains(metersOfTheCode());
        assertThat(meters())
                .contains(
                        "resilience4j_circuitbreaker_calls_seconds_count{kind=\"failed\",name=\"busy\"} 1",
                        "resilience4j_circuitbreaker_calls_seconds_count{kind=\"failed\",name=\"submit\"} 1",
                        "resilience4j_circuitbreaker_calls_seconds_count{kind=\"successful\",name=\"submit\"} 5",
                        "resilience4j_circuitbreaker_state{name=\"submit\",state=\"closed\"} 1.0",
                        "resilience4j_circuitbreaker_state{name=\"busy\",state=\"closed\"} 1.0",
                        "resilience4j_circuitbreaker_state{name=\"poll\",state=\"closed\"} 1.0")
                .anyMatch(line -> line.startsWith(
                        "resilience4j_circuitbreaker_calls_seconds_count{kind=\"successful\",name=\"poll\"}"))
                .anyMatch(line -> line.startsWith("resilience4j_ratelimiter_available_permissions{name=\"submit\"}"))
                .anyMatch(line -> line.startsWith("resilience4j_ratelimiter_available_permissions{name=\"poll\"}"));
    }

    @Test
    void timesAStreamUntilItBegins() {
        simulator.faults().pollsOf("never ends").answer(500);

        EventStream posted = sluice.alice().streamOf("never ends");
        String id = posted.awaits("queued").json().path("id").stringValue();
        EventStream watched = sluice.alice().stream("/v1/generations/" + id + "/events");
        watched.awaits("queued");
        EventStream several = sluice.alice().stream("/v1/events?generation=" + id);
        several.awaits("queued");

        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(Meters.of(sluice))
                        .returns(1.0, meters -> timed(meters, "POST", "/v1/generations"))
                        .returns(1.0, meters -> timed(meters, "GET", "/v1/generations/{id}/events"))
                        .returns(1.0, meters -> timed(meters, "GET", "/v1/events")));
        assertThat(List.of(posted, watched, several)).noneMatch(EventStream::hasEnded);

        posted.close();
        await().atMost(PATIENCE).until(() -> Meters.of(sluice).sum("sluice_stream_open") == 2);
        assertThat(timed(Meters.of(sluice), "POST", "/v1/generations"))
                .as("and not once more at its end")
                .isEqualTo(1);
    }

    private static double timed(Meters meters, String method, String uri) {
        return meters.sum(
                "http_server_requests_seconds_count", "method=\"%s\"".formatted(method), "uri=\"%s\"".formatted(uri));
    }

    @Test
    void tagsNoMeterWithWhatCallersMakeUp() {
        Client alice = sluice.alice();
        String id = alice.accepted("canary");
        String upstreamId = alice.ending(id).path("upstreamId").stringValue();
        alice.get("/v1/generations/" + id);
        alice.get("/v1/generations/" + id + "/images/0");
        alice.get("/v1/generations/canary/events", "Accept", "canary/canary");
        alice.get("/api/v1/generate?id=" + upstreamId);
        alice.get("/canary/path?canary=query");
        sluice.client(RunningSluice.CAROL_WHO_MAY_PASS_THROUGH).get("/api/v1/canary?q=canary");
        alice.post("/v1/generations", "{\"canary\":1}", "Content-Type", "canary/canary");
        for (int i = 0; i < 5; i++) {
            BareSocket.ask(
                    sluice.api(),
                    "CANARY%d /v1/generations HTTP/1.1\r\nHost: canary\r\nAuthorization: Bearer %s\r\n\r\n"
                            .formatted(i, RunningSluice.ALICE)
                            .getBytes(StandardCharsets.UTF_8));
        }

        List<String> meters = meters();

        assertThat(meters)
                .noneMatch(line -> line.toLowerCase(Locale.ROOT).contains("canary"))
                .noneMatch(line -> line.contains(id) || line.contains(upstreamId))
                .noneMatch(line -> line.contains(RunningSluice.ALICE) || line.contains("nb_simulator"));
        assertThat(tags(meters, "http_server_requests_seconds_count", "uri"))
                .contains("/v1/generations/{id}", "/v1/generations", "/api/v1/generate")
                .isSubsetOf(
                        "/v1/generations",
                        "/v1/generations/{id}",
                        "/v1/generations/{id}/events",
                        "/v1/generations/{id}/images/{n}",
                        "/api/v1/generate",
                        "/api/v1/**",
                        "/actuator/prometheus",
                        "/**",
                        "NOT_FOUND",
                        "UNKNOWN");
        assertThat(tags(meters, "http_client_requests_seconds_count", "uri"))
                .contains("/api/v1/generate", "/api/v1/generate?id={id}")
                .isSubsetOf(
                        "/api/v1/generate", "/api/v1/generate?id={id}", "/api/v1/models", "/api/v1/credits", "none");
        assertThat(tags(meters, "sluice_[a-z_]+", "[a-z]+")).allMatch(value -> value.matches("[a-z_]+|[0-9.]+|\\+Inf"));
    }

    private List<String> meters() {
        return management.get("/actuator/prometheus").body().lines().toList();
    }

    private static Set<String> tags(List<String> meters, String name, String tag) {
        Pattern pattern = Pattern.compile("[{,]" + tag + "=\"([^\"]*)\"");
        return meters.stream()
                .filter(line -> line.matches(name + "\\{.*"))
                .flatMap(line -> pattern.matcher(line).results().map((MatchResult found) -> found.group(1)))
                .collect(Collectors.toSet());
    }

    /** The names that the rooms' meters have, as Prometheus writes them. */
    private static List<String> metersOfTheCode() {
        return new ClassFileImporter()
                .importPackages("dev.sluice").stream()
                        .filter(type -> type.getSimpleName().endsWith("Meters"))
                        .flatMap(type -> type.getFields().stream())
                        .filter(field -> field.getRawType().isEquivalentTo(String.class))
                        .map(field -> nameIn(field.reflect()))
                        .toList();
    }

    private static String nameIn(Field constant) {
        try {
            constant.setAccessible(true);
            return String.valueOf(constant.get(null)).replace('.', '_');
        } catch (IllegalAccessException e) {
            throw new IllegalStateException(e);
        }
    }
}
