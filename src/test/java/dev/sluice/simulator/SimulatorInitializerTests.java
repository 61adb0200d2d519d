package dev.sluice.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.ConnectException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Isolated
class SimulatorInitializerTests {

    @Configuration(proxyBeanMethods = false)
    static class Nothing {}

    @Configuration(proxyBeanMethods = false)
    static class FailsToStart {

        static final List<Simulator> MET = new ArrayList<>();

        @Bean
        String failing(Simulator simulator) {
            MET.add(simulator);
            throw new IllegalStateException("on purpose");
        }
    }

    @Test
    void becomesTheUpstreamOfItsContextAndIsClosedWithIt() throws IOException {
        Caller caller;
        try (ConfigurableApplicationContext context = run(Nothing.class, "--sluice.simulator.credits=7")) {
            Simulator simulator = context.getBean(Simulator.class);
            caller = new Caller(simulator);

            assertThat(context.getEnvironment().getProperty("sluice.upstream.base-url"))
                    .isEqualTo(simulator.baseUrl().toString());
            assertThat(context.getEnvironment().getProperty("sluice.upstream.api-key"))
                    .isEqualTo(SimulatorSettings.KEY);
            assertThat(simulator.ledger().creditsLeft()).isEqualTo(7);
            assertThat(caller.get("/api/v1/credits").statusCode()).isEqualTo(200);
        }

        assertThatThrownBy(() -> caller.get("/api/v1/credits")).isInstanceOf(ConnectException.class);
    }

    @Test
    void isAnotherOneInEachContext() {
        try (ConfigurableApplicationContext one = run(Nothing.class);
                ConfigurableApplicationContext other = run(Nothing.class)) {
            assertThat(one.getBean(Simulator.class).baseUrl())
                    .isNotEqualTo(other.getBean(Simulator.class).baseUrl());
        }
    }

    @Test
    void knowsTheKeyThatTheGatewayAlreadyHas() throws IOException {
        try (ConfigurableApplicationContext context = run(Nothing.class, "--sluice.upstream.api-key=nb_mine")) {
            Caller caller = new Caller(context.getBean(Simulator.class), "nb_mine");

            assertThat(caller.get("/api/v1/credits").statusCode()).isEqualTo(200);
        }
    }

    @Test
    void saysThatWhatOneBeforeItTookWithItHasFailedAndKnowsNothingElseThatItDidNotAccept() throws IOException {
        String lost;
        try (ConfigurableApplicationContext before = run(Nothing.class)) {
            lost = new Caller(before.getBean(Simulator.class)).submitted("a fox");
        }

        try (ConfigurableApplicationContext context = run(Nothing.class)) {
            Caller caller = new Caller(context.getBean(Simulator.class));

            assertThat(caller.poll(lost).body()).contains("\"failed\"", "started anew");
            assertThat(caller.poll("somebody-elses").statusCode()).isEqualTo(404);
        }
    }

    @Test
    void staysAwayWhenThereIsAnUpstreamOrNoSuchProfile() {
        try (ConfigurableApplicationContext pointed =
                        run(Nothing.class, "--sluice.upstream.base-url=http://elsewhere");
                ConfigurableApplicationContext plain =
                        application(Nothing.class).run()) {
            assertThat(pointed.getBeansOfType(Simulator.class)).isEmpty();
            assertThat(plain.getBeansOfType(Simulator.class)).isEmpty();
        }
    }

    @Test
    void isClosedWhenTheContextDoesNotStart() {
        assertThatThrownBy(() -> run(FailsToStart.class)).hasStackTraceContaining("on purpose");

        assertThatThrownBy(() -> new Caller(FailsToStart.MET.getFirst()).get("/api/v1/models"))
                .isInstanceOf(ConnectException.class);
    }

    @Test
    void namesThePropertyThatIsWrong() {
        assertThatThrownBy(() -> run(Nothing.class, "--sluice.simulator.pace=-1"))
                .hasStackTraceContaining("sluice.simulator.pace is -1.0; expected more than 0");
    }

    private static ConfigurableApplicationContext run(Class<?> configuration, String... args) {
        return application(configuration)
                .run(Stream.concat(Stream.of("--spring.profiles.active=simulator"), Stream.of(args))
                        .toArray(String[]::new));
    }

    private static SpringApplicationBuilder application(Class<?> configuration) {
        return new SpringApplicationBuilder(configuration).web(WebApplicationType.NONE);
    }
}
