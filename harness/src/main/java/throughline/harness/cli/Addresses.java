package throughline.harness.cli;

import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import throughline.primary.dial.ProxyAuthentication;
import throughline.primary.dial.ProxyCredentialsFile;
import throughline.primary.dial.ProxyEnvironment;
import throughline.primary.dial.ProxySettings;
import throughline.primary.dial.ProxySettings.Hop;
import throughline.primary.dial.SystemProxy;
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
                    "--proxy: " + e.getMessage() + ", or one of the words direct, environment and system");
        }
    }

    /** The same proxy with credentials out of a file. */
    static ProxySettings proxy(ProxySettings proxy, Path credentials) throws BadInputException {
        if (proxy instanceof Hop hop) {
            return hop.as(ProxyAuthentication.from(ProxyCredentialsFile.twoLines(credentials)));
        }
        throw new BadInputException("--proxy-credentials-file without a proxy that they are for; accepted is one beside"
                + " --proxy http://host:port");
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
