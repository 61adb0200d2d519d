package dev.sluice.door;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.util.concurrent.Future;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Closes a connection whose other side has stopped to read: what waits for it is memory that others need. It is looked at
 * only while something waits that a flush has left over, so an answer that the socket takes at once costs nearly nothing
 * here. One that stops between two looks is closed at the second look after it: within twice the time that it may wait.
 */
final class UnreadAnswers extends ChannelOutboundHandlerAdapter {

    private final long longestMillis;
    private final DoorMeters meters;

    private @Nullable Future<?> nextLook;
    private @Nullable Object front;
    private long sentOfFront;
    private long waiting;

    UnreadAnswers(Duration longest, DoorMeters meters) {
        this.longestMillis = longest.toMillis();
        this.meters = meters;
    }

    @Override
    public void flush(ChannelHandlerContext context) {
        context.flush();
        if (nextLook == null) {
            lookLater(context, context.channel().unsafe().outboundBuffer());
        }
    }

    private void lookLater(ChannelHandlerContext context, @Nullable ChannelOutboundBuffer left) {
        if (left == null || left.isEmpty()) { // closed, or nothing is left
            nextLook = null;
            front = null;
        } else {
            front = left.current();
            sentOfFront = left.currentProgress();
            waiting = left.totalPendingWriteBytes();
            nextLook = context.executor().schedule(() -> look(context), longestMillis, TimeUnit.MILLISECONDS);
        }
    }

    private void look(ChannelHandlerContext context) {
        ChannelOutboundBuffer left = context.channel().unsafe().outboundBuffer();
        if (left != null && isUntouched(left)) {
            nextLook = null;
            meters.refused(Bound.UNREAD);
            context.close();
        } else {
            lookLater(context, left);
        }
    }

    /** The same is in front, no byte of it is gone, and what waits became no less: buffers are used again. */
    private boolean isUntouched(ChannelOutboundBuffer left) {
        return left.current() == front
                && left.currentProgress() == sentOfFront
                && left.totalPendingWriteBytes() >= waiting
                && !left.isEmpty();
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext context) {
        if (nextLook != null) {
            nextLook.cancel(false);
        }
    }
}
