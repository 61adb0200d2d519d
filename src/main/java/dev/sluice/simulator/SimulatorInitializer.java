package dev.sluice.simulator;

import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.support.DefaultListableBeanFactory;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.context.ApplicationContextInitializer;
import org.springframework.context.support.GenericApplicationContext;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.Profiles;

/**
 * Starts a simulator for each context of the profile {@code simulator} that has no upstream, and makes it that
 * context's upstream.
 *
 * <p>It happens before any bean is made, because the address must be known when the upstream's settings are read. The
 * simulator is a bean of the context and is closed with it, also when the context's own start fails.
 */
final class SimulatorInitializer implements ApplicationContextInitializer<GenericApplicationContext> {

    private static final Logger log = LoggerFactory.getLogger(SimulatorInitializer.class);
    private static final String BASE_URL = "sluice.upstream.base-url";
    private static final String API_KEY = "sluice.upstream.api-key";

    @Override
    public void initialize(GenericApplicationContext context) {
        ConfigurableEnvironment environment = context.getEnvironment();
        if (environment.acceptsProfiles(Profiles.of("simulator")) && !environment.containsProperty(BASE_URL)) {
            SimulatorSettings settings = Binder.get(environment)
                    .bindOrCreate("sluice.simulator", SimulatorProperties.class)
                    .settings(environment.getProperty(API_KEY, SimulatorSettings.KEY));
            Simulator simulator = Simulator.start(settings);
            // The gateway's log outlives it: what it had under way would be polled for ever, and keep its place from
            // others.
            simulator.failWhatAnotherTookWithIt();
            closeWith(context.getDefaultListableBeanFactory(), simulator);
            environment.getPropertySources().addLast(upstream(simulator, settings));
            log.info("Simulator started: url={}", simulator.baseUrl());
        }
    }

    private static void closeWith(DefaultListableBeanFactory beans, Simulator simulator) {
        beans.registerSingleton("simulator", simulator);
        beans.registerDisposableBean("simulator", simulator::close);
    }

    private static MapPropertySource upstream(Simulator simulator, SimulatorSettings settings) {
        return new MapPropertySource(
                "simulator", Map.of(BASE_URL, simulator.baseUrl().toString(), API_KEY, settings.key()));
    }
}
