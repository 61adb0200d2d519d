package dev.sluice.api;

import dev.sluice.access.Callers;
import dev.sluice.capacity.Situations;
import dev.sluice.stream.Streams;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
class ApiConfiguration {

    @Bean
    ApiErrors apiErrors() {
        return new ApiErrors();
    }

    /** Who may not call any more may not listen any longer either. */
    @Bean
    SmartInitializingSingleton endingTheStreamsOfWhoIsTakenAway(Callers callers, Streams streams) {
        return () -> callers.onFarewell(streams::dismiss);
    }

    @Bean
    SituationFrames situationFrames(Situations situations) {
        return new SituationFrames(situations);
    }

    @Bean
    UnreadableTargets unreadableTargets() {
        return new UnreadableTargets();
    }
}
