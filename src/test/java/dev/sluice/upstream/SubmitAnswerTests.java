package dev.sluice.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.generation.ProblemType;
import dev.sluice.upstream.SubmitOutcome.Accepted;
import dev.sluice.upstream.SubmitOutcome.Ambiguous;
import dev.sluice.upstream.SubmitOutcome.Busy;
import dev.sluice.upstream.SubmitOutcome.FailedAtOnce;
import dev.sluice.upstream.SubmitOutcome.KeyRefused;
import dev.sluice.upstream.SubmitOutcome.Refused;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SubmitAnswerTests {

    private static final String KEY = "nb_secret_key";

    @Test
    void takesAnIdForAcceptance() {
        String body = """
            {"success":true,"async":true,"generationId":"clxx1","message":"…","creditsUsed":2,"remainingCredits":98}\
            """;

        assertThat(read(200, body)).isEqualTo(new Accepted("clxx1", 2L, 98L, body));
    }

    @Test
    void takesAnIdForAcceptanceWhateverElseIsMissing() {
        assertThat(read(202, "{\"generationId\":\"clxx1\"}")).isInstanceOf(Accepted.class);
    }

    @Test
    void readsServerBusyAsNotTaken() {
        String body = """
            {"error":"Server is busy, too many concurrent tasks. Please retry later.","type":"server_busy","activeTasks":10}\
            """;

        assertThat(new SubmitAnswer(503, "7", body).read(KEY)).isEqualTo(new Busy(Duration.ofSeconds(7), 10));
        assertThat(read(503, body)).isEqualTo(new Busy(null, 10));
        assertThat(read(429, "slow down")).isEqualTo(new Busy(null, null));
    }

    @ParameterizedTest
    @CsvSource({"3600,PT1M", "-1,", "soon,", "'Thu, 01 Jan 1970 00:00:00 GMT',PT0S", "0,PT0S"})
    void believesARetryAfterWithinReason(String header, Duration pause) {
        assertThat(RetryAfter.parse(header)).isEqualTo(pause);
    }

    @ParameterizedTest
    @ValueSource(ints = {401, 403})
    void holdsTheQueueWhenTheKeyIsRefused(int status) {
        assertThat(read(status, "{\"error\":\"no\"}")).isEqualTo(new KeyRefused(status));
    }

    @ParameterizedTest
    @ValueSource(ints = {400, 404, 413, 415, 422})
    void readsAPlainRefusalAsNotCharged(int status) {
        assertThat(read(status, "{\"error\":\"bad aspectRatio\"}")).isInstanceOfSatisfying(Refused.class, refused -> {
            assertThat(refused.why().type()).isEqualTo(ProblemType.REFUSED);
            assertThat(refused.why().detail()).contains("bad aspectRatio");
        });
    }

    @Test
    void readsAnEmptyAccountAsNotCharged() {
        assertThat(read(402, "{}"))
                .isInstanceOfSatisfying(
                        Refused.class, it -> assertThat(it.why().type()).isEqualTo(ProblemType.OUT_OF_CREDITS));
    }

    @Test
    void readsFailureWithoutCreditsAsNotCharged() {
        assertThat(read(200, "{\"success\":false,\"error\":\"no such model\"}")).isInstanceOf(Refused.class);
    }

    @Test
    void readsFailureWithCreditsAsPaidFor() {
        assertThat(read(200, "{\"success\":false,\"error\":\"boom\",\"creditsUsed\":1}"))
                .isInstanceOfSatisfying(
                        FailedAtOnce.class, it -> assertThat(it.why().type()).isEqualTo(ProblemType.GENERATION_FAILED));
    }

    @Test
    void readsTheSafetyWarningAsPaidFor() {
        String body = """
            {"success":false,"warning":true,"generationId":"clxx1","message":"unsafe","creditsUsed":1,"remainingCredits":9}\
            """;

        assertThat(read(200, body)).isInstanceOfSatisfying(FailedAtOnce.class, it -> {
            assertThat(it.why().type()).isEqualTo(ProblemType.CONTENT_SAFETY);
            assertThat(it.upstreamId()).isEqualTo("clxx1");
            assertThat(it.creditsUsed()).isEqualTo(1);
        });
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "200|not json",
                "200|{\"success\":true}",
                "200|{\"success\":true,\"generationId\":\"",
                "200|{\"success\":true,\"generationId\":7}",
                "200|[]",
                "200|''",
                "503|{\"error\":\"maintenance\"}",
                "503|<html>busy</html>",
                "500|{\"error\":\"boom\"}",
                "502|<html>bad gateway</html>",
                "504|''",
                "302|''",
                "307|''",
                "308|''",
                "409|{}",
                "418|{}"
            })
    void takesWhateverElseForASubmitThatMayHaveBeenCharged(int status, String body) {
        assertThat(read(status, body)).isInstanceOf(Ambiguous.class);
    }

    @ParameterizedTest
    @CsvSource({"0.5,1", "2.0,2", "1E+1,10", "3,3", "99999999999999999999,", "1E400,", "\"1\","})
    void takesWhatWasAcceptedForThatWhateverNumberItIsSaidToCost(String said, @Nullable Long used) {
        assertThat(read(200, "{\"success\":true,\"generationId\":\"a\",\"creditsUsed\":%s}".formatted(said)))
                .isInstanceOfSatisfying(
                        Accepted.class,
                        accepted -> assertThat(accepted.creditsUsed()).isEqualTo(used));
    }

    @Test
    void quotesTheUpstreamShortlyOnOneLineAndWithoutTheKey() {
        String body = "{\"error\":\"line one\\nline two " + KEY + " " + "x".repeat(2000) + "\"}";

        assertThat(read(400, body))
                .isInstanceOfSatisfying(
                        Refused.class,
                        refused -> assertThat(refused.why().detail())
                                .doesNotContain(KEY, "\n")
                                .contains("line one line two ***")
                                .hasSizeLessThan(700));
    }

    private static SubmitOutcome read(int status, String body) {
        return new SubmitAnswer(status, null, body).read(KEY);
    }
}
