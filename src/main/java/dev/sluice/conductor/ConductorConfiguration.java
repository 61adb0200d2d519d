package dev.sluice.conductor;

import dev.sluice.capacity.Admission;
import dev.sluice.capacity.Gate;
import dev.sluice.capacity.Learning;
import dev.sluice.capacity.Prices;
import dev.sluice.journal.Journal;
import dev.sluice.upstream.Upstream;
import dev.sluice.upstream.UpstreamKey;
import io.github.resilience4j.circuitbreaker.CircuitBreakerRegistry;
import io.github.resilience4j.ratelimiter.RateLimiterRegistry;
import io.micrometer.core.instrument.MeterRegistry;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import reactor.core.scheduler.Schedulers;

@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(Polling.class)
class ConductorConfiguration {

    @Bean
    Conductor conductor(
            Journal journal,
            Upstream upstream,
            UpstreamKey key,
            Gate gate,
            Admission admission,
            Learning learning,
            Polling polling,
            CircuitBreakerRegistry breakers,
            RateLimiterRegistry limiters,
            MeterRegistry registry) {
        ConductorMeters meters = new ConductorMeters(registry);
        Conductor conductor = new Conductor(
                journal,
                upstream,
                gate,
                new GuardedPolls(upstream, breakers.circuitBreaker("poll"), limiters.rateLimiter("poll")),
                polling,
                admission.claim(),
                learning,
                meters,
                Schedulers.parallel());
        journal.onCommit(new Chronicle(meters, learning)::tell);
        journal.onCommit(conductor::moved);
        journal.onCommitElsewhere(conductor::movedElsewhere);
        key.onChange(conductor::keyChanged);
        return conductor;
    }

    @Bean
    PriceReader priceReader(Upstream upstream, Prices prices) {
        return new PriceReader(upstream.prices(), prices, Schedulers.parallel());
    }
}
