package dev.sluice.stream;

import dev.sluice.generation.Generation;
import dev.sluice.generation.Progress;
import java.util.List;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One generation's log as frames, and those who watch it. Recorded frames are kept once for all watchers, each of whom has
 * a place in them: so a slow one costs nobody anything, and needs no buffer that could overflow. A log has a handful of
 * events, and a channel lives as long as somebody watches.
 */
final class Channel {

    private final Crowd watchers = new Crowd();

    private Generation generation;
    private volatile List<Frame> recorded = List.of();
    private volatile @Nullable Frame news;
    private int percentTold;

    Channel(Generation known, Progress progress) {
        generation = known;
        recorded = framesOf(known, 1, progress);
    }

    /** Takes over what is newer than what is known, in whatever order it is told. */
    void update(Generation newer, Progress progress) {
        update(newer, progress, () -> {});
    }

    /**
     * The same.
     *
     * @param handedOut called once all who watch have been told, if anything was newer
     */
    void update(Generation newer, Progress progress, Runnable handedOut) {
        if (take(newer, progress)) {
            watchers.wake(handedOut);
        }
    }

    private synchronized boolean take(Generation newer, Progress progress) {
        long from = generation.sequence() + 1;
        if (newer.sequence() < from) {
            return false;
        }
        List<Frame> more = framesOf(newer, from, progress); // first: what cannot be told must not count as known
        generation = newer;
        news = null;
        recorded = Stream.concat(recorded.stream(), more.stream()).toList();
        return true;
    }

    /** Tells news of the moment, unless the generation has moved on or nothing is new about it. */
    void tell(Generation of, Progress progress) {
        if (takeNews(of, progress)) {
            watchers.wake(() -> {});
        }
    }

    private synchronized boolean takeNews(Generation of, Progress progress) {
        Progress monotone = neverFalling(progress);
        if (of.sequence() != generation.sequence() || generation.hasEnded() || isTold(monotone)) {
            return false;
        }
        news = Frames.of(new Moment(generation, monotone, false));
        return true;
    }

    private boolean isTold(Progress progress) {
        Frame last = news == null ? recorded.getLast() : news;
        return last.moment().map(Moment::progress).filter(progress::equals).isPresent();
    }

    /** Each event with the generation as of then; what was already over when it was read tells no progress of its own. */
    private List<Frame> framesOf(Generation log, long from, Progress now) {
        return LongStream.rangeClosed(from, log.sequence())
                .mapToObj(sequence -> Frames.of(new Moment(
                        log.asOf(sequence),
                        neverFalling(sequence == log.sequence() ? now : Progress.of(0, null)),
                        true)))
                .toList();
    }

    private Progress neverFalling(Progress progress) {
        percentTold = Math.max(percentTold, progress.percent());
        return progress.notBelow(percentTold);
    }

    synchronized Generation generation() {
        return generation;
    }

    /** The recorded frames in order; the first is the event of sequence 1. */
    List<Frame> recorded() {
        return recorded;
    }

    /** The newest news since the last recorded event. */
    @Nullable
    Frame news() {
        return news;
    }

    boolean hasEnded() {
        return recorded.getLast()
                .moment()
                .map(moment -> moment.generation().hasEnded())
                .orElse(false);
    }

    void add(Watcher watcher) {
        watchers.add(watcher);
    }

    void remove(Watcher watcher) {
        watchers.remove(watcher);
    }

    boolean isUnwatched() {
        return watchers.isEmpty();
    }
}
