package dev.sluice.journal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.generation.CallerId;
import dev.sluice.generation.Generation;
import dev.sluice.generation.GenerationEvent;
import dev.sluice.generation.GenerationEvent.Completed;
import dev.sluice.generation.GenerationEvent.Processing;
import dev.sluice.generation.GenerationEvent.Queued;
import dev.sluice.generation.GenerationEvent.Unknown;
import dev.sluice.generation.GenerationId;
import dev.sluice.generation.GenerationRequest;
import dev.sluice.generation.Priority;
import dev.sluice.generation.Problem;
import dev.sluice.generation.ProblemType;
import dev.sluice.generation.Recorded;
import dev.sluice.generation.Status;
import dev.sluice.generation.WaitingFor;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Random histories of a journal held against a plain model of it: lists of statuses, and who may write the next. A
 * history that fails is run again with ever fewer steps, and the shortest that still fails is told.
 */
class JournalModelTests {

    private static final Logger log = LoggerFactory.getLogger(JournalModelTests.class);
    private static final int HISTORIES = Integer.getInteger("sluice.model.histories", 2);
    private static final int STEPS = 120;
    private static final int LIMIT = 4;
    private static final Problem WHY = new Problem(ProblemType.OUTCOME_UNKNOWN, "lost");

    @Test
    void behavesLikeItsModelInEveryHistory(@TempDir Path directory) {
        behavesLikeItsModel("embedded", HISTORIES, name -> () -> SqliteStore.open(directory.resolve(name), 0));
    }

    @Test
    void behavesLikeItsModelInEveryHistoryOnPostgreSql() {
        behavesLikeItsModel("postgresql", HISTORIES / 2, _ -> {
            DatabaseProperties database = EmbeddedDatabase.anew();
            return () -> PostgreSqlStore.open(database, Duration.ofSeconds(10));
        });
    }

    /** @param logs makes an empty log of that name, and tells how it is opened */
    private static void behavesLikeItsModel(
            String kind, int histories, Function<String, Supplier<? extends Store>> logs) {
        long seed = Long.getLong("sluice.model.seed", System.nanoTime());
        log.info(
                "Journal model: store={} histories={} steps={} seed={} (-Dsluice.model.seed repeats them)",
                kind,
                histories,
                STEPS,
                seed);
        for (int history = 0; history < histories; history++) {
            String found = run(logs.apply("h" + history), seed + history, STEPS);
            if (!found.isEmpty()) {
                int fewest = shrink(logs, seed + history);
                throw new AssertionError("Seed %d, shrunk to %d steps: %s"
                        .formatted(seed + history, fewest, run(logs.apply("told"), seed + history, fewest)));
            }
        }
    }

    private static int shrink(Function<String, Supplier<? extends Store>> logs, long seed) {
        int passes = 0;
        int fails = STEPS;
        while (fails - passes > 1) {
            int middle = (passes + fails) / 2;
            if (run(logs.apply("shrink" + middle), seed, middle).isEmpty()) {
                passes = middle;
            } else {
                fails = middle;
            }
        }
        return fails;
    }

    /** What was found to differ; empty if nothing was. */
    private static String run(Supplier<? extends Store> log, long seed, int steps) {
        History history = new History(log, new Random(seed));
        try {
            for (int step = 0; step < steps; step++) {
                history.step();
            }
            history.compare();
            return "";
        } catch (AssertionError | RuntimeException e) { // whatever it is, it is told with its seed
            return e.getMessage() + "\n" + String.join("\n", history.told);
        } finally {
            history.store.close();
        }
    }

    private static final class History {
        private final Supplier<? extends Store> opened;
        private final Random random;
        private final List<String> told = new ArrayList<>();
        private final Map<GenerationId, List<Status>> model = new LinkedHashMap<>();
        private final Map<GenerationId, Integer> epochs = new HashMap<>();
        private final List<Hold> holds = new ArrayList<>();
        private Store store;
        private int crashes;
        private Journal journal;

        History(Supplier<? extends Store> opened, Random random) {
            this.opened = opened;
            this.random = random;
            this.store = opened.get();
            this.journal = journal(store);
        }

        private static Journal journal(Store store) {
            return new Journal(
                    store,
                    InstantSource.system(),
                    new Keeping(Duration.ofDays(15), new Keeping.Idempotency(Duration.ofHours(24))));
        }

        void step() {
            switch (random.nextInt(12)) {
                case 0, 1, 2 -> open();
                case 3, 4, 5 -> claim();
                case 6, 7, 8, 9 -> appendWithSomeHold();
                case 10 -> withdrawSome();
                default -> crash();
            }
        }

        private void open() {
            var request = new GenerationRequest("p", null, 0, "{}", Priority.INTERACTIVE, Map.of());
            Generation opened = JournalContract.get(
                            journal.open(Openings.one(new CallerId("me"), request, Duration.ofHours(1), 1000, null)))
                    .first();
            told.add("open " + opened.id());
            model.put(opened.id(), new ArrayList<>(List.of(Status.QUEUED)));
            epochs.put(opened.id(), 0);
        }

        private void claim() {
            long inFlight = model.values().stream()
                    .map(List::getLast)
                    .filter(status -> status == Status.SUBMITTING || status == Status.PROCESSING)
                    .count();
            int most = 1 + random.nextInt(3);
            List<GenerationId> expected = model.entrySet().stream()
                    .filter(entry -> entry.getValue().getLast() == Status.QUEUED)
                    .map(Map.Entry::getKey)
                    .sorted()
                    .limit(Math.min(most, Math.max(0, LIMIT - inFlight)))
                    .toList();
            List<Hold> claimed = JournalContract.get(
                    journal.claimNext("a", Openings.upTo(LIMIT), most).collectList());
            told.add("claim of %d gives %s"
                    .formatted(most, claimed.stream().map(Hold::id).toList()));
            assertThat(claimed).as("claimed").extracting(Hold::id).isEqualTo(expected);
            for (Hold hold : claimed) {
                epochs.merge(hold.id(), 1, Integer::sum);
                logOf(hold.id()).add(Status.SUBMITTING);
                holds.add(hold);
            }
        }

        /** Old holds too: a stale one must change nothing, whatever it tries. */
        private void appendWithSomeHold() {
            if (holds.isEmpty()) {
                return;
            }
            Hold hold = holds.get(random.nextInt(holds.size()));
            List<GenerationEvent> possible = List.<GenerationEvent>of(
                            new Queued(WaitingFor.BUSY),
                            new Processing("up", 1L, null, "{}"),
                            new Unknown(WHY, 1),
                            new Completed(List.of("u"), "{}"))
                    .stream()
                    .filter(event -> hold.generation().status().mayBeFollowedBy(event.status()))
                    .toList();
            if (possible.isEmpty()) {
                return;
            }
            GenerationEvent event = possible.get(random.nextInt(possible.size()));
            boolean fresh = epochs.getOrDefault(hold.id(), -1) == hold.epoch()
                    && logOf(hold.id()).size() == hold.generation().sequence();
            @Nullable Hold next = journal.append(hold, event).block();
            told.add("append %s to %s@%d fresh=%s".formatted(event.status(), hold.id(), hold.epoch(), fresh));
            assertThat(next != null)
                    .as("append of " + event.status() + " to " + hold.id())
                    .isEqualTo(fresh);
            if (next != null) {
                logOf(hold.id()).add(next.generation().status());
                holds.add(next);
            }
        }

        private void withdrawSome() {
            List<GenerationId> queued = model.entrySet().stream()
                    .filter(entry -> entry.getValue().getLast() == Status.QUEUED)
                    .map(Map.Entry::getKey)
                    .toList();
            if (!queued.isEmpty()) {
                GenerationId id = queued.get(random.nextInt(queued.size()));
                told.add("withdraw " + id);
                JournalContract.get(journal.withdraw(id));
                logOf(id).add(Status.CANCELLED);
            }
        }

        /** The process dies, and another one takes up what it left. */
        private void crash() {
            told.add("crash");
            store.close();
            store = opened.get();
            journal = journal(store);
            List<Hold> adopted = JournalContract.get(
                    journal.adopt("b" + ++crashes, Duration.ofSeconds(1), _ -> new Unknown(WHY, 1)));
            List<GenerationId> underWay = model.entrySet().stream()
                    .filter(entry -> List.of(Status.SUBMITTING, Status.PROCESSING)
                            .contains(entry.getValue().getLast()))
                    .map(Map.Entry::getKey)
                    .sorted()
                    .toList();
            assertThat(adopted.stream().map(Hold::id).sorted().toList())
                    .as("adopted")
                    .isEqualTo(underWay);
            for (GenerationId id : underWay) {
                epochs.merge(id, 1, Integer::sum);
                if (logOf(id).getLast() == Status.SUBMITTING) {
                    logOf(id).add(Status.UNKNOWN);
                }
            }
            holds.addAll(adopted);
        }

        void compare() {
            model.forEach((id, statuses) -> assertThat(
                            JournalContract.get(journal.find(id)).log())
                    .as("log of " + id)
                    .extracting(Recorded::status)
                    .isEqualTo(statuses));
        }

        private List<Status> logOf(GenerationId id) {
            return Objects.requireNonNull(model.get(id));
        }
    }
}
