package throughline.harness.cli;

import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URISyntaxException;
import throughline.primary.ClientSettings;
import throughline.primary.dial.ProxyEnvironment;
import throughline.primary.dial.ProxySettings;
import throughline.primary.dial.SystemProxy;
import throughline.protocol.Excerpt;

/** Addresses as they are given on the command line. */
final class Addresses {
    private Addresses() {}

    static URI replica(String given) throws BadInputException {
        URI uri = uri("--to", given, "https://host:port");
        try {
            // A name that is not ASCII is a host to it, and none to a URI.
            return ClientSettings.to(uri).build().replica();
        } catch (IllegalArgumentException e) {
            throw new BadInputException("--to: " + e.getMessage());
        }
    }

    /**
     * {@code environment}, {@code system}, {@code direct} or a URL; credentials in it are refused, they would show in a list
     * of processes.
     */
    static ProxySettings proxy(String given, String host, int port) throws BadInputException {
        try {
            return switch (given) {
                case "environment" -> ProxyEnvironment.current().settings(host, port);
                case "system" -> SystemProxy.settings(host, port);
                default -> ProxySettings.parse(given);
            };
        } catch (IllegalArgumentException e) {
            throw new BadInputException(
                    switch (given) {
                        // It names the variable.
                        case "environment" -> String.valueOf(e.getMessage());
                        case "system" -> "--proxy system: " + e.getMessage();
                        default ->
                            "--proxy: " + e.getMessage() + ", or direct, environment, system and pac:FILE-OR-URL";
                    });
        }
    }

    static InetSocketAddress listen(String given) throws BadInputException {
        return address("--listen", given, 0);
    }

    /** Where a middlebox leads. */
    static InetSocketAddress target(String given) throws BadInputException {
        return target("--to", given);
    }

    static InetSocketAddress target(String option, String given) throws BadInputException {
        return address(option, given, 1);
    }

    private static InetSocketAddress address(String option, String given, int leastPort) throws BadInputException {
        int colon = given.lastIndexOf(':');
        String host = colon < 0 ? "" : given.substring(0, colon).replaceAll("^\\[|]$", "");
        String port = given.substring(colon + 1);
        if (host.isEmpty()
                || !port.matches("[0-9]{1,5}")
                || Integer.parseInt(port) > 65535
                || Integer.parseInt(port) < leastPort) {
            throw new BadInputException(option + " \"" + Excerpt.of(given) + "\"; accepted is HOST:PORT"
                    + (leastPort == 0 ? ", port 0 for a free one" : ""));
        }
        InetSocketAddress address = new InetSocketAddress(host, Integer.parseInt(port));
        if (address.isUnresolved()) {
            throw new BadInputException(option + " \"" + Excerpt.of(given) + "\": no such host; accepted is HOST:PORT");
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
