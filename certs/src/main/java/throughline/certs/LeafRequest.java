package throughline.certs;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.bouncycastle.util.IPAddress;

/**
 * What a leaf certificate is to say. The authority adds the rest of a good one: version 3, a random serial number, key
 * usage digitalSignature, key identifiers, and that it is no authority.
 *
 * @param commonName at most 64 characters (RFC 5280, A.1); the other parts of the subject are the authority's
 * @param dnsNames subject alternative names; a first label of {@code *} is allowed
 * @param ipAddresses subject alternative names, too; without any of both the extension is left out
 * @param usages extended key usages; none leaves the extension out, which permits any
 * @param notBefore from the authority's clock at the time of issue, negative for the past
 * @param notAfter likewise
 */
public record LeafRequest(
        Optional<String> commonName,
        List<String> dnsNames,
        List<InetAddress> ipAddresses,
        Set<Usage> usages,
        Duration notBefore,
        Duration notAfter) {
    private static final int LONGEST_COMMON_NAME = 64;
    private static final int LONGEST_DNS_NAME = 253;
    private static final Pattern DNS_NAME = Pattern.compile(
            "(\\*\\.)?LABEL(\\.LABEL)*".replace("LABEL", "[A-Za-z0-9_]([A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?"));

    public LeafRequest {
        dnsNames = List.copyOf(dnsNames);
        ipAddresses = List.copyOf(ipAddresses);
        usages = Set.copyOf(usages);
        dnsNames.forEach(LeafRequest::requireDnsName);
        commonName.ifPresent(LeafRequest::requireCommonName);
        if (notAfter.compareTo(notBefore) < 0) {
            throw new IllegalArgumentException(
                    "A certificate cannot end (%s) before it begins (%s).".formatted(notAfter, notBefore));
        }
    }

    /** A good server's: valid from an hour ago for a day, for this DNS name or IP address. */
    public static LeafRequest server(String name) {
        return good(name, Usage.SERVER);
    }

    /** A good client's, likewise. */
    public static LeafRequest client(String name) {
        return good(name, Usage.CLIENT);
    }

    public LeafRequest withCommonName(String changed) {
        return new LeafRequest(Optional.of(changed), dnsNames, ipAddresses, usages, notBefore, notAfter);
    }

    public LeafRequest withDnsNames(String... changed) {
        return new LeafRequest(commonName, List.of(changed), ipAddresses, usages, notBefore, notAfter);
    }

    public LeafRequest withIpAddresses(InetAddress... changed) {
        return new LeafRequest(commonName, dnsNames, List.of(changed), usages, notBefore, notAfter);
    }

    public LeafRequest withUsages(Usage... changed) {
        return new LeafRequest(commonName, dnsNames, ipAddresses, Set.of(changed), notBefore, notAfter);
    }

    public LeafRequest withValidity(Duration changedNotBefore, Duration changedNotAfter) {
        return new LeafRequest(commonName, dnsNames, ipAddresses, usages, changedNotBefore, changedNotAfter);
    }

    private static LeafRequest good(String name, Usage usage) {
        boolean address = IPAddress.isValid(name);
        return new LeafRequest(
                Optional.of(name).filter(fitting -> fitting.length() <= LONGEST_COMMON_NAME),
                address ? List.of() : List.of(name),
                address ? List.of(literal(name)) : List.of(),
                EnumSet.of(usage),
                Duration.ofHours(-1),
                Duration.ofHours(24));
    }

    /** Never asks a resolver: the text is an address already. */
    private static InetAddress literal(String address) {
        try {
            return InetAddress.getByName(address);
        } catch (UnknownHostException impossible) {
            throw new IllegalArgumentException("\"%s\" is no IP address.".formatted(address), impossible);
        }
    }

    private static void requireDnsName(String name) {
        if (name.length() > LONGEST_DNS_NAME || !DNS_NAME.matcher(name).matches()) {
            throw new IllegalArgumentException(
                    ("\"%s\" is no DNS name: labels of letters, digits, - and _ are accepted,"
                                    + " up to 63 characters each and 253 together.")
                            .formatted(printable(name)));
        }
    }

    private static void requireCommonName(String name) {
        if (name.isEmpty() || name.length() > LONGEST_COMMON_NAME) {
            throw new IllegalArgumentException(
                    "\"%s\" cannot be a common name: 1 to 64 characters are accepted.".formatted(printable(name)));
        }
    }

    /** The name may come out of a stranger's ClientHello. */
    private static String printable(String name) {
        String start = name.length() > LONGEST_DNS_NAME ? name.substring(0, LONGEST_DNS_NAME) + "…" : name;
        return start.replaceAll("\\p{Cntrl}", "?");
    }
}
