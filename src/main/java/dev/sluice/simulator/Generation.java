package dev.sluice.simulator;

import dev.sluice.simulator.picture.Picture;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * A task that was accepted and paid for. It has no timer: whether it still runs is a question to the clock, so it goes
 * on while the server is down.
 *
 * @param remaining the credits left in the account once this one was paid
 */
record Generation(
        String id,
        SubmitRequest submit,
        int credits,
        long remaining,
        Instant createdAt,
        Duration takes,
        Outcome outcome) {

    /** How many pictures a prompt with the marker {@code [many]} gets. */
    private static final int MANY = 4;

    boolean runsAt(Instant now) {
        return now.isBefore(endsAt());
    }

    Instant endsAt() {
        return createdAt.plus(takes);
    }

    int pictures() {
        return submit.says("many") ? MANY : 1;
    }

    /** The paths of its pictures, below the server's own address. */
    Stream<String> picturePaths() {
        return IntStream.range(0, pictures()).mapToObj(n -> "/images/" + id + "-" + n + ".png");
    }

    Picture picture(int n) {
        return new Picture(submit.prompt(), n, submit.aspectRatio());
    }

    /** The picture at a place, when there is one and it is done. */
    Optional<Picture> findPicture(int n, Instant now) {
        boolean there = outcome == Outcome.PICTURES && !runsAt(now) && n >= 0 && n < pictures();
        return there ? Optional.of(picture(n)) : Optional.empty();
    }
}
