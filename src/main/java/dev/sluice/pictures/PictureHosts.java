package dev.sluice.pictures;

import dev.sluice.addresses.PublicAddresses;
import io.netty.channel.ChannelOption;
import java.net.URI;
import java.time.Duration;
import java.util.function.Function;
import org.springframework.boot.http.client.HttpClientSettings;
import org.springframework.boot.http.client.HttpRedirects;
import org.springframework.boot.http.client.InetAddressFilter;
import org.springframework.boot.http.client.reactive.ClientHttpConnectorBuilder;
import org.springframework.http.HttpHeaders;
import org.springframework.web.reactive.function.client.ClientResponse;
import org.springframework.web.reactive.function.client.WebClient;
import org.springframework.web.reactive.function.client.WebClientException;
import reactor.core.publisher.Mono;
import reactor.netty.http.client.HttpClient;
import reactor.netty.resources.ConnectionProvider;

/**
 * The hosts that keep pictures. Their addresses come from the upstream's answers, so they are checked when the connection
 * is made: only public ones, lest an answer make Sluice fetch from the network it stands in; save the upstream's own.
 */
final class PictureHosts implements AutoCloseable {

    private static final int CONNECTIONS = 50;
    private static final int WAITING_FOR_A_CONNECTION = 500;
    private static final Duration LONGEST_WAIT_FOR_A_CONNECTION = Duration.ofSeconds(2);
    private static final Duration LONGEST_SILENCE = Duration.ofSeconds(15);
    private static final int CONNECT_TIMEOUT_MILLIS = 3_000;

    /** Some of these hosts answer 403 to what calls itself a library. */
    private static final String USER_AGENT = "Mozilla/5.0 (compatible; Sluice)";

    private final ConnectionProvider connections = ConnectionProvider.builder("pictures")
            .maxConnections(CONNECTIONS)
            .pendingAcquireMaxCount(WAITING_FOR_A_CONNECTION)
            .pendingAcquireTimeout(LONGEST_WAIT_FOR_A_CONNECTION)
            .build();

    private final URI upstream;
    private final WebClient publicHosts;
    private final WebClient upstreamHost;

    PictureHosts(URI upstream) {
        this.upstream = upstream;
        this.publicHosts = client(PublicAddresses.only());
        this.upstreamHost = client(InetAddressFilter.all());
    }

    private WebClient client(InetAddressFilter allowed) {
        return WebClient.builder()
                .clientConnector(ClientHttpConnectorBuilder.reactor()
                        .withHttpClientFactory(() -> HttpClient.create(connections)
                                .responseTimeout(LONGEST_SILENCE)
                                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, CONNECT_TIMEOUT_MILLIS))
                        .build(HttpClientSettings.defaults()
                                .withRedirects(HttpRedirects.DONT_FOLLOW)
                                .withInetAddressFilter(allowed)))
                .defaultHeader(HttpHeaders.USER_AGENT, USER_AGENT)
                .defaultHeader(HttpHeaders.ACCEPT, "image/*, video/*;q=0.5")
                .build();
    }

    /** Fetches from there and hands over the answer; what cannot be reached, or may not, ends in a refusal. */
    Mono<Void> get(URI url, Function<ClientResponse, Mono<Void>> relay) {
        if (!"http".equals(url.getScheme()) && !"https".equals(url.getScheme())) {
            return Mono.error(PicturesController.unavailable("its address is none of the web"));
        }
        return (isUpstream(url) ? upstreamHost : publicHosts)
                .get()
                .uri(url)
                .exchangeToMono(relay)
                .onErrorMap(WebClientException.class, _ -> PicturesController.unavailable("it cannot be reached"));
    }

    private boolean isUpstream(URI url) {
        return upstream.getHost().equals(url.getHost()) && upstream.getPort() == url.getPort();
    }

    @Override
    public void close() {
        connections.dispose();
    }
}
