package throughline.harness.middlebox;

import java.net.InetSocketAddress;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import throughline.protocol.Excerpt;

/**
 * Where a client wants to be connected to.
 *
 * @param host a name or an address, IPv6 without its brackets
 * @param port as asked for, or the one that the client dialled
 */
record Destination(String host, int port) {
    private static final Pattern HOST = Pattern.compile("[0-9A-Fa-f:.]{2,45}|[A-Za-z0-9._-]{1,255}");
    private static final Pattern FORM =
            Pattern.compile("(?:\\[([0-9A-Fa-f:.]{2,45})]|([A-Za-z0-9._-]{1,255})):(\\d{1,5})");

    /**
     * Reads the authority-form of CONNECT (RFC 9112, 3.2.3).
     *
     * @throws BadRequestException 405 for any other method, 400 when the target is not host and port
     */
    static Destination ofConnect(HttpHead head) throws BadRequestException {
        RequestLine request = RequestLine.of(head);
        if (!request.method().equals("CONNECT")) {
            throw new BadRequestException(405, "the method " + Excerpt.of(request.method()) + " is not CONNECT");
        }
        Matcher matcher = FORM.matcher(request.target());
        if (!matcher.matches() || !isPort(Integer.parseInt(matcher.group(3)))) {
            throw new BadRequestException(
                    400, "CONNECT to \"" + Excerpt.of(request.target()) + "\"; accepted is host:port, port 1 to 65535");
        }
        String address = matcher.group(1);
        return new Destination(address == null ? matcher.group(2) : address, Integer.parseInt(matcher.group(3)));
    }

    /** Where a socket leads, by its address if that is known: the name alone may have several. */
    static Destination of(InetSocketAddress address) {
        String host = address.isUnresolved()
                ? address.getHostString()
                : address.getAddress().getHostAddress();
        return new Destination(host, address.getPort());
    }

    /** Whether it is an address, or made of what names are made of: it is shown in lines of text. */
    static boolean isHost(String text) {
        return HOST.matcher(text).matches();
    }

    private static boolean isPort(int number) {
        return number >= 1 && number <= 65535;
    }

    /** As an authority (RFC 3986, 3.2): an IPv6 address in brackets. */
    @Override
    public String toString() {
        return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
    }
}
