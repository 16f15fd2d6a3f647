package throughline.harness.cli;

import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URISyntaxException;
import throughline.primary.dial.ProxySettings;
import throughline.protocol.Excerpt;

/** Addresses as they are given on the command line. */
final class Addresses {
    private Addresses() {}

    static URI replica(String given) throws BadInputException {
        URI uri = uri("--to", given, "https://host:port");
        if (!"https".equals(uri.getScheme()) || uri.getHost() == null) {
            throw new BadInputException("--to \"" + Excerpt.of(given) + "\"; accepted is https://host:port");
        }
        return uri;
    }

    /** {@code direct} or {@code http://host:port}; credentials in it are refused, they would show in a list of processes. */
    static ProxySettings proxy(String given) throws BadInputException {
        String accepted = "direct or http://host:port";
        if (given.equals("direct")) {
            return ProxySettings.direct();
        }
        URI uri = uri("--proxy", given, accepted);
        if (uri.getRawUserInfo() != null) {
            throw new BadInputException("--proxy with a user name or password; accepted is " + accepted);
        }
        if (!"http".equals(uri.getScheme()) || uri.getHost() == null || uri.getPort() < 1) {
            throw new BadInputException("--proxy \"" + Excerpt.of(given) + "\"; accepted is " + accepted);
        }
        return ProxySettings.httpConnect(uri.getHost(), uri.getPort());
    }

    static InetSocketAddress listen(String given) throws BadInputException {
        int colon = given.lastIndexOf(':');
        String host = colon < 0 ? "" : given.substring(0, colon).replaceAll("^\\[|]$", "");
        String port = given.substring(colon + 1);
        if (host.isEmpty() || !port.matches("[0-9]{1,5}") || Integer.parseInt(port) > 65535) {
            throw new BadInputException(
                    "--listen \"" + Excerpt.of(given) + "\"; accepted is HOST:PORT, port 0 for a free one");
        }
        InetSocketAddress address = new InetSocketAddress(host, Integer.parseInt(port));
        if (address.isUnresolved()) {
            throw new BadInputException("--listen \"" + Excerpt.of(given) + "\": no such host; accepted is HOST:PORT");
        }
        return address;
    }

    /** As in a URL: an IPv6 address in brackets (RFC 3986 section 3.2.2). */
    static String text(InetSocketAddress address) {
        String host = address.getHostString();
        return (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + address.getPort();
    }

    private static URI uri(String option, String given, String accepted) throws BadInputException {
        try {
            return new URI(given);
        } catch (URISyntaxException e) {
            throw new BadInputException(option + " \"" + Excerpt.of(given) + "\"; accepted is " + accepted);
        }
    }
}
