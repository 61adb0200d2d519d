package dev.sluice.bench;

import dev.sluice.simulator.SimulatorSettings;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.core.ParameterizedTypeReference;
import org.springframework.core.env.Environment;
import org.springframework.http.MediaType;
import org.springframework.http.codec.ServerSentEvent;
import org.springframework.web.reactive.function.client.WebClient;
import org.springframework.web.reactive.function.server.RouterFunction;
import org.springframework.web.reactive.function.server.RouterFunctions;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import tools.jackson.databind.JsonNode;

/** What WebFlux's own guides would make of the task: each subscriber polls for itself. */
final class Textbook implements AutoCloseable {

    private static final Pattern LISTENS = Pattern.compile("listens on (\\d+)");

    private static final ParameterizedTypeReference<ServerSentEvent<JsonNode>> EVENTS =
            new ParameterizedTypeReference<>() {};

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
                List.of(
                        "--server.port=0",
                        "--management.server.port=0",
                        "--spring.main.banner-mode=off",
                        "--upstream=" + upstream)));
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

    /** Says on which port it listens. */
    public static void main(String[] arguments) {
        ConfigurableApplicationContext context = SpringApplication.run(Application.class, arguments);
        System.out.println("listens on " + context.getEnvironment().getProperty("local.server.port"));
    }

    /** Without a stereotype, which Sluice would find where both are on the class path. */
    @EnableAutoConfiguration
    static class Application {

        @Bean
        RouterFunction<ServerResponse> routes(WebClient.Builder http, Environment environment) {
            Api api = new Api(http.baseUrl(environment.getRequiredProperty("upstream"))
                    .defaultHeaders(headers -> headers.setBearerAuth(SimulatorSettings.KEY))
                    .build());
            return RouterFunctions.route()
                    .POST("/", _ -> ServerResponse.ok().body(api.submit(), String.class))
                    .GET(
                            "/{id}/events",
                            request -> ServerResponse.ok()
                                    .contentType(MediaType.TEXT_EVENT_STREAM)
                                    .body(api.events(request.pathVariable("id")), EVENTS))
                    .build();
        }
    }

    /** Submits; and polls every 3 s for each who watches. */
    private record Api(WebClient upstream) {

        private static final Duration EVERY = Duration.ofSeconds(3);

        Mono<String> submit() {
            return upstream.post()
                    .uri("/api/v1/generate")
                    .contentType(MediaType.APPLICATION_JSON)
                    .bodyValue(Map.of("prompt", "watched by many", "mode", "async"))
                    .retrieve()
                    .bodyToMono(JsonNode.class)
                    .map(taken -> taken.path("generationId").stringValue());
        }

        Flux<ServerSentEvent<JsonNode>> events(String id) {
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
