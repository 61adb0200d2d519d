package dev.sluice.stream;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.sluice.generation.CallerId;
import dev.sluice.generation.Generation;
import dev.sluice.generation.GenerationEvent.Queued;
import dev.sluice.generation.GenerationId;
import dev.sluice.generation.GenerationRequest;
import dev.sluice.generation.Priority;
import dev.sluice.generation.Progress;
import dev.sluice.generation.Recorded;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Operators;

/** What it costs to tell many watchers, in what does not depend on the machine. */
class FanOutCostTests {

    private static final Logger log = LoggerFactory.getLogger(FanOutCostTests.class);
    private static final int WATCHERS = 1_000;
    private static final int WARM_UP = 50;
    private static final int NEWS = 200;

    /** Some more than 28 to 70, by how much is compiled: a watcher has a turn to look up, and nothing of the frame is copied. */
    private static final double MOST_BYTES = 100;

    @Test
    void allocatesLittleForEachWatcherOfAnEvent() {
        Channel channel = new Channel(queued(), Progress.of(0, null));
        AtomicLong delivered = new AtomicLong();
        IntStream.range(0, WATCHERS).forEach(_ -> watch(channel, delivered));
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        tell(channel, 1, WARM_UP);
        long deliveredBefore = delivered.get();
        long before = threads.getCurrentThreadAllocatedBytes();

        tell(channel, WARM_UP + 1, WARM_UP + NEWS);

        double each = (threads.getCurrentThreadAllocatedBytes() - before) / (double) NEWS / WATCHERS;
        assertThat(delivered.get() - deliveredBefore).isEqualTo((long) NEWS * WATCHERS);
        log.info("Fan-out measured: watchers={} news={} bytesAllocatedForEach={}", WATCHERS, NEWS, each);
        assertThat(each).as("bytes for each watcher of each event").isLessThan(MOST_BYTES);
    }

    private static void tell(Channel channel, int from, int to) {
        IntStream.rangeClosed(from, to)
                .forEach(place -> channel.tell(channel.generation(), new Progress(0, 9L, 9L, place, null)));
    }

    private static void watch(Channel channel, AtomicLong delivered) {
        Flux.<Frame>from(reader -> {
                    Watcher watcher = new Watcher(
                            new CallerId("alice"),
                            Operators.toCoreSubscriber(reader),
                            Duration.ofSeconds(2),
                            Bookmarks.OF_ONE,
                            () -> 0);
                    channel.add(watcher);
                    watcher.begin(List.of(new Seat(channel, 0)), () -> {});
                })
                .subscribe(_ -> delivered.incrementAndGet());
    }

    private static Generation queued() {
        GenerationId id = GenerationId.next();
        return new Generation(
                id,
                new CallerId("alice"),
                new GenerationRequest("a", null, 0, "{}", Priority.INTERACTIVE, Map.of()),
                List.of(new Recorded(id, 1, Instant.EPOCH, new Queued(null))));
    }
}
