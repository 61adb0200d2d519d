package dev.sluice.generation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

class PlacesTests {

    private static final Logger log = LoggerFactory.getLogger(PlacesTests.class);

    private static final String NAME = "bat_01jd0000000000000000000000";
    private static final int HISTORIES = 300;

    /** What a header may hold in the usual servers and proxies, all headers together. */
    private static final int USUAL_HEADER_LIMIT = 8 * 1024;

    @Test
    void readBackWhatTheyWroteAfterEachEventOfRandomHistories() {
        long seed = Long.getLong("sluice.places.seed", System.nanoTime());
        log.info("Places: histories={} seed={} (-Dsluice.places.seed repeats them)", HISTORIES, seed);
        Random random = new Random(seed);
        for (int history = 0; history < HISTORIES; history++) {
            List<Integer> sequences = new ArrayList<>(Collections.nCopies(1 + random.nextInt(Places.MOST), 0));
            for (int event = 0; event < 50; event++) {
                int moved = random.nextInt(sequences.size());
                sequences.set(moved, afterMore(sequences.get(moved), random));
                Places places = new Places(NAME, sequences, random.nextBoolean());

                assertThat(Places.parse(places.toString())).as("seed %d", seed).contains(places);
                assertThat(places.toString())
                        .as("seed %d", seed)
                        .hasSizeLessThanOrEqualTo(Places.LONGEST)
                        .matches("[A-Za-z0-9_.-]+");
            }
        }
    }

    /** Mostly the next; sometimes far on, up to the largest that there is. */
    private static int afterMore(int sequence, Random random) {
        return switch (random.nextInt(10)) {
            case 0 -> sequence / 2 + random.nextInt(1 << random.nextInt(31)) / 2;
            case 1 -> Integer.MAX_VALUE - random.nextInt(3);
            default -> Math.min(Integer.MAX_VALUE - 1, sequence) + 1;
        };
    }

    @Test
    void ofAHundredGenerationsAreFarShorterThanAHeaderMayBe() {
        String usual = new Places(NAME, Collections.nCopies(Places.MOST, 4), true).toString();
        String worst = new Places(NAME, Collections.nCopies(Places.MOST, Integer.MAX_VALUE), true).toString();
        log.info("Places of {}: usual={} worst={} characters", Places.MOST, usual.length(), worst.length());

        assertThat(usual).hasSizeLessThan(200);
        assertThat(worst).hasSizeLessThanOrEqualTo(Places.LONGEST);
        assertThat(Places.LONGEST).isLessThan(USUAL_HEADER_LIMIT / 10);
    }

    @Test
    void differForDifferentPlaces() {
        List<String> written = IntStream.range(0, 1000)
                .mapToObj(i -> new Places(NAME, List.of(i % 10, i / 10 % 10, i / 100), false).toString())
                .toList();

        assertThat(written).doesNotHaveDuplicates();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ".",
                "x",
                NAME,
                NAME + ".",
                NAME + ".AA",
                NAME + ".AAE=",
                NAME + ".AAF",
                NAME + ".!!!!",
                NAME + ".AP8",
                NAME + ".AIAA",
                NAME + ".AP_____f",
                NAME + ".AgE",
                NAME + ".AAE\n",
                "gen_01jd0000000000000000000000.2"
            })
    void areNotSeenInNonsense(String nonsense) {
        assertThat(Places.parse(nonsense)).isEmpty();
    }

    @Test
    void areNotSeenInWhatIsTooLongOrOfTooMany() {
        assertThat(Places.parse("x".repeat(Places.LONGEST) + ".AAE")).isEmpty();
        assertThat(Places.parse(new Places("x", Collections.nCopies(Places.MOST + 1, 1), false).toString()))
                .isEmpty();
        assertThat(Places.parse(NAME + ".AAE")).contains(new Places(NAME, List.of(1), false));
    }
}
