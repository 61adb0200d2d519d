package dev.sluice.simulator.picture;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class PictureTests {

    @Test
    void isTheSameForTheSamePromptAndAnotherForAnother() {
        byte[] cat = new Picture("a cat", 0, "4:1").png();

        assertThat(new Picture("a cat", 0, "4:1").png()).isEqualTo(cat);
        assertThat(new Picture("a cat", 1, "4:1").png()).isNotEqualTo(cat);
        assertThat(new Picture("a dog", 0, "4:1").png()).isNotEqualTo(cat);
    }

    @ParameterizedTest
    @CsvSource({
        "16:9,768,432",
        "9:16,432,768",
        "1:1,768,768",
        "'',768,768",
        "wide,768,768",
        "100:1,768,192",
        "0:0,192,768"
    })
    void hasTheShapeThatWasAskedForWithinReason(String ratio, int width, int height) {
        assertThat(new Picture("a cat", 0, ratio).size()).isEqualTo(new Picture.Size(width, height));
    }

    @ParameterizedTest
    @EnumSource(Motif.class)
    void canBeDrawnOfEveryMotif(Motif motif) {
        assertThat(new Picture(motif.name(), 0, "4:1").png()).startsWith(0x89, 'P', 'N', 'G');
        assertThat(Motif.in(motif.name())).contains(motif);
    }

    @Test
    void canBeDrawnOfNothing() {
        assertThat(new Picture("", 0, "1:4").png()).isNotEmpty();
    }
}
