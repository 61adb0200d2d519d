package dev.sluice;

import dev.sluice.upstream.Upstream;
import java.util.Arrays;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.ApplicationListener;
import org.springframework.core.env.Environment;
import org.springframework.stereotype.Component;

/** Says what was started, for the person in front of it; on the simulator also what to try first. */
@Component
final class Greeting implements ApplicationListener<ApplicationReadyEvent> {

    private static final Logger log = LoggerFactory.getLogger(Greeting.class);

    private final Upstream upstream;

    Greeting(Upstream upstream) {
        this.upstream = upstream;
    }

    @Override
    public void onApplicationEvent(ApplicationReadyEvent event) {
        Environment environment = event.getApplicationContext().getEnvironment();
        String api = "http://localhost:" + environment.getProperty("local.server.port");
        log.info(
                "Sluice is ready: api={} management=http://localhost:{} upstream={} store={}",
                api,
                environment.getProperty("local.management.port"),
                upstream.baseUrl(),
                storeIn(environment));
        if (Arrays.asList(environment.getActiveProfiles()).contains("simulator")) {
            log.info("""
                This is the simulator: nothing costs anything.

                  Look:   {}/
                  Paste:  curl -N {}/v1/generations -H 'Accept: text/event-stream' \\
                            -H 'Content-Type: application/json' -d '{"prompt":"a fox by the sea at night"}'
                """, api, api);
        }
    }

    /** Without what an address may carry beside it: a password, for one. */
    private static String storeIn(Environment environment) {
        return "postgresql".equalsIgnoreCase(environment.getProperty("sluice.store.type"))
                ? environment.getProperty("spring.datasource.url", "").replaceAll("\\?.*", "")
                : environment.getProperty("sluice.store.path", "data");
    }
}
