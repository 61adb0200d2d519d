package dev.sluice.door;

import io.netty.channel.Channel;
import io.netty.channel.ChannelPipeline;
import org.springframework.boot.reactor.netty.NettyReactiveWebServerFactory;
import org.springframework.boot.web.server.Http2;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import reactor.netty.NettyPipeline;

/**
 * Stands at the API's door: how many may be inside, how slowly they may ask, and how long they may leave an answer
 * unread. The management port has none, so that it answers when strangers have taken every place.
 */
final class Door implements WebServerFactoryCustomizer<NettyReactiveWebServerFactory> {

    private final ConnectionProperties properties;
    private final DoorMeters meters;
    private final int most;

    Door(ConnectionProperties properties, DoorMeters meters) {
        this.properties = properties;
        this.meters = meters;
        this.most = Descriptors.leaveRoomFor(properties.max());
    }

    @Override
    public void customize(NettyReactiveWebServerFactory factory) {
        Http2 http2 = factory.getHttp2();
        if (http2 != null && http2.isEnabled()) {
            throw new IllegalStateException(
                    "server.http2.enabled must be false: what sluice.connection.* promises is kept for HTTP/1.1 only."
                            + " Let the proxy that ends TLS speak HTTP/2 to browsers");
        }
        factory.addServerCustomizers(server -> server.doOnChannelInit((_, channel, _) -> receive(channel)));
    }

    private void receive(Channel channel) {
        int open = meters.opened();
        channel.closeFuture().addListener(_ -> meters.closed());
        if (open > most) {
            meters.refused(Bound.CONNECTIONS);
            channel.close();
            return;
        }
        HeadClock clock = new HeadClock(properties.headTimeout(), meters);
        ChannelPipeline pipeline = channel.pipeline();
        pipeline.addBefore(
                NettyPipeline.HttpCodec, "sluice.unread", new UnreadAnswers(properties.unreadTimeout(), meters));
        pipeline.addBefore(NettyPipeline.HttpCodec, "sluice.headClock", clock);
        pipeline.addAfter(
                NettyPipeline.HttpCodec, "sluice.requests", new Requests(clock, properties.maxPipelined(), meters));
    }
}
