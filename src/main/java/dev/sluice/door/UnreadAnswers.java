package dev.sluice.door;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.handler.timeout.IdleStateEvent;
import io.netty.handler.timeout.IdleStateHandler;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** Closes a connection whose other side has stopped to read: what waits for it is memory that others need. */
final class UnreadAnswers extends IdleStateHandler {

    private final DoorMeters meters;

    UnreadAnswers(Duration longest, DoorMeters meters) {
        super(true, 0, longest.toMillis(), 0, TimeUnit.MILLISECONDS);
        this.meters = meters;
    }

    /** Nothing was written for so long; that is nobody's fault unless something waits to be. */
    @Override
    protected void channelIdle(ChannelHandlerContext context, IdleStateEvent event) {
        ChannelOutboundBuffer waiting = context.channel().unsafe().outboundBuffer();
        if (waiting != null && waiting.totalPendingWriteBytes() > 0) {
            meters.refused(Bound.UNREAD);
            context.close();
        }
    }
}
