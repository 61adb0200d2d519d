package dev.sluice.door;

import io.micrometer.core.instrument.MeterRegistry;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(ConnectionProperties.class)
class DoorConfiguration {

    @Bean
    Door door(ConnectionProperties properties, MeterRegistry registry) {
        return new Door(properties, new DoorMeters(registry));
    }

    @Bean
    LastCallers lastCallers(ConnectionProperties properties) {
        return new LastCallers(properties.openAfterStop());
    }
}
