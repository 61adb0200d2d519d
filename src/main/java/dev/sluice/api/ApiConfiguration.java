package dev.sluice.api;

import dev.sluice.capacity.Situations;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
class ApiConfiguration {

    @Bean
    ApiErrors apiErrors() {
        return new ApiErrors();
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
