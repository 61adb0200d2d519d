package dev.sluice.upstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ModelsAnswerTests {

    @Test
    void tellsThePriceOfEveryModelThatHasOne() {
        String body = """
            {"data":[{"name":"nanobanan2&pro","creditsCost":4},{"name":"half","creditsCost":1.5},{"name":"free","creditsCost":0},
             {"name":"silent"},{"name":"odd","creditsCost":"4"},{"name":"negative","creditsCost":-1},{"creditsCost":3},null,7]}
            """;

        assertThat(new ModelsAnswer(200, body).prices())
                .containsExactlyInAnyOrderEntriesOf(Map.of("nanobanan2&pro", 4L, "half", 2L, "free", 0L));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        500 | {"data":[]}
        200 | {"data":{}}
        200 | {}
        200 | <html>
        302 | ''
        """)
    void isAFailureIfItIsNoListOfModels(int status, String body) {
        assertThatIllegalStateException()
                .isThrownBy(() -> new ModelsAnswer(status, body).prices())
                .withMessage("answer " + status + " without a list of models");
    }

    @Test
    void passesOverWhatIsBeyondAnyUsualNumberOfModels() {
        String models = IntStream.range(0, ModelsAnswer.MOST_MODELS + 5)
                .mapToObj(i -> "{\"name\":\"m%d\",\"creditsCost\":1}".formatted(i))
                .collect(Collectors.joining(","));

        assertThat(new ModelsAnswer(200, "{\"data\":[" + models + "]}").prices())
                .hasSize(ModelsAnswer.MOST_MODELS);
    }
}
