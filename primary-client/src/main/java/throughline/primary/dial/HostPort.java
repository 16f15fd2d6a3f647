package throughline.primary.dial;

/** Host and port as they stand in a request or URL. */
final class HostPort {
    private HostPort() {}

    /** An IPv6 address in brackets (RFC 3986 section 3.2.2). */
    static String text(String host, int port) {
        return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
    }
}
