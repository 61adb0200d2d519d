package dev.sluice.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.generation.ProblemType;
import dev.sluice.upstream.PollOutcome.Completed;
import dev.sluice.upstream.PollOutcome.Failed;
import dev.sluice.upstream.PollOutcome.StillProcessing;
import dev.sluice.upstream.PollOutcome.Unusable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PollAnswerTests {

    @Test
    void findsThePicturesUnderEitherName() {
        assertThat(read("{\"data\":{\"processingStatus\":\"completed\",\"outputImageUrls\":[\"https://a/1\"]}}"))
                .isInstanceOfSatisfying(
                        Completed.class, it -> assertThat(it.imageUrls()).containsExactly("https://a/1"));
        assertThat(read("{\"data\":{\"processingStatus\":\"completed\",\"imageUrls\":[\"https://a/1\"]}}"))
                .isInstanceOf(Completed.class);
        assertThat(read("{\"data\":{\"status\":\"completed\",\"imageUrls\":[\"https://a/1\"]}}"))
                .isInstanceOf(Completed.class);
    }

    @Test
    void keepsFieldsThatItDoesNotKnow() {
        assertThat(read("{\"data\":{\"processingStatus\":\"completed\",\"imageUrls\":[\"u\"],\"seed\":42}}"))
                .isInstanceOfSatisfying(
                        Completed.class, it -> assertThat(it.data()).contains("\"seed\":42"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"processing", "pending", "rendering", "", "COMPLETED"})
    void takesAStatusItDoesNotKnowForStillProcessing(String status) {
        assertThat(read("{\"data\":{\"processingStatus\":\"" + status + "\",\"status\":\"queued\"}}"))
                .isInstanceOf(StillProcessing.class);
    }

    @Test
    void tellsWhyItFailed() {
        assertThat(read("{\"data\":{\"processingStatus\":\"failed\",\"errorMessage\":\"model overloaded\"}}"))
                .isInstanceOfSatisfying(Failed.class, it -> {
                    assertThat(it.why().type()).isEqualTo(ProblemType.GENERATION_FAILED);
                    assertThat(it.why().detail()).contains("model overloaded");
                });
        assertThat(read("{\"data\":{\"processingStatus\":\"failed\",\"warning\":true}}"))
                .isInstanceOfSatisfying(
                        Failed.class, it -> assertThat(it.why().type()).isEqualTo(ProblemType.CONTENT_SAFETY));
    }

    @Test
    void callsAnEndingWithoutAPictureAFailure() {
        assertThat(read("{\"data\":{\"processingStatus\":\"completed\",\"outputImageUrls\":[]}}"))
                .isInstanceOf(Failed.class);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "500|{}",
                "401|{}",
                "404|{}",
                "429|{}",
                "302|''",
                "200|''",
                "200|{\"data\":null}",
                "200|{\"data\":{}}",
                "200|not json",
                "200|{\"error\":\"x\"}"
            })
    void takesNoAnswerForAnEndingThatSaysNothingAboutTheGeneration(int status, String body) {
        assertThat(new PollAnswer(status, body).read("key")).isInstanceOf(Unusable.class);
    }

    @Test
    void passesOnWholeCharactersOnly() {
        String emoji = "\uD83D\uDE00".repeat(600);
        assertThat(read("{\"data\":{\"processingStatus\":\"failed\",\"errorMessage\":\"x" + emoji + "\"}}"))
                .isInstanceOfSatisfying(
                        Failed.class,
                        it -> assertThat(it.why().detail().codePoints())
                                .noneMatch(c -> c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE));
        assertThat(read("{\"data\":{\"processingStatus\":\"completed\",\"imageUrls\":[\"u\\ud83d\"]}}"))
                .isInstanceOfSatisfying(
                        Completed.class, it -> assertThat(it.imageUrls()).containsExactly("u?"));
    }

    private static PollOutcome read(String body) {
        return new PollAnswer(200, body).read("key");
    }
}
