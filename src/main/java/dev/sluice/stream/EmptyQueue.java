package dev.sluice.stream;

import io.netty.channel.Channel;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.unix.Socket;
import io.netty.channel.unix.UnixChannel;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Past the queue of a channel in which nothing waits: bytes that many sockets share are given to the system at once,
 * without a buffer, a promise and an entry for each of them.
 */
final class EmptyQueue {

    private EmptyQueue() {}

    /**
     * Sends as much as the socket takes now. To be called on the channel's own thread, on which alone it is closed: so the
     * socket is still this channel's, and no other connection has its number.
     *
     * @param direct outside of the heap, from its beginning to its limit; it is left as it is
     * @return how many bytes were sent. The rest is for the channel, all of them if anything waits in it, or if the
     *     socket is closed, broken or of a kind that is not known here
     */
    static int send(Channel channel, ByteBuffer direct) {
        ChannelOutboundBuffer queue = channel.unsafe().outboundBuffer();
        if (queue == null
                || queue.totalPendingWriteBytes() > 0
                || !channel.isActive()
                || !(channel instanceof UnixChannel unix)
                || !(unix.fd() instanceof Socket socket)) {
            return 0;
        }
        try {
            return socket.send(direct, 0, direct.limit());
        } catch (IOException _) {
            return 0; // the channel meets the same, and closes
        }
    }
}
