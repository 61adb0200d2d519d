package dev.sluice.upstream;

import io.micrometer.core.instrument.MeterRegistry;
import io.netty.channel.ChannelOption;
import java.time.Duration;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.client.reactive.ReactorClientHttpConnector;
import org.springframework.web.reactive.function.client.WebClient;
import reactor.netty.http.client.HttpClient;
import reactor.netty.resources.ConnectionProvider;

/** Three ways to the upstream, with connections of their own, so that none of them can starve another. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(UpstreamProperties.class)
class UpstreamConfiguration {

    /** Connections for polls, and for what is passed through; each. */
    private static final int CONNECTIONS = 50;

    /** Of each thread, for what is passed through; callers spread over the threads, but not evenly. */
    private static final int NEARBY_CONNECTIONS = 25;

    private static final int WAITING_FOR_A_CONNECTION = 500;
    private static final Duration LONGEST_WAIT_FOR_A_CONNECTION = Duration.ofSeconds(2);
    private static final Duration LONGEST_IDLE = Duration.ofSeconds(20);
    private static final Duration LONGEST_LIFE = Duration.ofMinutes(5);
    private static final int LARGEST_ANSWER = 1024 * 1024;

    @Bean(destroyMethod = "close")
    UpstreamKey upstreamKey(UpstreamProperties properties) {
        return new UpstreamKey(properties.apiKey(), properties.apiKeyFile());
    }

    @Bean(destroyMethod = "dispose")
    ConnectionProvider pollConnections() {
        return pooled("poll", CONNECTIONS);
    }

    @Bean(destroyMethod = "dispose")
    ConnectionProvider otherConnections() {
        return pooled("other", CONNECTIONS);
    }

    @Bean(destroyMethod = "close")
    NearbyClients nearbyClients(UpstreamProperties properties) {
        return new NearbyClients(
                () -> pooled("other", NEARBY_CONNECTIONS), connections -> othersOver(connections, properties));
    }

    private static ConnectionProvider pooled(String name, int connections) {
        return ConnectionProvider.builder(name)
                .maxConnections(connections)
                .pendingAcquireMaxCount(WAITING_FOR_A_CONNECTION)
                .pendingAcquireTimeout(LONGEST_WAIT_FOR_A_CONNECTION)
                .maxIdleTime(LONGEST_IDLE)
                .maxLifeTime(LONGEST_LIFE)
                .evictInBackground(LONGEST_IDLE)
                .lifo()
                .metrics(true) // its tags are the pool and the upstream's addresses
                .build();
    }

    /**
     * A submit has a connection of its own: one that idled may be closed by the other side at the very moment it is
     * written to, and nobody could tell whether the submit was read. A handshake is cheaper than a lost generation.
     */
    @Bean
    Upstream upstream(
            WebClient.Builder builder,
            UpstreamKey key,
            UpstreamProperties properties,
            ConnectionProvider pollConnections,
            ConnectionProvider otherConnections,
            NearbyClients nearbyClients,
            MeterRegistry registry) {
        return new Upstream(
                client(
                        builder,
                        properties,
                        http(properties, ConnectionProvider.newConnection())
                                .doOnRequest((request, _) -> FirstByte.aboutToBeWritten(request.currentContextView()))),
                client(builder, properties, http(properties, pollConnections)),
                client(builder, properties, othersOver(otherConnections, properties)),
                nearbyClients,
                new QuestionTimers(registry, properties.baseUrl()),
                key,
                properties);
    }

    /** Waits so long between any two pieces of an answer: a caller must not hang for ever where nobody polls for it. */
    private static HttpClient othersOver(ConnectionProvider connections, UpstreamProperties properties) {
        return http(properties, connections).responseTimeout(properties.pollTimeout());
    }

    private static HttpClient http(UpstreamProperties properties, ConnectionProvider connections) {
        return HttpClient.create(connections)
                .disableRetry(true)
                .followRedirect(false)
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, (int)
                        properties.connectTimeout().toMillis());
    }

    private static WebClient client(WebClient.Builder builder, UpstreamProperties properties, HttpClient http) {
        return builder.clone()
                .baseUrl(properties.baseUrl().toString())
                .clientConnector(new ReactorClientHttpConnector(http))
                .codecs(codecs -> codecs.defaultCodecs().maxInMemorySize(LARGEST_ANSWER))
                .build();
    }
}
