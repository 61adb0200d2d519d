package dev.sluice.dropin;

import dev.sluice.capacity.Admission;
import dev.sluice.capacity.WaitingRoom;
import dev.sluice.journal.Journal;
import dev.sluice.stream.Streams;
import dev.sluice.upstream.Upstream;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

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
}
