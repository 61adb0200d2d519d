package dev.sluice.generation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IdsTests {

    @Test
    void makesIdsThatSortByTheTimeTheyWereMade() {
        var ids = Stream.generate(GenerationId::next).limit(1000).toList();

        assertThat(ids).isSorted().doesNotHaveDuplicates();
    }

    @Test
    void readsBackWhatItWrites() {
        GenerationId id = GenerationId.next();

        assertThat(GenerationId.parse(id.toString())).contains(id);
        assertThat(EventId.parse(new EventId(id, 7).toString())).contains(new EventId(id, 7));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "gen_",
                "gen_01",
                "clxx123",
                "gen_01JD0000000000000000000000",
                "gen_9zzzzzzzzzzzzzzzzzzzzzzzzz",
                "' or 1=1 --"
            })
    void seesNoGenerationInNonsense(String nonsense) {
        assertThat(GenerationId.parse(nonsense)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ".",
                ".1",
                "gen_01jd0000000000000000000000",
                "gen_01jd0000000000000000000000.",
                "gen_01jd0000000000000000000000.-1",
                "gen_01jd0000000000000000000000.1e3",
                "gen_01jd0000000000000000000000.99999999999999999999",
                "gen_01jd0000000000000000000000.١"
            })
    void seesNoEventInNonsense(String nonsense) {
        assertThat(EventId.parse(nonsense)).isEmpty();
    }
}
