package dev.sluice.simulator.picture;

import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** What a prompt can bring into the picture, and the words that bring it. */
enum Motif {
    DAWN("dawn sunrise morning pastel soft"),
    DAY("day noon sunny blue bright summer"),
    DUSK("dusk sunset evening golden twilight warm dramatic"),
    NIGHT("night midnight dark moon moonlit moonlight star stars starry space galaxy neon cyberpunk"),
    SEA("sea ocean beach coast island wave waves tropical surf fish"),
    LAKE("lake river water pond reflection fjord mirror"),
    MOUNTAINS("mountain mountains alps peak peaks alpine himalaya volcano fuji"),
    MEADOW("meadow hill hills field fields garden grass farm countryside"),
    FOREST("forest wood woods tree trees jungle pine pines"),
    CITY("city town skyline street tokyo york skyscraper skyscrapers downtown urban london berlin paris"),
    SNOW("snow snowy winter ice icy christmas arctic snowman frozen"),
    DESERT("desert dune dunes sahara camel cactus mars sand canyon"),
    AUTUMN("autumn fall october leaves pumpkin halloween"),
    BLOSSOM("spring blossom blossoms cherry sakura flower flowers tulip rose bloom"),
    RAIN("rain rainy storm stormy umbrella"),
    MIST("mist misty fog foggy haze dream dreamy"),
    AURORA("aurora northern borealis polar"),
    RAINBOW("rainbow unicorn colourful colorful"),
    BIRDS("bird birds seagull gull eagle crane swallow"),
    BOAT("boat boats ship sail sailing sailboat yacht pirate"),
    WHALE("whale whales orca dolphin"),
    HOUSE("house houses cabin cottage village home hut barn"),
    LIGHTHOUSE("lighthouse beacon harbour harbor"),
    CASTLE("castle palace fortress knight king queen dragon fairy"),
    BALLOON("balloon balloons airship flying adventure"),
    ROCKET("rocket astronaut spaceship launch nasa"),
    CAT("cat cats kitten kitty kittens"),
    DOG("dog dogs puppy wolf"),
    FOX("fox foxes"),
    ROBOT("robot robots android machine"),
    BANANA("banana bananas nano fruit yellow");

    private final Set<String> words;

    Motif(String words) {
        this.words = Set.of(words.split(" "));
    }

    static Set<Motif> in(String prompt) {
        List<String> said = List.of(prompt.toLowerCase(Locale.ROOT).split("[^\\p{L}]+"));
        Set<Motif> found = EnumSet.noneOf(Motif.class);
        for (Motif motif : values()) {
            if (said.stream().anyMatch(motif.words::contains)) {
                found.add(motif);
            }
        }
        return found;
    }
}
