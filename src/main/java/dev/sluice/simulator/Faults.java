package dev.sluice.simulator;

import java.util.OptionalInt;
import java.util.regex.Pattern;

/**
 * Orders to behave badly, given by tests: {@code faults.nextSubmits(2).loseTheAnswer()}.
 *
 * <p>Counted orders go before standing ones, in the order in which they were given; of the standing ones the newest
 * wins. An order is used up by the request that it happens to.
 */
public final class Faults {

    private static final int AS_ALWAYS = 0;

    /** A missing user agent counts as one of these. */
    private static final Pattern LIBRARY = Pattern.compile(
            "^$|^(ReactorNetty|Java-http-client|Java/|okhttp|Apache-HttpClient|curl|Wget|python|Go-http-client|axios|node)");

    private final Orders<Submission> submits = new Orders<>();
    private final Orders<Poll> polls = new Orders<>();
    private volatile int pictureStatus = AS_ALWAYS;
    private volatile boolean shunsLibraries;

    Faults() {}

    public SubmitOrder nextSubmit() {
        return nextSubmits(1);
    }

    public SubmitOrder nextSubmits(int times) {
        return everySubmit().times(times);
    }

    /** Until {@link #clear}. */
    public SubmitOrder everySubmit() {
        return new SubmitOrder(submits, null, OptionalInt.empty());
    }

    /** Every submit of this very prompt until {@link #clear}, or the next few with {@link SubmitOrder#times}. */
    public SubmitOrder submitsOf(String prompt) {
        return new SubmitOrder(submits, prompt, OptionalInt.empty());
    }

    public PollOrder nextPoll() {
        return nextPolls(1);
    }

    public PollOrder nextPolls(int times) {
        return everyPoll().times(times);
    }

    /** Until {@link #clear}. */
    public PollOrder everyPoll() {
        return new PollOrder(polls, null, OptionalInt.empty());
    }

    /** Every poll about this very prompt until {@link #clear}, or the next few with {@link PollOrder#times}. */
    public PollOrder pollsOf(String prompt) {
        return new PollOrder(polls, prompt, OptionalInt.empty());
    }

    /** Every picture is answered with this status, such as 404 for one that is no longer kept. */
    public void answerPictures(int status) {
        pictureStatus = status;
    }

    /** Pictures are answered with 403 to user agents that look like a library, as some of the real hosts do. */
    public void refusePicturesToLibraries() {
        shunsLibraries = true;
    }

    /** From now on everything goes well. */
    public void clear() {
        submits.clear();
        polls.clear();
        pictureStatus = AS_ALWAYS;
        shunsLibraries = false;
    }

    Orders<Submission> forSubmits() {
        return submits;
    }

    Orders<Poll> forPolls() {
        return polls;
    }

    /** The status that a picture is refused with, if it is. */
    OptionalInt pictureRefusal(String userAgent) {
        if (pictureStatus != AS_ALWAYS) {
            return OptionalInt.of(pictureStatus);
        }
        return shunsLibraries && LIBRARY.matcher(userAgent).find() ? OptionalInt.of(403) : OptionalInt.empty();
    }
}
