package dev.sluice.conductor;

import dev.sluice.capacity.Gate.Permit;
import dev.sluice.capacity.Learning;
import dev.sluice.generation.GenerationEvent;
import dev.sluice.generation.GenerationEvent.Queued;
import dev.sluice.generation.GenerationId;
import dev.sluice.journal.Hold;
import dev.sluice.journal.Limit;
import dev.sluice.journal.Receipt;
import dev.sluice.tracing.Traces;
import dev.sluice.upstream.SubmitOutcome;
import dev.sluice.upstream.SubmitOutcome.Accepted;
import dev.sluice.upstream.SubmitOutcome.Ambiguous;
import dev.sluice.upstream.SubmitOutcome.Busy;
import dev.sluice.upstream.SubmitOutcome.FailedAtOnce;
import dev.sluice.upstream.SubmitOutcome.KeyRefused;
import dev.sluice.upstream.SubmitOutcome.NotSent;
import dev.sluice.upstream.SubmitOutcome.Refused;
import dev.sluice.upstream.Upstream;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;

/** Sends submits and writes down what became of them. Each goes on to its outcome, whoever waits or leaves. */
final class Submits {

    private static final Logger log = LoggerFactory.getLogger(Submits.class);

    /** Evidence is worth a moment, not more: the ending of a lost submit waits for it. */
    private static final Duration LONGEST_LOOK_AT_THE_BALANCE = Duration.ofSeconds(2);

    private final Upstream upstream;
    private final PatientJournal journal;
    private final ConductorMeters meters;
    private final UpstreamMeters outcomes;
    private final CreditMeters credits;
    private final Learning learning;
    private final Traces traces;
    private final String owner;
    private final BooleanSupplier maySubmit;
    private final OnTheirWay onTheirWay = new OnTheirWay();
    private final AtomicReference<@Nullable Long> lastBalance = new AtomicReference<>();

    /** @param maySubmit whether a submit that begins now has an outcome before others take this process for dead */
    Submits(
            Upstream upstream,
            PatientJournal journal,
            ConductorMeters meters,
            UpstreamMeters outcomes,
            CreditMeters credits,
            Learning learning,
            Traces traces,
            String owner,
            BooleanSupplier maySubmit) {
        this.upstream = upstream;
        this.journal = journal;
        this.meters = meters;
        this.outcomes = outcomes;
        this.credits = credits;
        this.learning = learning;
        this.traces = traces;
        this.owner = owner;
        this.maySubmit = maySubmit;
    }

    /** @param whenWritten told the generation after its outcome was written, unless somebody else owns it by then */
    void begin(Hold hold, Permit permit, Consumer<Hold> whenWritten) {
        OnTheirWay.Submit submit = onTheirWay.begin(hold.id());
        Mono.defer(() -> maySubmit.getAsBoolean() ? send(hold, permit, whenWritten) : keepBack(hold, permit))
                .subscribe(
                        _ -> {},
                        e -> {
                            permit.giveBack();
                            submit.endsUnknown();
                            log.error("A submit ended in a way that nobody foresaw: id={}", hold.id(), e);
                        },
                        submit::end);
    }

    private Mono<Void> send(Hold hold, Permit permit, Consumer<Hold> whenWritten) {
        return traces.submit(hold.id(), upstream.submit(hold.generation().request()), SubmitOutcome::word)
                .doOnNext(outcome -> permit.settle(Submission.verdict(outcome)))
                .doOnNext(outcome -> count(hold, outcome))
                .doOnNext(Submits::raiseTheAlarm)
                .flatMap(outcome -> write(hold, outcome).doOnNext(whenWritten).then(learn(hold, outcome)));
    }

    private void count(Hold hold, SubmitOutcome outcome) {
        outcomes.submitted(outcome);
        if (outcome instanceof Busy) {
            credits.refunded(hold.generation());
        }
    }

    /** This process may have been paused since the claim: others may hold it for dead, and the submit for sent. */
    private Mono<Void> keepBack(Hold hold, Permit permit) {
        log.warn("A submit was not sent, because the lease is not fresh: id={}", hold.id());
        permit.giveBack();
        return journal.append(hold, new Queued(null)).then();
    }

    /** After it is written, so that what is in flight is known. A lesson that is lost will be given again. */
    private Mono<Void> learn(Hold hold, SubmitOutcome outcome) {
        return Mono.defer(() -> switch (outcome) {
                    case Accepted _ -> learning.accepted();
                    case Busy it -> learning.busy(hold.generation().last().at(), it.activeTasks());
                    case KeyRefused _, Refused _, FailedAtOnce _, NotSent _, Ambiguous _ -> Mono.<Limit>empty();
                })
                .doOnNext(meters::learnt)
                .onErrorComplete()
                .then();
    }

    /** Nobody but an operator can mend this; it is said each time, twice a minute at most. */
    private static void raiseTheAlarm(SubmitOutcome outcome) {
        if (outcome instanceof KeyRefused(int status)) {
            log.error(
                    "The upstream refuses Sluice's key, and nothing is submitted: answer={}. Correct"
                            + " sluice.upstream.api-key, or the file that sluice.upstream.api-key-file names",
                    status);
        }
    }

    /** What is on its way now. */
    Set<GenerationId> onTheirWay() {
        return onTheirWay.ids();
    }

    /** Ends when everything that is on its way now has an outcome, and that is written. */
    Mono<Void> settled() {
        return onTheirWay.settled();
    }

    private Mono<Hold> write(Hold hold, SubmitOutcome outcome) {
        if (outcome instanceof Accepted accepted && accepted.creditsRemaining() != null) {
            heardOfBalance(accepted.creditsRemaining());
        }
        Receipt receipt = Submission.receipt(outcome, owner);
        return event(hold, outcome)
                .flatMap(event -> receipt == null ? journal.append(hold, event) : journal.append(hold, event, receipt));
    }

    private void heardOfBalance(long left) {
        lastBalance.set(left);
        credits.left(left);
    }

    private Mono<GenerationEvent> event(Hold hold, SubmitOutcome outcome) {
        return outcome instanceof Ambiguous lost
                ? balances().map(balances -> Submission.lostAnswer(hold.generation(), lost.why(), balances))
                : Mono.just(Submission.event(hold.generation(), outcome));
    }

    /** The account before and after, as far as either is known: evidence for people, never proof. */
    private Mono<String> balances() {
        Long before = lastBalance.get();
        return upstream.credits()
                .timeout(LONGEST_LOOK_AT_THE_BALANCE)
                .onErrorComplete()
                .doOnNext(this::heardOfBalance)
                .map(after -> before == null
                        ? "The account holds %d credits now.".formatted(after)
                        : "The account held %d credits when last heard of and holds %d now; others may use it too."
                                .formatted(before, after))
                .defaultIfEmpty("");
    }
}
