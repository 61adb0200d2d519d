package dev.sluice.tracing;

import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.autoconfigure.AutoConfigurationImportFilter;
import org.springframework.boot.autoconfigure.AutoConfigurationMetadata;
import org.springframework.context.EnvironmentAware;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.core.env.Environment;

/**
 * Keeps all that belongs to tracing out of memory unless it is on: not even its configuration is looked at. Before all
 * others, since some of them load classes to find out whether they are there.
 */
@Order(Ordered.HIGHEST_PRECEDENCE)
final class TracingOnDemand implements AutoConfigurationImportFilter, EnvironmentAware {

    private boolean isOn;

    @Override
    public void setEnvironment(Environment environment) {
        isOn = environment.getProperty(OffWithoutCollector.EXPORT, Boolean.class, true);
        if (isOn) {
            Collector.requireFit(environment);
        }
    }

    @Override
    public boolean[] match(@Nullable String[] candidates, AutoConfigurationMetadata metadata) {
        boolean[] matches = new boolean[candidates.length];
        for (int i = 0; i < candidates.length; i++) {
            matches[i] = isOn || !belongsToTracing(candidates[i]);
        }
        return matches;
    }

    private static boolean belongsToTracing(@Nullable String candidate) {
        return candidate != null
                && Stream.of("micrometer.tracing.", "opentelemetry.")
                        .anyMatch(room -> candidate.startsWith("org.springframework.boot." + room));
    }
}
