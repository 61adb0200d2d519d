package dev.sluice.capacity;

import dev.sluice.journal.Journal;
import dev.sluice.tracing.Traces;
import io.github.resilience4j.circuitbreaker.CircuitBreakerRegistry;
import io.github.resilience4j.ratelimiter.RateLimiterRegistry;
import java.time.InstantSource;
import java.util.random.RandomGenerator;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(Admission.class)
class CapacityConfiguration {

    @Bean
    Gate gate(CircuitBreakerRegistry breakers, RateLimiterRegistry limiters, Admission admission) {
        return new Gate(
                breakers.circuitBreaker("submit"),
                breakers.circuitBreaker("busy"),
                limiters.rateLimiter("submit"),
                admission.busyPause(),
                InstantSource.system(),
                RandomGenerator.getDefault());
    }

    @Bean
    Durations durations() {
        return new Durations();
    }

    @Bean
    Prices prices() {
        return new Prices();
    }

    @Bean
    Learning learning(Journal journal, Durations durations, Admission admission) {
        return new Learning(journal, new LimitRule(admission.limit(), InstantSource.system()), durations);
    }

    @Bean
    WaitingRoom waitingRoom(
            Journal journal,
            Forecast forecast,
            Durations durations,
            Prices prices,
            Admission admission,
            Traces traces) {
        return new WaitingRoom(journal, forecast, durations, prices, admission, traces);
    }

    @Bean
    Situations situations(
            Journal journal, Forecast forecast, Durations durations, Gate gate, CircuitBreakerRegistry breakers) {
        return new Situations(journal, forecast, durations, gate, breakers);
    }

    @Bean
    Forecast forecast(Journal journal, Durations durations, Gate gate, Admission admission) {
        return new Forecast(journal, durations, gate, admission, InstantSource.system());
    }
}
