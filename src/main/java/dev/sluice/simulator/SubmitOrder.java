package dev.sluice.simulator;

import dev.sluice.simulator.Reply.Answer;
import java.time.Duration;
import java.util.Map;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * What is to go wrong with a submit; the last word of the sentence gives the order.
 *
 * <p>Where a fault says that the submit is accepted, one that ordinarily would be refused is refused as ever.
 */
public final class SubmitOrder {

    static final Fault<Submission> RESET_UNREAD = _ -> new Reply.Reset();

    private final Orders<Submission> orders;
    private final @Nullable String prompt;
    private final OptionalInt times;

    SubmitOrder(Orders<Submission> orders, @Nullable String prompt, OptionalInt times) {
        this.orders = orders;
        this.prompt = prompt;
        this.times = times;
    }

    /** Only so many times, instead of until {@link Faults#clear}. */
    public SubmitOrder times(int times) {
        return new SubmitOrder(orders, prompt, OptionalInt.of(times));
    }

    /** Accepted and charged; then the connection is closed without an answer. */
    public void loseTheAnswer() {
        give(submit -> submit.accepted(_ -> new Reply.Silence()));
    }

    /** The connection is reset before the body is read (after it, for a particular prompt); nothing is accepted. */
    public void resetBeforeReading() {
        give(RESET_UNREAD);
    }

    /** Accepted and charged; then the connection is reset. */
    public void resetAfterAccepting() {
        give(submit -> submit.accepted(_ -> new Reply.Reset()));
    }

    /** Accepted, or refused, at once; the answer comes this much later. */
    public void delayTheAnswer(Duration by) {
        give(submit -> new Reply.Late(by, submit.ordinaryAnswer()));
    }

    /** Read, and left lying for so long; then accepted, or refused, as ever, even if its caller is gone by then. */
    public void holdBeforeAccepting(Duration time) {
        give(submit -> new Reply.Undecided(decided(submit, time)));
    }

    /** Hangs on nobody who waits for it: a server does not notice that its caller was killed. */
    private static Mono<Reply> decided(Submission submit, Duration after) {
        return Mono.fromFuture(
                Mono.delay(after).map(_ -> submit.ordinaryAnswer()).toFuture(), true);
    }

    /** Accepted and charged; the answer is a 200 that is not JSON. */
    public void answerGarbage() {
        give(submit -> submit.accepted(_ -> Misfits.garbage()));
    }

    /** Accepted and charged; the answer is a 200 whose JSON breaks off in the middle. */
    public void answerTruncated() {
        give(submit -> submit.ordinaryAnswer().changed(Misfits::truncated));
    }

    /** Accepted and charged; the answer is a 200 that does not tell the id. */
    public void answerWithoutId() {
        give(submit -> submit.ordinaryAnswer().changed(Misfits::withoutId));
    }

    /** Accepted and charged; the answer is nevertheless this status, as from a proxy that lost its patience. */
    public void acceptButAnswer(int status) {
        give(submit -> submit.accepted(_ -> Misfits.status(status)));
    }

    /** Charged, and answered at once, in any mode, with the warning of the content safety check. */
    public void warn() {
        give(Submission::warning);
    }

    /** Charged, and answered at once with {@code success: false} and the credits used. */
    public void failAndCharge() {
        give(Submission::failure);
    }

    /** Nothing is accepted; the answer is a 200 with {@code success: false}. */
    public void refuse() {
        give(_ -> Answers.error(200, "The request was refused."));
    }

    /**
     * Nothing is accepted. The body is what such a status tends to come with: HTML for 500, 502 and 504, JSON of an
     * unknown type for 503, and JSON with an error text below 500.
     */
    public void answer(int status) {
        give(_ -> Misfits.status(status));
    }

    /** Nothing is accepted; the answer has a {@code Retry-After}. */
    public void answer(int status, Duration retryAfter) {
        give(_ -> Misfits.status(status).retryAfter(retryAfter));
    }

    /** Nothing is accepted; the answer is this very body. */
    public void answer(int status, String contentType, String body) {
        give(_ -> new Answer(status, contentType, body, Map.of()));
    }

    /** Nothing is accepted; the answer is {@code server_busy}, however many tasks run. */
    public void answerBusy() {
        give(Submission::busy);
    }

    /** Nothing is accepted; the answer is {@code server_busy} with a {@code Retry-After}. */
    public void answerBusy(Duration retryAfter) {
        give(submit -> submit.busy().retryAfter(retryAfter));
    }

    /** Nothing is accepted; the answer sends the caller to the same place again, with 302, 307 or 308. */
    public void redirect(int status) {
        give(_ -> Misfits.status(status).with("Location", Routes.GENERATE));
    }

    private void give(Fault<Submission> fault) {
        orders.add(prompt, times, fault);
    }
}
