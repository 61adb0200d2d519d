package dev.sluice.api;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
class ApiConfiguration {

    @Bean
    ApiErrors apiErrors() {
        return new ApiErrors();
    }

    @Bean
    UnreadableTargets unreadableTargets() {
        return new UnreadableTargets();
    }
}
