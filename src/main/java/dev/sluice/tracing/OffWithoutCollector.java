package dev.sluice.tracing;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.EnvironmentPostProcessor;
import org.springframework.boot.SpringApplication;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.EnumerablePropertySource;
import org.springframework.core.env.PropertyResolver;

/**
 * Turns tracing off as long as no collector is named: Boot would leave room for ids in every line of the log and trace
 * for nobody. It answers when it is asked, since the environment variables of OpenTelemetry may name a collector later.
 */
final class OffWithoutCollector implements EnvironmentPostProcessor {

    static final String EXPORT = "management.tracing.export.enabled";

    @Override
    public void postProcessEnvironment(ConfigurableEnvironment environment, SpringApplication application) {
        environment.getPropertySources().addFirst(new Export(environment));
    }

    private static final class Export extends EnumerablePropertySource<String> {

        private final PropertyResolver settings;

        Export(PropertyResolver settings) {
            super("offWithoutCollector", EXPORT); // as its source, the environment would be searched in itself for ever
            this.settings = settings;
        }

        @Override
        public String[] getPropertyNames() {
            return new String[] {EXPORT};
        }

        @Override
        public @Nullable Object getProperty(String name) {
            return name.equals(EXPORT) && !Collector.isNamed(settings) ? "false" : null;
        }
    }
}
