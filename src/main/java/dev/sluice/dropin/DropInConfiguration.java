package dev.sluice.dropin;

import dev.sluice.access.Callers;
import dev.sluice.capacity.Admission;
import dev.sluice.capacity.WaitingRoom;
import dev.sluice.journal.Journal;
import dev.sluice.stream.Streams;
import dev.sluice.upstream.Upstream;
import io.micrometer.core.instrument.MeterRegistry;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;

@Configuration(proxyBeanMethods = false)
class DropInConfiguration {

    @Bean
    HeldRequests heldRequests(Journal journal, Streams streams, Admission admission, WaitingRoom room) {
        return new HeldRequests(journal, streams, admission, room);
    }

    @Bean
    DropInStream dropInStream(Streams streams) {
        return new DropInStream(streams);
    }

    @Bean
    DropInAnswers dropInAnswers(Journal journal) {
        return new DropInAnswers(journal);
    }

    @Bean
    DropInErrors dropInErrors(DropInAnswers answers) {
        return new DropInErrors(answers);
    }

    @Bean
    PassThrough passThrough(Upstream upstream) {
        return new PassThrough(upstream);
    }

    /** Not while requests are traced: a trace is made of what it goes past. */
    @Bean
    @Order(Ordered.HIGHEST_PRECEDENCE)
    @ConditionalOnBooleanProperty(name = "management.tracing.export.enabled", havingValue = false)
    ShortWay shortWay(Callers callers, Upstream upstream, MeterRegistry registry) {
        return new ShortWay(callers, upstream, new AnswerTimers(registry));
    }
}
