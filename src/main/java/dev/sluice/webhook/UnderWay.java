package dev.sluice.webhook;

import dev.sluice.generation.CallerId;
import dev.sluice.journal.Deliveries;
import dev.sluice.journal.Delivery;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.stream.Collectors;

/** What is being sent: bounded in all, for each caller, and for each host of a caller, so that none holds up the others. */
final class UnderWay {

    static final int MOST = 64;
    static final int MOST_OF_A_CALLER = 16;
    static final int MOST_TO_A_HOST = 4;

    private final Set<Delivery> sent = ConcurrentHashMap.newKeySet();

    int free() {
        return MOST - sent.size();
    }

    boolean isNone() {
        return sent.isEmpty();
    }

    boolean hasPlace(Delivery delivery) {
        return free() > 0
                && !fullCallers().contains(delivery.caller().value())
                && !fullReceivers().contains(Deliveries.receiver(delivery));
    }

    List<String> fullCallers() {
        return full(Delivery::caller, MOST_OF_A_CALLER).stream()
                .map(CallerId::value)
                .toList();
    }

    Collection<String> fullReceivers() {
        return full(Deliveries::receiver, MOST_TO_A_HOST);
    }

    private <K> Collection<K> full(Function<Delivery, K> by, int most) {
        Map<K, Integer> counts = new HashMap<>();
        sent.forEach(delivery -> counts.merge(by.apply(delivery), 1, Integer::sum));
        return counts.entrySet().stream()
                .filter(count -> count.getValue() >= most)
                .map(Map.Entry::getKey)
                .collect(Collectors.toSet());
    }

    void begun(Delivery delivery) {
        sent.add(delivery);
    }

    void over(Delivery delivery) {
        sent.remove(delivery);
    }
}
