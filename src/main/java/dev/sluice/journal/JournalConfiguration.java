package dev.sluice.journal;

import io.micrometer.core.instrument.MeterRegistry;
import java.time.InstantSource;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties({StoreProperties.class, DatabaseProperties.class, Keeping.class})
class JournalConfiguration {

    /** Closed with the context, after all that writes to it: they depend on the journal. */
    @Bean(destroyMethod = "close")
    Store store(StoreProperties properties, DatabaseProperties database, MeterRegistry registry) {
        JournalMeters meters = new JournalMeters(registry);
        return switch (properties.type()) {
            case EMBEDDED ->
                SqliteStore.open(properties.path(), properties.leastFreeSpace().toBytes(), meters);
            case POSTGRESQL -> PostgreSqlStore.open(database, properties.lease(), meters);
        };
    }

    @Bean
    Journal journal(Store store, Keeping keeping, StoreProperties properties) {
        return new Journal(store, InstantSource.system(), keeping, properties.restored());
    }

    @Bean
    Deliveries deliveries(Store store) {
        return new Deliveries(store, InstantSource.system());
    }

    @Bean
    RestoredEndpoint restoredEndpoint(Journal journal) {
        return new RestoredEndpoint(journal);
    }

    @Bean
    SubmitsEndpoint submitsEndpoint(Journal journal) {
        return new SubmitsEndpoint(journal);
    }

    @Bean
    JournalHealth journalHealthIndicator(Store store) {
        return new JournalHealth(store);
    }
}
