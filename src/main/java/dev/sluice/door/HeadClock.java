package dev.sluice.door;

import dev.sluice.generation.Problem;
import dev.sluice.generation.ProblemType;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.concurrent.Future;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Gives the head of a request so long from its first byte to its last, however often another byte of it comes. Stands
 * before the codec, where bytes are seen; {@link Requests}, behind it, tells what they turned out to be. Nothing is
 * measured while an answer is on its way: nobody waits for the next head then.
 */
final class HeadClock extends ChannelInboundHandlerAdapter {

    private final Duration longest;
    private final DoorMeters meters;

    private boolean begun;
    private boolean inBody;
    private int unanswered;
    private @Nullable Future<?> running;

    HeadClock(Duration longest, DoorMeters meters) {
        this.longest = longest;
        this.meters = meters;
    }

    void headIsRead() {
        begun = false;
        inBody = true;
        unanswered++;
        stop();
    }

    void requestIsRead() {
        begun = false;
        inBody = false;
    }

    void isAnswered() {
        unanswered--;
    }

    /** How many requests were read and not answered to the end. */
    int unanswered() {
        return unanswered;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object bytes) {
        begun = true;
        context.fireChannelRead(bytes);
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        if (begun && !inBody && unanswered <= 0 && running == null) {
            running = context.executor().schedule(() -> refuse(context), longest.toMillis(), TimeUnit.MILLISECONDS);
        }
        context.fireChannelReadComplete();
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        stop();
        context.fireChannelInactive();
    }

    private void stop() {
        if (running != null) {
            running.cancel(false);
            running = null;
        }
    }

    private void refuse(ChannelHandlerContext context) {
        meters.refused(Bound.HEAD_TIME);
        Problem problem = new Problem(
                ProblemType.REQUEST_TIMEOUT,
                "The head of the request did not come to its end within %d ms".formatted(longest.toMillis()));
        context.writeAndFlush(Unpooled.wrappedBuffer(BareAnswer.bytes(problem)))
                .addListener(ChannelFutureListener.CLOSE);
    }
}
