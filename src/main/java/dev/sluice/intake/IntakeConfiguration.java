package dev.sluice.intake;

import dev.sluice.access.SigningSecrets;
import io.micrometer.core.instrument.MeterRegistry;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(RequestProperties.class)
class IntakeConfiguration {

    @Bean
    Intake intake(RequestProperties properties, SigningSecrets secrets) {
        return new Intake(properties, secrets);
    }

    @Bean
    RefusalMeters refusalMeters(MeterRegistry registry) {
        return new RefusalMeters(registry);
    }
}
