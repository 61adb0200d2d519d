package dev.sluice.stream;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.mapping;
import static java.util.stream.Collectors.toList;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.generation.BatchId;
import dev.sluice.generation.CallerId;
import dev.sluice.generation.Generation;
import dev.sluice.generation.GenerationEvent;
import dev.sluice.generation.GenerationEvent.Cancelled;
import dev.sluice.generation.GenerationEvent.Completed;
import dev.sluice.generation.GenerationEvent.Overdue;
import dev.sluice.generation.GenerationEvent.Processing;
import dev.sluice.generation.GenerationEvent.Queued;
import dev.sluice.generation.GenerationEvent.Submitting;
import dev.sluice.generation.GenerationEvent.Unknown;
import dev.sluice.generation.GenerationId;
import dev.sluice.generation.GenerationRequest;
import dev.sluice.generation.Places;
import dev.sluice.generation.Priority;
import dev.sluice.generation.Problem;
import dev.sluice.generation.ProblemType;
import dev.sluice.generation.Progress;
import dev.sluice.generation.Recorded;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Subscription;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Operators;

class WatcherTests {

    private static final Logger log = LoggerFactory.getLogger(WatcherTests.class);
    private static final int HISTORIES = Integer.getInteger("sluice.watcher.histories", 300);
    private static final int STEPS = 150;
    private static final Problem LOST = new Problem(ProblemType.OUTCOME_UNKNOWN, "lost");

    @Test
    void givesEveryChannelItsTurn() {
        Generation busy = IntStream.range(0, 50)
                .boxed()
                .reduce(queued(), (log, _) -> with(with(log, new Submitting()), new Queued(null)), (a, _) -> a);
        List<Channel> channels =
                Stream.of(busy, queued(), queued()).map(WatcherTests::channel).toList();
        Reader reader = new Reader(several(channels), channels, "");

        reader.request(4);

        assertThat(reader.recorded.stream()
                        .map(moment -> moment.generation().id())
                        .distinct())
                .as("after the head, one of each")
                .hasSize(3);
    }

    @Test
    void leavesOutNewsThatAreOlderThanWhatItTold() {
        Channel channel = channel(queued());
        Reader reader = new Reader(several(List.of(channel)), List.of(channel), "");
        channel.tell(channel.generation(), new Progress(0, 9L, 9L, 3, null));

        channel.update(with(channel.generation(), new Submitting()), Progress.of(0, 9L));
        reader.request(10);

        assertThat(reader.news).isEmpty();
        assertThat(reader.recorded).hasSize(2);
    }

    @Test
    void oneThatBreaksIsOverAndTheOthersAreServed() {
        Channel channel = channel(queued());
        List<Channel> channels = List.of(channel);
        Breaking breaking = new Breaking();
        List<Reader> others = Stream.generate(() -> new Reader(several(channels), channels, ""))
                .limit(20)
                .toList();
        watch(several(channels), channels, "").subscribe(breaking);
        others.forEach(reader -> reader.request(10));

        channel.update(with(channel.generation(), new Submitting()), Progress.of(0, 9L));
        channel.update(with(channel.generation(), processing()), Progress.of(0, 9L));

        assertThat(breaking.failures).hasSize(1);
        assertThat(others).allSatisfy(reader -> assertThat(reader.recorded).hasSize(3));
    }

    @Test
    void isOverOnceWhoeverEndsIt() {
        AtomicInteger over = new AtomicInteger();
        Watcher watcher =
                new Watcher(new CallerId("alice"), new Breaking(), Duration.ofSeconds(2), Bookmarks.OF_ONE, () -> 0);

        watcher.begin(List.of(new Seat(channel(queued()), 0)), over::incrementAndGet);
        watcher.leave();
        watcher.cancel();
        watcher.wake();

        assertThat(over).hasValue(1);
    }

    @Test
    void tellsTheExactRecordToEveryReaderInEveryHistory() {
        long seed = Long.getLong("sluice.watcher.seed", System.nanoTime());
        log.info("Watcher: histories={} seed={} (-Dsluice.watcher.seed repeats them)", HISTORIES, seed);
        for (int history = 0; history < HISTORIES; history++) {
            run(seed + history);
        }
    }

    /** Events, news, demand and cuts in random order; a reader that was cut comes back with the last id that it saw. */
    private static void run(long seed) {
        Random random = new Random(seed);
        List<Channel> channels = IntStream.rangeClosed(0, random.nextInt(5))
                .mapToObj(_ -> channel(queued()))
                .toList();
        List<Moment> told = new ArrayList<>();
        Reader reader = new Reader(several(channels), channels, "");
        for (int step = 0; step < STEPS; step++) {
            Channel channel = channels.get(random.nextInt(channels.size()));
            switch (random.nextInt(6)) {
                case 0, 1 -> more(channel, random);
                case 2 -> channel.tell(channel.generation(), Progress.of(random.nextInt(99), 1L));
                case 3, 4 -> reader.request(1 + random.nextInt(4));
                default -> reader = cut(reader, told, channels, random.nextBoolean());
            }
        }
        channels.forEach(WatcherTests::end);
        reader =
                reader.isComplete ? cut(reader, told, channels, false) : reader; // one that was lost may be found again
        reader.request(Integer.MAX_VALUE);
        told.addAll(reader.recorded);

        assertThat(sequencesById(told))
                .as("seed %d", seed)
                .isEqualTo(sequencesById(channels.stream()
                        .flatMap(channel -> channel.recorded().stream()
                                .map(frame -> frame.moment().orElseThrow()))
                        .toList()));
        assertThat(reader.isComplete).as("seed %d", seed).isTrue();
        assertThat(reader.closings).as("seed %d", seed).isEqualTo(1);
        assertThat(several(channels).isOverFor(places(reader)))
                .as("seed %d", seed)
                .isTrue();
    }

    private static Places places(Reader reader) {
        return Places.parse(reader.lastId).orElseThrow();
    }

    /** @param unread whether the reader was cut before it had begun to read */
    private static Reader cut(Reader reader, List<Moment> told, List<Channel> channels, boolean unread) {
        reader.cancel();
        told.addAll(reader.recorded);
        Reader next = new Reader(several(channels), channels, reader.lastId);
        if (unread) {
            next.cancel();
            return new Reader(several(channels), channels, reader.lastId);
        }
        return next;
    }

    private static void more(Channel channel, Random random) {
        Generation now = channel.generation();
        List<GenerationEvent> next = switch (now.status()) {
            case QUEUED -> List.of(new Submitting(), new Submitting(), new Cancelled());
            case SUBMITTING -> List.of(new Queued(null), processing(), new Unknown(LOST, 1));
            case PROCESSING -> List.of(new Overdue(), completed());
            case OVERDUE -> List.of(completed());
            case UNKNOWN -> List.of(processing());
            case COMPLETED, FAILED, REJECTED, CANCELLED, TIMED_OUT -> List.of();
        };
        if (!next.isEmpty()) {
            channel.update(with(now, next.get(random.nextInt(next.size()))), Progress.of(0, null));
        }
    }

    private static void end(Channel channel) {
        while (!channel.hasEnded()) {
            Generation now = channel.generation();
            channel.update(
                    with(
                            now,
                            switch (now.status()) {
                                case QUEUED -> new Cancelled();
                                case SUBMITTING -> processing();
                                case PROCESSING, OVERDUE -> completed();
                                case COMPLETED, FAILED, REJECTED, CANCELLED, UNKNOWN, TIMED_OUT ->
                                    throw new AssertionError(now.status());
                            }),
                    Progress.of(0, null));
        }
    }

    private static Map<GenerationId, List<Long>> sequencesById(List<Moment> moments) {
        return moments.stream()
                .map(Moment::generation)
                .collect(groupingBy(Generation::id, mapping(Generation::sequence, toList())));
    }

    private static Flux<Frame> watch(Several several, List<Channel> channels, String lastEventId) {
        Places after = several.placesIn(lastEventId);
        return Flux.<Frame>from(reader -> {
            Watcher watcher = new Watcher(
                    several.caller(),
                    Operators.toCoreSubscriber(reader),
                    Duration.ofSeconds(2),
                    new Bookmarks.OfSeveral(several),
                    () -> 0);
            channels.forEach(channel -> channel.add(watcher));
            watcher.begin(
                    IntStream.range(0, channels.size())
                            .mapToObj(i ->
                                    new Seat(channels.get(i), after.sequences().get(i)))
                            .toList(),
                    () -> channels.forEach(channel -> channel.remove(watcher)));
        });
    }

    /** Reads as much as it asks for, and knows what it would send as {@code Last-Event-ID}. */
    private static final class Reader extends BaseSubscriber<Frame> {

        private final List<Moment> recorded = new ArrayList<>();
        private final List<Moment> news = new ArrayList<>();
        private String lastId;
        private int closings;
        private boolean isComplete;

        Reader(Several several, List<Channel> channels, String lastEventId) {
            lastId = lastEventId;
            watch(several, channels, lastEventId).subscribe(this);
        }

        @Override
        protected void hookOnSubscribe(Subscription subscription) {
            // asks when the history says so
        }

        @Override
        protected void hookOnNext(Frame frame) {
            String text = new String(frame.bytes(), StandardCharsets.UTF_8);
            text.lines()
                    .filter(line -> line.startsWith("id: "))
                    .forEach(line -> lastId = line.substring("id: ".length()));
            closings += text.startsWith("event: batch\n") ? 1 : 0;
            frame.moment().ifPresent(moment -> (moment.recorded() ? recorded : news).add(moment));
        }

        @Override
        protected void hookOnComplete() {
            isComplete = true;
        }
    }

    /** Takes the head and the first event, and throws at the next. */
    private static final class Breaking implements CoreSubscriber<Frame> {

        private final List<Throwable> failures = new ArrayList<>();
        private int taken;

        @Override
        public void onSubscribe(Subscription subscription) {
            subscription.request(Long.MAX_VALUE);
        }

        @Override
        public void onNext(Frame frame) {
            if (++taken > 2) {
                throw new IllegalStateException("broken");
            }
        }

        @Override
        public void onError(Throwable failure) {
            failures.add(failure);
        }

        @Override
        public void onComplete() {
            throw new IllegalStateException("broken at the end too");
        }
    }

    private static final BatchId BATCH = BatchId.next();

    private static Several several(List<Channel> channels) {
        return Several.ofBatch(BATCH, channels.stream().map(Channel::generation).toList());
    }

    private static Channel channel(Generation generation) {
        return new Channel(generation, Progress.of(0, null));
    }

    private static Generation queued() {
        GenerationId id = GenerationId.next();
        return new Generation(
                id,
                new CallerId("alice"),
                new GenerationRequest("a", null, 0, "{}", Priority.INTERACTIVE, Map.of()),
                List.of(new Recorded(id, 1, Instant.EPOCH, new Queued(null))));
    }

    private static Generation with(Generation log, GenerationEvent event) {
        return log.after(new Recorded(log.id(), log.sequence() + 1, Instant.EPOCH, event));
    }

    private static Processing processing() {
        return new Processing("up", 1L, 9L, "{}");
    }

    private static Completed completed() {
        return new Completed(List.of(), "{}");
    }
}
