package dev.sluice.simulator;

import java.util.LinkedHashMap;
import java.util.Map;

/** A map that forgets its eldest entry rather than grow past its bound. */
@SuppressWarnings("serial") // never serialized
final class Bounded<K, V> extends LinkedHashMap<K, V> {

    private final int bound;

    Bounded(int bound) {
        this.bound = bound;
    }

    @Override
    protected boolean removeEldestEntry(Map.Entry<K, V> eldest) {
        return size() > bound;
    }
}
