package dev.sluice.console;

import dev.sluice.capacity.Situations;
import dev.sluice.journal.Journal;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.InstantSource;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
class ConsoleConfiguration {

    @Bean
    ConsoleEndpoint consoleEndpoint(Journal journal, Situations situations, MeterRegistry registry) {
        return new ConsoleEndpoint(new Console(journal, situations, registry, InstantSource.system()));
    }
}
