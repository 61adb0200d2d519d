package dev.sluice.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.sluice.simulator.Pace;
import dev.sluice.simulator.Simulator;
import dev.sluice.simulator.SimulatorSettings;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What it costs to tell many watchers, in what does not depend on how fast the machine is. */
@Isolated
class FanOutCostTests {

    private static final Logger log = LoggerFactory.getLogger(FanOutCostTests.class);
    private static final int WATCHERS = 200;

    /** Those of the sockets, and those that walk the watchers. */
    private static final Pattern WHO_TELLS = Pattern.compile("(reactor-http|http|webflux-http|stream)-.*");

    /** Twice what was measured. */
    private static final double MOST_BYTES = 1_800;

    @Test
    void allocatesLittleForEachEventThatAWatcherIsTold(@TempDir Path store) {
        try (Simulator simulator =
                        Simulator.start(SimulatorSettings.defaults().withPace(Pace.fixed(Duration.ofMillis(300))));
                RunningSluice sluice =
                        RunningSluice.inFrontOf(simulator, store, "sluice.stream.max-per-client=" + WATCHERS)) {
            tell(sluice, "compiled, partly");

            double each = tell(sluice, "measured");

            log.info("Fan-out measured: watchers={} bytesAllocatedForEach={}", WATCHERS, each);
            assertThat(each).as("bytes for each event of each watcher").isLessThan(MOST_BYTES);
        }
    }

    /** All that the threads of the sockets and of the fan-out allocate meanwhile, over the events that are told. */
    private static double tell(RunningSluice sluice, String prompt) {
        Client management = new Client(sluice.management(), "");
        management.post("/actuator/submits", "{\"why\":\"everybody is to watch first\"}");
        String id = sluice.alice().accepted(prompt);
        List<EventStream> watchers = IntStream.range(0, WATCHERS)
                .mapToObj(_ -> sluice.alice().stream("/v1/generations/" + id + "/events"))
                .toList();
        watchers.forEach(watcher -> watcher.awaits("queued"));
        long toldBefore = told(watchers);
        long before = allocated();
        management.delete("/actuator/submits");
        watchers.forEach(EventStream::untilItEnds);
        return (allocated() - before) / (double) (told(watchers) - toldBefore);
    }

    private static long told(List<EventStream> watchers) {
        return watchers.stream().mapToLong(watcher -> watcher.events().size()).sum();
    }

    private static long allocated() {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long[] telling = Arrays.stream(threads.getThreadInfo(threads.getAllThreadIds()))
                .filter(info ->
                        info != null && WHO_TELLS.matcher(info.getThreadName()).matches())
                .mapToLong(ThreadInfo::getThreadId)
                .toArray();
        return Arrays.stream(threads.getThreadAllocatedBytes(telling)).sum();
    }
}
