package dev.sluice.bench;

import dev.sluice.simulator.SimulatorSettings;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.http.MediaType;
import org.springframework.http.codec.ServerSentEvent;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.reactive.function.client.WebClient;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import tools.jackson.databind.JsonNode;

/** What WebFlux's own guides would make of the task: each subscriber polls for itself. */
final class Textbook implements AutoCloseable {

    private static final Pattern LISTENS = Pattern.compile("Netty started on port (\\d+)");

    private final Child child;
    private final URI address;

    private Textbook(Child child) {
        this.child = child;
        this.address = URI.create("http://127.0.0.1:" + child.hears(LISTENS).group(1));
    }

    static Textbook inFrontOf(URI upstream) {
        return new Textbook(Child.java(
                "textbook",
                Textbook.class,
                List.of("--server.port=0", "--spring.main.banner-mode=off", "--upstream=" + upstream)));
    }

    URI address() {
        return address;
    }

    String accept() {
        return Call.post(address.resolve("/"), "");
    }

    @Override
    public void close() {
        child.close();
    }

    public static void main(String[] arguments) {
        SpringApplication.run(Application.class, arguments);
    }

    @SpringBootConfiguration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class Application {

        @Bean
        Api api(WebClient.Builder http, org.springframework.core.env.Environment environment) {
            return new Api(http.baseUrl(environment.getRequiredProperty("upstream"))
                    .defaultHeaders(headers -> headers.setBearerAuth(SimulatorSettings.KEY))
                    .build());
        }
    }

    /** Submits; and polls every 3 s for each who watches. */
    @RestController
    static class Api {

        private static final Duration EVERY = Duration.ofSeconds(3);

        private final WebClient upstream;

        Api(WebClient upstream) {
            this.upstream = upstream;
        }

        @PostMapping("/")
        Mono<String> submit() {
            return upstream.post()
                    .uri("/api/v1/generate")
                    .contentType(MediaType.APPLICATION_JSON)
                    .bodyValue(Map.of("prompt", "watched by many", "mode", "async"))
                    .retrieve()
                    .bodyToMono(JsonNode.class)
                    .map(taken -> taken.path("generationId").stringValue());
        }

        @GetMapping(path = "/{id}/events", produces = MediaType.TEXT_EVENT_STREAM_VALUE)
        Flux<ServerSentEvent<JsonNode>> events(@PathVariable String id) {
            return Flux.interval(Duration.ZERO, EVERY)
                    .onBackpressureDrop()
                    .concatMap(_ -> poll(id))
                    .takeUntil(task ->
                            !task.path("processingStatus").stringValue("").equals("processing"))
                    .map(task -> ServerSentEvent.builder(task).build());
        }

        private Mono<JsonNode> poll(String id) {
            return upstream.get()
                    .uri("/api/v1/generate?id={id}", id)
                    .retrieve()
                    .bodyToMono(JsonNode.class)
                    .map(answer -> answer.path("data"));
        }
    }
}
