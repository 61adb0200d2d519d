package dev.sluice.addresses;

import java.net.Inet4Address;
import java.net.InetAddress;
import org.springframework.boot.http.client.InetAddressFilter;

/**
 * The addresses of the internet at large: none of this machine, of the network it stands in, or of one that only looks
 * public because it wraps another. An HTTP client that is built with this asks it about the address that it connects to,
 * after the name was resolved, so that a name that resolves to another one a moment later gains nothing.
 */
public final class PublicAddresses {

    private static final int FIRST_THREE_BITS = 0xe0;
    private static final int GLOBAL_UNICAST = 0x20;

    private PublicAddresses() {}

    /** Lets through what is public, and nothing else. */
    public static InetAddressFilter only() {
        return InetAddressFilter.externalAddresses()
                .and(InetAddressFilter.adapt(PublicAddresses::isIpv4OrGlobalUnicast));
    }

    /** RFC 4291, section 2.4: all that IPv6 routes is in 2000::/3, and nothing there wraps an IPv4 address but 6to4. */
    private static boolean isIpv4OrGlobalUnicast(InetAddress address) {
        return address instanceof Inet4Address || (address.getAddress()[0] & FIRST_THREE_BITS) == GLOBAL_UNICAST;
    }
}
