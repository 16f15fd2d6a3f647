package throughline.harness.cli;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Locale;
import throughline.certs.LeafRequest;
import throughline.certs.Usage;
import throughline.protocol.Excerpt;

/**
 * A name given with {@code --host} or {@code --client}: what stands in a certificate, and what its files are called.
 *
 * @param value a DNS name in lower case, its first label perhaps {@code *}, or an IP address as it was given
 * @param request for a good certificate of that name
 */
record CertificateName(Usage end, String value, LeafRequest request) {
    /** File systems take 255 bytes, and the longest ending is shorter than the rest. */
    private static final int LONGEST = 240;

    static CertificateName of(Usage end, String given) throws BadInputException {
        String value = given.toLowerCase(Locale.ROOT);
        LeafRequest request = request(end, value);
        if (value.length() > LONGEST) {
            throw new BadInputException(option(end) + " \"" + Excerpt.of(given) + "\" has " + given.length()
                    + " characters; accepted are " + LONGEST + ", because files are named after it");
        }
        return new CertificateName(end, value, request);
    }

    /** This machine by all of its usual names. */
    static CertificateName localhost() {
        LeafRequest request = LeafRequest.server("localhost")
                .withIpAddresses(loopback(127, 0, 0, 1), loopback(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1));
        return new CertificateName(Usage.SERVER, "localhost", request);
    }

    static String option(Usage end) {
        return switch (end) {
            case SERVER -> "--host";
            case CLIENT -> "--client";
        };
    }

    /** Without an ending; a wildcard's asterisk and the colons of an address are not for file names. */
    String file() {
        return value.replaceFirst("^\\*", "_wildcard").replace(':', '_');
    }

    /** What a peer asks for: a wildcard covers one label, so it is some name of that kind. */
    String asked() {
        return value.replaceFirst("^\\*", "any");
    }

    /** As it stands in a URL (RFC 3986, 3.2.2). */
    String inUrl() {
        return value.contains(":") ? "[" + value + "]" : asked();
    }

    boolean isAddress() {
        return request.dnsNames().isEmpty();
    }

    private static LeafRequest request(Usage end, String value) throws BadInputException {
        try {
            LeafRequest request =
                    switch (end) {
                        case SERVER -> LeafRequest.server(value);
                        case CLIENT -> LeafRequest.client(value);
                    };
            // 10.0.0.256 is a slip of the pen, not a host: no top-level domain is a number (RFC 3696, 2).
            if (request.ipAddresses().isEmpty() && value.matches("(.*\\.)?[0-9]+")) {
                throw notAccepted(end, value);
            }
            return request;
        } catch (IllegalArgumentException neither) {
            throw notAccepted(end, value);
        }
    }

    private static BadInputException notAccepted(Usage end, String given) {
        return new BadInputException(option(end) + " \"" + Excerpt.of(given)
                + "\" is neither a DNS name nor an IP address; accepted are labels of letters, digits, - and _ with dots"
                + " between them, the first perhaps *, and addresses such as 192.0.2.1 or 2001:db8::1");
    }

    private static InetAddress loopback(int... octets) {
        byte[] address = new byte[octets.length];
        for (int i = 0; i < octets.length; i++) {
            address[i] = (byte) octets[i];
        }
        try {
            return InetAddress.getByAddress(address);
        } catch (UnknownHostException impossible) {
            throw new IllegalStateException("Four or sixteen octets are an address.", impossible);
        }
    }
}
