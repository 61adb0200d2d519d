package dev.sluice.conductor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.generation.GenerationId;
import org.junit.jupiter.api.Test;
import reactor.test.StepVerifier;

/** A submit that is on its way and does not look like it would be sent, and paid for, a second time. */
class OnTheirWayTests {

    private final OnTheirWay onTheirWay = new OnTheirWay();
    private final GenerationId id = GenerationId.next();

    @Test
    void staysOnItsWayWhenTheSubmitBeforeItEndsLate() {
        OnTheirWay.Submit busy = onTheirWay.begin(id);
        OnTheirWay.Submit again = onTheirWay.begin(id);

        busy.end();

        assertThat(onTheirWay.ids()).containsExactly(id);
        StepVerifier.create(onTheirWay.settled()).then(again::end).verifyComplete();
        assertThat(onTheirWay.ids()).isEmpty();
    }

    @Test
    void staysOnItsWayWhenItsOutcomeCannotBeTold() {
        OnTheirWay.Submit submit = onTheirWay.begin(id);

        submit.endsUnknown();

        assertThat(onTheirWay.ids()).containsExactly(id);
        StepVerifier.create(onTheirWay.settled()).verifyComplete();
    }
}
