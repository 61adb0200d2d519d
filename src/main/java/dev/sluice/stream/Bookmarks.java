package dev.sluice.stream;

import dev.sluice.generation.Places;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a watcher's stream calls the places in it, and how it closes. */
sealed interface Bookmarks {

    /** Each recorded frame names its own place, and the ending is the last of them. */
    Bookmarks OF_ONE = new OfOne();

    /** The frame with the id of the place behind it. */
    Frame mark(Frame recorded, List<Seat> seats);

    /** Whether something is told once all have ended: {@link #closing}. */
    boolean haveAClosing();

    /** What is told once all have ended; null if their endings are enough. */
    @Nullable
    Frame closing(List<Seat> seats);

    /** A watcher of one generation: all share the very same bytes. */
    record OfOne() implements Bookmarks {

        @Override
        public Frame mark(Frame recorded, List<Seat> seats) {
            return recorded;
        }

        @Override
        public boolean haveAClosing() {
            return false;
        }

        @Override
        public @Nullable Frame closing(List<Seat> seats) {
            return null;
        }
    }

    /** A watcher of several: only the id is its own, the place in each of them. */
    record OfSeveral(Several several) implements Bookmarks {

        @Override
        public Frame mark(Frame recorded, List<Seat> seats) {
            return recorded.withId(places(seats, false));
        }

        @Override
        public boolean haveAClosing() {
            return several.batch().isPresent();
        }

        @Override
        public @Nullable Frame closing(List<Seat> seats) {
            List<Moment> endings = seats.stream().map(Seat::lastTold).toList();
            return several.batch()
                    .map(batch -> Frames.event("batch", places(seats, true), BatchJson.withoutEcho(batch, endings)))
                    .orElse(null);
        }

        private String places(List<Seat> seats, boolean endIsSeen) {
            return new Places(several.name(), seats.stream().map(Seat::place).toList(), endIsSeen).toString();
        }
    }
}
