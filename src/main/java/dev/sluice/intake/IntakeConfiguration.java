package dev.sluice.intake;

import dev.sluice.access.SigningSecrets;
import io.micrometer.core.instrument.MeterRegistry;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.MediaType;
import org.springframework.web.reactive.accept.RequestedContentTypeResolverBuilder;
import org.springframework.web.reactive.config.WebFluxConfigurer;

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

    /**
     * What a caller accepts is read where it is answered. Spring reads it once more for every failure, and fails itself at
     * more than fifty types.
     */
    @Bean
    WebFluxConfigurer failuresWhateverIsAccepted() {
        return new WebFluxConfigurer() {
            @Override
            public void configureContentTypeResolver(RequestedContentTypeResolverBuilder builder) {
                builder.fixedResolver(MediaType.ALL);
            }
        };
    }
}
