package dev.sluice.stream;

import io.netty.channel.Channel;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.unix.Socket;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.NotYetConnectedException;

/**
 * Past the queue of a channel in which nothing waits: bytes that many sockets share are given to the system at once,
 * without a buffer, a promise and an entry for each of them. An event takes half of the memory so, and what is done for it
 * outside of the system a sixth less time ({@code src/bench/run fanout}).
 */
final class EmptyQueue {

    private EmptyQueue() {}

    /**
     * Sends as much as the socket takes now. To be called on the channel's own thread: there a channel loses its queue
     * before its socket is closed, so the socket is still this channel's, and no other connection has its number.
     *
     * @param direct outside of the heap, from its beginning to its limit; it is left as it is
     * @return how many bytes were sent. The rest is for the channel, all of them if anything waits in it, or if the
     *     socket is closed, broken or not one of epoll's: others may block
     */
    static int send(Channel channel, ByteBuffer direct) {
        ChannelOutboundBuffer queue = channel.unsafe().outboundBuffer();
        if (queue == null
                || queue.totalPendingWriteBytes() > 0 // what is not yet flushed is in it too
                || !channel.isActive()
                || !(channel instanceof EpollSocketChannel epoll)
                || !(epoll.fd() instanceof Socket socket)) {
            return 0;
        }
        try {
            return socket.send(direct, 0, direct.limit());
        } catch (IOException | NotYetConnectedException _) {
            return 0; // the channel meets that it is broken, and closes
        }
    }
}
