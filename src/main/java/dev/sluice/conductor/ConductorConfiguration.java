package dev.sluice.conductor;

import dev.sluice.capacity.Admission;
import dev.sluice.capacity.Gate;
import dev.sluice.capacity.Learning;
import dev.sluice.capacity.Prices;
import dev.sluice.journal.Journal;
import dev.sluice.tracing.Traces;
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
            ConductorMeters meters,
            UpstreamMeters outcomes,
            CreditMeters credits,
            Traces traces) {
        Conductor conductor = new Conductor(
                journal,
                upstream,
                gate,
                new GuardedPolls(upstream, breakers.circuitBreaker("poll"), limiters.rateLimiter("poll")),
                polling,
                admission.claim(),
                learning,
                meters,
                outcomes,
                credits,
                traces,
                Schedulers.parallel());
        journal.onCommit(new Chronicle(meters, outcomes, credits, learning, traces)::tell);
        journal.onCommit(conductor::moved);
        journal.onCommitElsewhere(conductor::movedElsewhere);
        key.onChange(conductor::keyChanged);
        return conductor;
    }

    @Bean
    ConductorMeters conductorMeters(MeterRegistry registry) {
        return new ConductorMeters(registry);
    }

    @Bean
    UpstreamMeters upstreamMeters(MeterRegistry registry, Prices prices) {
        return new UpstreamMeters(registry, prices::name);
    }

    @Bean
    CreditMeters creditMeters(MeterRegistry registry) {
        return new CreditMeters(registry);
    }

    @Bean
    BalanceReader balanceReader(Upstream upstream, CreditMeters credits, UpstreamMeters inquiries) {
        return new BalanceReader(upstream, credits, inquiries, upstream.balanceEvery(), Schedulers.parallel());
    }

    @Bean
    PriceReader priceReader(Upstream upstream, Prices prices) {
        return new PriceReader(upstream.prices(), prices, Schedulers.parallel());
    }
}
