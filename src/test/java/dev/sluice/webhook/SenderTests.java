package dev.sluice.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.sluice.access.SigningSecret;
import dev.sluice.access.SigningSecretsInHand;
import dev.sluice.addresses.PublicAddresses;
import dev.sluice.webhook.Answer.Failed;
import dev.sluice.webhook.Answer.Gone;
import dev.sluice.webhook.Answer.Taken;
import io.netty.resolver.AddressResolver;
import io.netty.resolver.AddressResolverGroup;
import io.netty.resolver.InetNameResolver;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.Promise;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.http.client.InetAddressFilter;
import reactor.netty.http.client.HttpClient;

@SuppressWarnings("NullAway.Init")
class SenderTests {

    private static final Message MESSAGE = new Message("gen_1_4", "{}");
    private static final List<SigningSecret> SECRETS = List.of(SigningSecretsInHand.secret());
    private static final Duration PATIENCE = Duration.ofSeconds(2);

    private final AtomicInteger posts = new AtomicInteger();
    private HttpServer receiver;

    @BeforeEach
    void start() throws IOException {
        receiver = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
        receiver.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        receiver.createContext("/taken", exchange -> {
            posts.incrementAndGet();
            exchange.sendResponseHeaders(204, -1);
            exchange.close();
        });
        receiver.createContext("/moved", exchange -> {
            exchange.getResponseHeaders().set("Location", "/taken");
            exchange.sendResponseHeaders(307, -1);
            exchange.close();
        });
        receiver.createContext("/gone", exchange -> {
            exchange.sendResponseHeaders(410, -1);
            exchange.close();
        });
        receiver.createContext("/endless", exchange -> {
            exchange.sendResponseHeaders(200, 0);
            try (OutputStream body = exchange.getResponseBody()) {
                while (true) {
                    body.write(new byte[8192]); // until its reader has gone
                    posts.incrementAndGet();
                }
            }
        });
        receiver.createContext("/silent", _ -> posts.incrementAndGet());
        receiver.start();
    }

    @AfterEach
    void stop() {
        receiver.stop(0);
    }

    @Test
    void takesA2xxForADelivery() {
        assertThat(sent(anywhere(), at("/taken"))).isEqualTo(new Taken(204));
    }

    @Test
    void followsNoRedirect() {
        assertThat(sent(anywhere(), at("/moved"))).isEqualTo(new Failed("answered 307"));
        assertThat(posts).hasValue(0);
    }

    @Test
    void saysThatTheReceiverIsGone() {
        assertThat(sent(anywhere(), at("/gone"))).isEqualTo(new Gone());
    }

    @Test
    void waitsForNoAnswerLongerThanItsLimit() {
        assertThat(sent(anywhere(), at("/silent"))).isEqualTo(new Failed("no answer within 2 s"));
    }

    @Test
    void readsNoAnswerToItsEnd() {
        assertThat(sent(anywhere(), at("/endless"))).isEqualTo(new Taken(200));
    }

    @Test
    void saysWhenNobodyListens() {
        receiver.stop(0);

        assertThat(sent(anywhere(), at("/taken"))).isEqualTo(new Failed("no connection, or it was cut"));
    }

    @Test
    void sendsNothingUnsigned() {
        assertThat(anywhere().send(at("/taken"), MESSAGE, List.of()).block())
                .isEqualTo(new Failed("not sent: no secret to sign it with"));
        assertThat(posts).hasValue(0);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"127.0.0.1", "localhost", "[::1]", "[::ffff:127.0.0.1]", "[::127.0.0.1]", "0.0.0.0", "[::]"})
    void connectsToNothingThatIsNotPublic(String host) {
        URI url = URI.create("http://" + host + ":" + receiver.getAddress().getPort() + "/taken");
        Sender sender = new Sender(new WebhookProperties(false), PATIENCE, InstantSource.system());

        assertThat(sent(sender, url)).isEqualTo(new Failed("not sent: its address is not a public one"));
        assertThat(posts).hasValue(0);
    }

    @ParameterizedTest
    @ValueSource(strings = {"2130706433", "0x7f000001", "0177.0.0.1", "127.1", "127.0.0.1."})
    void isNotDeceivedByOtherSpellings(String host) {
        URI url = URI.create("http://" + host + ":" + receiver.getAddress().getPort() + "/taken");
        Sender sender = new Sender(new WebhookProperties(false), PATIENCE, InstantSource.system());

        assertThat(sent(sender, url)).isInstanceOf(Failed.class);
        assertThat(posts).hasValue(0);
    }

    @Test
    void checksTheAddressThatItConnectsToAndNotOneThatTheNameHadBefore() {
        Rebinding names = new Rebinding();
        Sender sender = new Sender(
                PublicAddresses.only(), HttpClient.newConnection().resolver(names), PATIENCE, InstantSource.system());
        URI url = URI.create("http://rebinding.example:" + receiver.getAddress().getPort() + "/taken");

        assertThat(sent(sender, url)).isEqualTo(new Failed("not sent: its address is not a public one"));
        assertThat(names.asked)
                .as("asked once for each attempt: nothing is resolved a second time")
                .hasValue(1);
        assertThat(posts).hasValue(0);
    }

    /** A name that is whatever its owner wants it to be when it matters: here this machine. */
    private static final class Rebinding extends AddressResolverGroup<InetSocketAddress> {
        final AtomicInteger asked = new AtomicInteger();

        @Override
        protected AddressResolver<InetSocketAddress> newResolver(EventExecutor executor) {
            return new InetNameResolver(executor) {
                @Override
                protected void doResolve(String host, Promise<InetAddress> promise) {
                    asked.incrementAndGet();
                    promise.setSuccess(InetAddress.getLoopbackAddress());
                }

                @Override
                protected void doResolveAll(String host, Promise<List<InetAddress>> promise) {
                    asked.incrementAndGet();
                    promise.setSuccess(List.of(InetAddress.getLoopbackAddress()));
                }
            }.asAddressResolver();
        }
    }

    private static Answer sent(Sender sender, URI url) {
        return sender.send(url, MESSAGE, SECRETS).blockOptional().orElseThrow();
    }

    private static Sender anywhere() {
        return new Sender(InetAddressFilter.all(), HttpClient.newConnection(), PATIENCE, InstantSource.system());
    }

    private URI at(String path) {
        return URI.create("http://127.0.0.1:" + receiver.getAddress().getPort() + path);
    }
}
