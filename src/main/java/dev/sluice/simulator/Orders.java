package dev.sluice.simulator;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * The faults that were ordered and have not all happened yet.
 *
 * <p>Counted orders go before standing ones, in the order in which they were given; of the standing ones the newest
 * wins, so that a test can change its mind.
 */
final class Orders<Q> {

    /** A test that gives more has lost its way, and is told so. */
    static final int MAX_ORDERS = 1_000;

    private final List<Order<Q>> counted = new ArrayList<>();
    private final List<Order<Q>> standing = new ArrayList<>();

    private static final class Order<Q> {
        private final @Nullable String prompt;
        private final Fault<Q> fault;
        private int left;

        private Order(@Nullable String prompt, int times, Fault<Q> fault) {
            if (times < 0) {
                throw new IllegalArgumentException("A fault was ordered " + times + " times");
            }
            this.prompt = prompt;
            this.left = times;
            this.fault = fault;
        }

        private boolean isFor(@Nullable String asked) {
            return prompt == null || prompt.equals(asked);
        }
    }

    /**
     * Takes an order.
     *
     * @param prompt the prompt that it is for; any, when null
     * @param times how often; until {@link #clear}, when empty
     */
    synchronized void add(@Nullable String prompt, OptionalInt times, Fault<Q> fault) {
        requireRoom();
        if (times.isPresent()) {
            counted.addLast(new Order<>(prompt, times.getAsInt(), fault));
        } else {
            standing.addFirst(new Order<>(prompt, 0, fault));
        }
    }

    private void requireRoom() {
        if (counted.size() + standing.size() >= MAX_ORDERS) {
            throw new IllegalStateException(MAX_ORDERS + " faults are ordered already; clear() them first");
        }
    }

    synchronized void clear() {
        counted.clear();
        standing.clear();
    }

    /** The fault that is due, used up by one. */
    synchronized Optional<Fault<Q>> take(String prompt) {
        Optional<Order<Q>> due = due(prompt);
        due.ifPresent(this::useUp);
        return due.map(order -> order.fault);
    }

    /** Takes this very fault, if it is due whatever the prompt may be: for what happens before the prompt is known. */
    synchronized boolean takeUnread(Fault<Q> fault) {
        Optional<Order<Q>> due = due(null).filter(order -> order.fault == fault);
        due.ifPresent(this::useUp);
        return due.isPresent();
    }

    private Optional<Order<Q>> due(@Nullable String prompt) {
        return counted.stream()
                .filter(order -> order.isFor(prompt))
                .findFirst()
                .or(() -> standing.stream().filter(order -> order.isFor(prompt)).findFirst());
    }

    private void useUp(Order<Q> order) {
        if (counted.contains(order) && --order.left == 0) {
            counted.remove(order);
        }
    }
}
