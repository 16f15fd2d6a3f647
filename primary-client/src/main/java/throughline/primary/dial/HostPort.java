package throughline.primary.dial;

import java.net.IDN;

/** Host and port as they stand in a request or URL. */
public final class HostPort {
    private HostPort() {}

    /**
     * A name that is not ASCII in the form for DNS (RFC 5890); everything else as it is.
     *
     * @throws IllegalArgumentException if it can have no such form
     */
    public static String ascii(String host) {
        return host.chars().allMatch(c -> c < 128) ? host : IDN.toASCII(host, IDN.ALLOW_UNASSIGNED);
    }

    /** An IPv6 address in brackets (RFC 3986 section 3.2.2). */
    static String text(String host, int port) {
        return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
    }
}
