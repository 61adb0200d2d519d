package dev.sluice.tracing;

import io.micrometer.observation.ObservationRegistry;
import io.micrometer.tracing.Tracer;
import io.micrometer.tracing.exporter.SpanExportingPredicate;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
class TracingConfiguration {

    @Bean
    Traces traces(ObjectProvider<Tracer> tracer, ObservationRegistry observations) {
        return new Traces(tracer.getIfAvailable(), observations);
    }

    @Configuration(proxyBeanMethods = false)
    @ConditionalOnBooleanProperty(name = OffWithoutCollector.EXPORT, matchIfMissing = true)
    static class On {

        @Bean
        TraceOfAnswers traceOfAnswers(Traces traces) {
            return new TraceOfAnswers(traces);
        }

        /** Probes and scrapes ask every few seconds, and nobody asks for their traces. */
        @Bean
        SpanExportingPredicate noManagement() {
            return span -> !span.getTags().getOrDefault("uri", "").startsWith("/actuator");
        }
    }
}
