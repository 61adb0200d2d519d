package dev.sluice.door;

import com.sun.management.UnixOperatingSystemMXBean;
import java.lang.management.ManagementFactory;

/** What the operating system lets this process open: files and connections come out of the same number. */
final class Descriptors {

    /** For the log, the upstream, the management port and the libraries: without them nothing could be answered. */
    private static final int KEPT_FREE = 256;

    private Descriptors() {}

    /** So many connections, or as many as leave those free that everything else needs. */
    static int leaveRoomFor(int connections) {
        return ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean system
                ? (int) Math.clamp(system.getMaxFileDescriptorCount() - KEPT_FREE, 1, connections)
                : connections;
    }
}
