package dev.sluice.webhook;

import dev.sluice.access.SigningSecrets;
import dev.sluice.capacity.Forecast;
import dev.sluice.journal.Deliveries;
import dev.sluice.journal.Journal;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.InstantSource;
import java.util.concurrent.ThreadLocalRandom;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(WebhookProperties.class)
class WebhookConfiguration {

    @Bean
    Webhooks webhooks(
            Journal journal,
            Deliveries deliveries,
            WebhookProperties properties,
            SigningSecrets secrets,
            Forecast forecast,
            MeterRegistry registry) {
        InstantSource clock = InstantSource.system();
        Webhooks webhooks = new Webhooks(
                journal,
                deliveries,
                new Sender(properties, Sender.LONGEST_ATTEMPT, clock),
                secrets,
                forecast,
                new Pauses(() -> ThreadLocalRandom.current().nextLong()),
                new WebhookMeters(registry),
                clock);
        journal.onCommit(webhooks::moved);
        return webhooks;
    }
}
