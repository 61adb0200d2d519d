package dev.sluice.access;

import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Profiles;

@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties({ClientProperties.class, SigningProperties.class})
class AccessConfiguration {

    @Bean
    AccessFilter accessFilter(ClientProperties properties, ApplicationContext context) {
        return new AccessFilter(
                callers(properties, context.getEnvironment().acceptsProfiles(Profiles.of("simulator"))), context);
    }

    @Bean
    SigningSecrets signingSecrets(ClientProperties clients, SigningProperties general) {
        return SigningSecrets.of(clients, general);
    }

    @Bean
    AnswerHeaders answerHeaders() {
        return new AnswerHeaders();
    }

    private static Callers callers(ClientProperties properties, boolean onSimulator) {
        if (!properties.clients().isEmpty()) {
            return Callers.of(properties);
        }
        if (onSimulator) {
            return Callers.demo();
        }
        throw new IllegalStateException(
                "sluice.clients is empty: nobody could call. Set sluice.clients[0].id and sluice.clients[0].key,"
                        + " or start with the profile simulator to try Sluice without keys");
    }
}
