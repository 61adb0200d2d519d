package dev.sluice.simulator;

import java.util.Optional;

/** The generations that the upstream still remembers. */
final class Generations {

    /** More than any test makes; the oldest one is forgotten, as the real upstream forgets after some days. */
    static final int MAX_REMEMBERED = 10_000;

    private final Bounded<String, Generation> byId = new Bounded<>(MAX_REMEMBERED);

    synchronized void add(Generation generation) {
        byId.put(generation.id(), generation);
    }

    synchronized Optional<Generation> find(String id) {
        return Optional.ofNullable(byId.get(id));
    }
}
