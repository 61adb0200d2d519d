package dev.sluice.stream;

import dev.sluice.capacity.Forecast;
import dev.sluice.journal.Journal;
import io.micrometer.core.instrument.MeterRegistry;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;

@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(StreamProperties.class)
class StreamConfiguration {

    @Bean
    Streams streams(Journal journal, Forecast forecast, StreamProperties properties, MeterRegistry registry) {
        Streams streams = new Streams(journal, forecast, properties, new StreamMeters(registry));
        journal.onCommit(streams::committed);
        journal.onCommitElsewhere(streams::committedElsewhere);
        return streams;
    }

    @Bean
    @Order(Ordered.LOWEST_PRECEDENCE)
    StreamedAnswers streamedAnswers() {
        return new StreamedAnswers();
    }
}
