package dev.sluice.access;

import dev.sluice.journal.Journal;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Base64;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;
import org.springframework.core.env.Profiles;
import reactor.core.publisher.Mono;

@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties({
    ClientProperties.class,
    JwtProperties.class,
    TicketProperties.class,
    SigningProperties.class
})
class AccessConfiguration {

    /** The log's name for the secret that it keeps for tickets. */
    private static final String TICKETS = "stream-tickets";

    private static final Duration FOR_EVER = Duration.ofMillis(Long.MAX_VALUE);

    @Bean(destroyMethod = "close")
    Roster roster(ClientProperties settings, JwtProperties jwt) {
        return new Roster(settings, jwt.isOn(), Roster.READ_AGAIN);
    }

    @Bean
    AccessMeters accessMeters(MeterRegistry registry, Roster roster) {
        return new AccessMeters(registry, roster);
    }

    @Bean
    Callers callers(Roster roster, JwtProperties jwt, Environment environment) {
        if (roster.now().clients().isEmpty() && !jwt.isOn() && environment.acceptsProfiles(Profiles.of("simulator"))) {
            return Callers.demo();
        }
        Callers callers = Callers.of(roster.now(), jwt.isOn());
        roster.onChange(callers::change);
        return callers;
    }

    @Bean
    Tokens tokens(JwtProperties jwt) {
        return jwt.isOn() ? new IssuedTokens(jwt) : Tokens.NONE;
    }

    /** The secret is asked for at once, so that the first ticket waits for nothing, and again if the log did not answer. */
    @Bean
    StreamTickets streamTickets(TicketProperties properties, Callers callers, Journal journal) {
        Mono<byte[]> secret = Mono.justOrEmpty(properties.secretBytes())
                .switchIfEmpty(Mono.defer(
                        () -> journal.secret(TICKETS, TicketProperties.random()).map(Base64.getDecoder()::decode)))
                .cache(_ -> FOR_EVER, _ -> Duration.ZERO, () -> Duration.ZERO);
        secret.onErrorComplete().subscribe();
        return new StreamTickets(secret, callers, InstantSource.system());
    }

    @Bean
    AccessFilter accessFilter(Callers callers, Tokens tokens, StreamTickets tickets, ApplicationContext context) {
        return new AccessFilter(callers, tokens, tickets, context);
    }

    @Bean
    TicketsOffTheRecord ticketsOffTheRecord() {
        return new TicketsOffTheRecord();
    }

    @Bean
    CrossOrigin crossOrigin(Callers callers, ApplicationContext context) {
        return new CrossOrigin(callers::origins, context);
    }

    @Bean
    SigningSecrets signingSecrets(Roster roster, SigningProperties general) {
        SigningSecrets secrets = SigningSecrets.of(roster.now(), general);
        roster.onChange(secrets::change);
        return secrets;
    }

    @Bean
    AnswerHeaders answerHeaders() {
        return new AnswerHeaders();
    }
}
