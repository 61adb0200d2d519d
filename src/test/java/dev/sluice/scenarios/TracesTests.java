package dev.sluice.scenarios;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import dev.sluice.scenarios.Client.Answer;
import dev.sluice.simulator.Ledger.Request;
import dev.sluice.simulator.Pace;
import dev.sluice.simulator.Simulator;
import dev.sluice.simulator.SimulatorSettings;
import io.opentelemetry.proto.trace.v1.Span;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** In a process of its own: what carries traces from thread to thread belongs to a whole process. */
class TracesTests {

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
    private static final String PARENT = "00-" + TRACE + "-00f067aa0ba902b7-01";
    private static final String UNSAMPLED_TRACE = "0af7651916cd43dd8448eb211c80319c";
    private static final String UNSAMPLED = "00-" + UNSAMPLED_TRACE + "-b7ad6b7169203331-00";

    @TempDir
    Path store;

    @Test
    void leadFromTheCallersRequestToTheSubmitAndByLinksToThePolls() {
        try (SpanCollector collector = SpanCollector.start();
                Simulator simulator = simulator();
                ChildSluice sluice = ChildSluice.inFrontOf(
                                simulator,
                                store,
                                "management.opentelemetry.tracing.export.otlp.endpoint=" + collector.endpoint(),
                                "management.opentelemetry.tracing.export.schedule-delay=200ms")
                        .awaitReady()) {
            simulator.faults().pollsOf("an owl").answer(500);
            new Client(sluice.management(), "").get("/actuator/health");
            Answer answer = ask(sluice, "a fox", PARENT);
            Answer unsampled = ask(sluice, "an owl", UNSAMPLED);
            sluice.alice().ending(id(answer));
            String ticket = sluice.alice()
                    .post("/v1/stream-tickets", "{}")
                    .json()
                    .path("ticket")
                    .stringValue();
            EventStream endless = new Client(sluice.api(), "")
                    .stream("/v1/generations/" + id(unsampled) + "/events?ticket=" + ticket);
            await().atMost(PATIENCE)
                    .until(() -> collector.spans().toString().contains(id(unsampled) + "/events")
                            && !collector.spans("poll").isEmpty()
                            && !collector.spans("submit").isEmpty()
                            && collector.spans().stream()
                                    .anyMatch(span -> idOf(span).equals(parentIdOf(answer.header("traceparent")))));

            Span submit = collector.spans("submit").getFirst();
            assertThat(SpanCollector.traceOf(submit)).isEqualTo(TRACE);
            assertThat(answer.header("traceparent"))
                    .startsWith("00-" + TRACE + "-")
                    .endsWith("-01");
            assertThat(hex(submit.getParentSpanId())).isEqualTo(parentIdOf(answer.header("traceparent")));
            assertThat(attribute(submit, "sluice.generation")).isEqualTo(id(answer));
            assertThat(attribute(submit, "sluice.outcome")).isEqualTo("accepted");

            assertThat(collector.spans("poll")).allSatisfy(poll -> {
                assertThat(SpanCollector.traceOf(poll)).isNotEqualTo(TRACE);
                assertThat(poll.getLinksList()).hasSize(1);
                assertThat(hex(poll.getLinks(0).getSpanId())).isEqualTo(idOf(submit));
                assertThat(attribute(poll, "sluice.generation")).isEqualTo(id(answer));
            });

            assertThat(traceparents(simulator, "POST")).hasSize(2);
            assertThat(traceparents(simulator, "POST"))
                    .anyMatch(sent -> sent.startsWith("00-" + TRACE + "-") && sent.endsWith("-01"))
                    .anyMatch(sent -> sent.startsWith("00-" + UNSAMPLED_TRACE + "-") && sent.endsWith("-00"));
            assertThat(traceparents(simulator, "GET"))
                    .anyMatch(sent -> collector.spans("poll").stream()
                            .anyMatch(poll -> sent.startsWith("00-" + SpanCollector.traceOf(poll) + "-")));
            assertThat(collector.spans())
                    .noneMatch(span -> SpanCollector.traceOf(span).equals(UNSAMPLED_TRACE))
                    .noneMatch(span -> attribute(span, "uri").startsWith("/actuator"));

            assertThat(endless.hasEnded())
                    .as("the span of a stream is told when it has begun")
                    .isFalse();
            assertThat(collector.spans().toString())
                    .doesNotContain("a fox", RunningSluice.ALICE, SimulatorSettings.KEY, ticket);

            assertThat(linesOf(sluice, id(answer))).hasSize(2).allMatch(line -> line.contains(TRACE));
        }
    }

    @Test
    void goNowhereWithoutACollector() {
        try (Simulator simulator = simulator();
                ChildSluice sluice = ChildSluice.inFrontOf(simulator, store).awaitReady()) {
            Answer answer = ask(sluice, "a fox", PARENT);
            sluice.alice().ending(id(answer));

            assertThat(answer.header("traceparent")).isEmpty();
            assertThat(simulator.ledger().lastRequests())
                    .isNotEmpty()
                    .allMatch(request -> request.header("traceparent").isEmpty());
            assertThat(linesOf(sluice, id(answer)))
                    .isNotEmpty()
                    .noneMatch(line -> line.contains(TRACE) || line.contains("[                "));
        }
    }

    private static Simulator simulator() {
        return Simulator.start(SimulatorSettings.defaults().withPace(Pace.fixed(Duration.ofMillis(300))));
    }

    private static Answer ask(ChildSluice sluice, String prompt, String traceparent) {
        return sluice.alice()
                .post("/v1/generations", Client.prompt(prompt), "Prefer", "respond-async", "traceparent", traceparent);
    }

    private static String id(Answer answer) {
        return answer.json().path("id").stringValue();
    }

    private static List<String> linesOf(ChildSluice sluice, String id) {
        return sluice.output().lines().filter(line -> line.contains("id=" + id)).toList();
    }

    private static List<String> traceparents(Simulator simulator, String method) {
        return simulator.ledger().lastRequests().stream()
                .filter(request -> request.method().equals(method))
                .map(Request::headers)
                .flatMap(headers -> headers.getOrDefault("traceparent", List.of()).stream())
                .toList();
    }

    private static String attribute(Span span, String name) {
        return span.getAttributesList().stream()
                .filter(attribute -> attribute.getKey().equals(name))
                .map(attribute -> attribute.getValue().getStringValue())
                .findFirst()
                .orElse("");
    }

    private static String parentIdOf(String traceparent) {
        return traceparent.split("-", -1)[2];
    }

    private static String idOf(Span span) {
        return SpanCollector.idOf(span);
    }

    private static String hex(ByteString bytes) {
        return HexFormat.of().formatHex(bytes.toByteArray());
    }
}
