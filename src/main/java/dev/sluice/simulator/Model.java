package dev.sluice.simulator;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * One of the models that can be asked for.
 *
 * <p>The ids are those that the upstream's documentation names; what they cost and how long they take it does not say,
 * so both are made up, and unlike, so that the difference shows.
 */
enum Model {
    GEMINI_FLASH("gemini-2.5-flash-image", "Gemini 2.5 Flash Image", 1, true, false, Duration.ofMillis(6_800)),
    NANO_BANANA_2("nanobanan-2", "Nano Banana 2", 2, true, false, Duration.ofMillis(8_200)),
    NANO_BANANA_2_2K("nanobanan-2-2k", "Nano Banana 2 (2K)", 3, true, false, Duration.ofSeconds(12)),
    SEEDREAM("seedream-5.0-2k", "Seedream 5.0 (2K)", 2, true, false, Duration.ofSeconds(10)),
    NANO_BANANA_2_PRO("nanobanan2&pro", "Nano Banana 2 Pro", 4, true, true, Duration.ofSeconds(17));

    /** About one task in twenty takes a third longer, or shorter, than the median. */
    private static final double SPREAD = 0.15;

    /** Beyond this many deviations the tail of the distribution would only make a demonstration look stuck. */
    private static final double FURTHEST = 2.5;

    final String id;
    final String displayName;
    final int creditsCost;
    final boolean supportsImageInput;
    final boolean requiresPro;
    private final Duration median;

    Model(String id, String name, int cost, boolean supportsImageInput, boolean requiresPro, Duration median) {
        this.id = id;
        this.displayName = name;
        this.creditsCost = cost;
        this.supportsImageInput = supportsImageInput;
        this.requiresPro = requiresPro;
        this.median = median;
    }

    /** A model that nobody has heard of is answered as the first one would be, under the name it was asked by. */
    static Model named(String id) {
        for (Model model : values()) {
            if (model.id.equals(id)) {
                return model;
            }
        }
        return GEMINI_FLASH;
    }

    /** One credit cost for the picture, and one more for each reference image after the first. */
    int costWith(int referenceImages) {
        return creditsCost + Math.max(0, referenceImages - 1);
    }

    /** Log-normal about the median, as waiting times of such services are. */
    Duration someDuration(RandomGenerator random) {
        double deviations = Math.clamp(random.nextGaussian(), -FURTHEST, FURTHEST);
        return Duration.ofNanos(Math.round(median.toNanos() * Math.exp(SPREAD * deviations)));
    }
}
