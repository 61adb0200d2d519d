package dev.sluice.stream;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** A watcher's place in one channel. Only whoever is sending for that watcher moves it. */
final class Seat {

    private final Channel channel;
    private int place;
    private @Nullable Frame lastNews;

    /** @param after the sequence of the last event that the watcher has seen, 0 for none */
    Seat(Channel channel, long after) {
        this.channel = channel;
        this.place = (int) after;
    }

    Channel channel() {
        return channel;
    }

    /** The sequence of the last event that the watcher was told. */
    int place() {
        return place;
    }

    /** The recorded frame that comes next, once; null if there is none. */
    @Nullable
    Frame nextRecorded() {
        List<Frame> recorded = channel.recorded();
        return place < recorded.size() ? recorded.get(place++) : null;
    }

    /** The newest news, once, if they are of the place that the watcher has reached; older ones are left out. */
    @Nullable
    Frame nextNews() {
        Frame news = channel.news();
        if (news == null || news == lastNews || channel.recorded().size() != place) {
            return null;
        }
        lastNews = news;
        return news;
    }

    /** What the last recorded frame that the watcher was told of tells. */
    Moment lastTold() {
        List<Frame> recorded = channel.recorded();
        return recorded.get(Math.min(place, recorded.size()) - 1).moment().orElseThrow();
    }

    boolean isAtTheEnding() {
        return place >= channel.recorded().size() && channel.hasEnded();
    }
}
