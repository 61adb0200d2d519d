package dev.sluice.intake;

import dev.sluice.access.SigningSecrets;
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
}
