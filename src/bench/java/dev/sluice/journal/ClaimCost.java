package dev.sluice.journal;

import dev.sluice.generation.CallerId;
import dev.sluice.generation.Priority;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import org.springframework.util.FileSystemUtils;
import reactor.core.publisher.Flux;

/** What the next claim costs, by how many wait: it stands in the journal's room, whose door takes no queue of its size. */
public final class ClaimCost {

    private static final int CALLERS = 100;
    private static final int CLAIMS = 90;
    private static final int WARM_UP_TIMES = 30;
    private static final int OPENED_AT_ONCE = 256;
    private static final Duration LONGEST = Duration.ofMinutes(2);

    private ClaimCost() {}

    /** Prints the time of a claim with a queue of 100, 1,000 and 10,000, and what the longest's is to the shortest's. */
    public static void run() {
        int rounds = Integer.getInteger("bench.rounds", 5);
        List<Integer> queues = List.of(100, 1_000, 10_000);
        IntStream.range(0, WARM_UP_TIMES).forEach(_ -> medianMicros(100));
        double[] ratios = IntStream.rangeClosed(1, rounds)
                .mapToDouble(round -> ratio(
                        round,
                        queues.stream().mapToDouble(ClaimCost::medianMicros).toArray()))
                .sorted()
                .toArray();
        System.out.printf(
                Locale.ROOT,
                "claim ratio=10000/100 median=%.3f from=%.3f to=%.3f%n",
                ratios[ratios.length / 2],
                ratios[0],
                ratios[ratios.length - 1]);
    }

    private static double ratio(int round, double[] micros) {
        System.out.printf(
                Locale.ROOT,
                "claim round=%d callers=%d micros100=%.1f micros1000=%.1f micros10000=%.1f%n",
                round,
                CALLERS,
                micros[0],
                micros[1],
                micros[2]);
        return micros[2] / micros[0];
    }

    /** Of claims of one generation each, its commit to the disk included. */
    private static double medianMicros(int queued) {
        Path directory = temporary();
        try (JournalInHand inHand = new JournalInHand(directory, InstantSource.system())) {
            Journal journal = inHand.journal();
            Flux.range(0, queued)
                    .flatMap(
                            i -> journal.open(
                                    Openings.weighted(new CallerId("caller" + i % CALLERS), 1, Priority.INTERACTIVE)),
                            OPENED_AT_ONCE)
                    .blockLast(LONGEST);
            long[] nanos = new long[CLAIMS];
            for (int i = 0; i < CLAIMS; i++) {
                long began = System.nanoTime();
                journal.claimNext("bench", Openings.upTo(queued), 1).blockLast(LONGEST);
                nanos[i] = System.nanoTime() - began;
            }
            Arrays.sort(nanos);
            return nanos[CLAIMS / 2] / 1_000.0;
        } finally {
            remove(directory);
        }
    }

    private static Path temporary() {
        try {
            return Files.createTempDirectory("claims");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void remove(Path directory) {
        try {
            FileSystemUtils.deleteRecursively(directory);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
