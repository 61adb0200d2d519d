package dev.sluice.intake;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.access.SigningSecrets;
import dev.sluice.generation.Priority;
import dev.sluice.generation.ProblemType;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DefaultDataBufferFactory;
import org.springframework.mock.http.server.reactive.MockServerHttpRequest;
import org.springframework.util.unit.DataSize;
import reactor.core.publisher.Flux;
import reactor.test.StepVerifier;

@Isolated
class IntakeTests {

    private static final String DEEP = "[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[";
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final Intake intake = new Intake(
            new RequestProperties(DataSize.ofKilobytes(1), PATIENCE, 32_000, 32, 8_000, 16_000, 64, 1_000),
            SigningSecrets.none());

    @Test
    void takesOutWhatIsSluicesOwnAndPassesOnTheRestToTheLetter() {
        Wanted wanted = wanted("""
            {"n":7.50,"prompt":" a  fox ","mode":"stream","big":123456789012345678901234567890,"u":"\\u00e9\\ud83d\\ude00",
             "sluice":{"priority":"batch"},"deep":{"sluice":1,"mode":[null,true,{}]}}
            """);

        assertThat(wanted.request().body())
                .isEqualTo("{\"n\":7.50,\"prompt\":\" a  fox"
                        + " \",\"big\":123456789012345678901234567890,\"u\":\"\u00e9\ud83d\ude00\","
                        + "\"deep\":{\"sluice\":1,\"mode\":[null,true,{}]}}");
        assertThat(wanted.request().prompt()).isEqualTo(" a  fox ");
        assertThat(wanted.mode()).isEqualTo("stream");
    }

    @Test
    void readsWhatIsSluicesOwn() {
        Wanted wanted = wanted("""
            {"prompt":"a","selectedModel":"m","referenceImageUrls":["x","y"],
             "sluice":{"priority":"batch","metadata":{"order":"7","":""},"queueTimeoutSeconds":90}}
            """);

        assertThat(wanted.request().selectedModel()).isEqualTo("m");
        assertThat(wanted.request().referenceImages()).isEqualTo(2);
        assertThat(wanted.request().priority()).isEqualTo(Priority.BATCH);
        assertThat(wanted.request().metadata()).containsEntry("order", "7").containsEntry("", "");
        assertThat(wanted.queueTimeout()).hasSeconds(90);
    }

    @Test
    void takesNothingForGrantedThatWasNotSaid() {
        Wanted wanted = wanted("{\"prompt\":\"a\",\"selectedModel\":null,\"referenceImageUrls\":null,\"mode\":null}");

        assertThat(wanted.request().selectedModel()).isNull();
        assertThat(wanted.request().referenceImages()).isZero();
        assertThat(wanted.request().priority()).isEqualTo(Priority.INTERACTIVE);
        assertThat(wanted.request().metadata()).isEmpty();
        assertThat(wanted.mode()).isNull();
        assertThat(wanted.queueTimeout()).isNull();
        assertThat(wanted.request().body())
                .isEqualTo("{\"prompt\":\"a\",\"selectedModel\":null,\"referenceImageUrls\":null}");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"prompt\":\"a\",\"deep\":" + DEEP + "}",
                "{\"prompt\":\"a\"} {}",
                "{\"prompt\":\"a\",\"n\":NaN}",
                "{\"prompt\":\"a\",\"n\":1e-99999999999}",
                "{\"prompt\":\"a\" /* b */}",
                "{\"prompt\":\"\\x\"}",
                "{\"prompt\":\"a\",\"prompt\":\"b\"}",
            })
    void speaksNotOfItsParser(String body) {
        assertThat(refused(body, ProblemType.MALFORMED_REQUEST))
                .doesNotContainPattern("`|Feature|Constraints|jackson|JsonNode|enable");
    }

    @Test
    void saysWhereJsonBreaksOff() {
        assertThat(refused("{\n  \"prompt\": \"a\",\n}", ProblemType.MALFORMED_REQUEST))
                .startsWith("The body is not valid JSON (line 3, column 1): ");
    }

    @Test
    void stopsReadingWhatIsTooLarge() {
        AtomicInteger sent = new AtomicInteger();
        Flux<DataBuffer> endless = Flux.generate(sink -> {
            sent.incrementAndGet();
            sink.next(DefaultDataBufferFactory.sharedInstance.wrap(new byte[100]));
        });

        assertThat(refused(request().body(endless), ProblemType.BODY_TOO_LARGE)).contains("1024 bytes");
        assertThat(sent).hasValueLessThan(20);
    }

    @Test
    void waitsNotForEverForTheEndOfABody() {
        StepVerifier.withVirtualTime(() -> intake.read(request().body(Flux.never())))
                .thenAwait(PATIENCE)
                .expectErrorSatisfies(
                        e -> assertThat(((Refusal) e).problem().detail()).contains("30000 ms"))
                .verify(Duration.ofSeconds(5));
    }

    @Test
    void isToldThatABodyBrokeOff() {
        assertThat(refused(
                        request().body(Flux.error(new IllegalStateException("reset"))), ProblemType.MALFORMED_REQUEST))
                .isEqualTo("The body breaks off");
    }

    private Wanted wanted(String body) {
        return Objects.requireNonNull(intake.read(request().body(body)).block());
    }

    private String refused(String body, ProblemType type) {
        return refused(
                request()
                        .body(Flux.fromIterable(List.of(
                                DefaultDataBufferFactory.sharedInstance.wrap(body.getBytes(StandardCharsets.UTF_8))))),
                type);
    }

    private String refused(MockServerHttpRequest request, ProblemType type) {
        StringBuilder detail = new StringBuilder();
        StepVerifier.create(intake.read(request))
                .expectErrorSatisfies(e -> {
                    assertThat(((Refusal) e).problem().type()).isEqualTo(type);
                    detail.append(((Refusal) e).problem().detail());
                })
                .verify(Duration.ofSeconds(5));
        return detail.toString();
    }

    private static MockServerHttpRequest.BodyBuilder request() {
        return MockServerHttpRequest.post("/").header("Content-Type", "application/json");
    }
}
