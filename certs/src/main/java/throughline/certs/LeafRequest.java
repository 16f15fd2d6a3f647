package throughline.certs;

import java.net.InetAddress;
import java.net.URI;
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
 * usage digitalSignature (and keyEncipherment for RSA), key identifiers, and that it is no authority.
 *
 * @param commonName at most 64 characters (RFC 5280, A.1); the other parts of the subject are the authority's
 * @param dnsNames subject alternative names; a first label of {@code *} is allowed
 * @param ipAddresses subject alternative names, too; without any of both the extension is left out
 * @param usages extended key usages; none leaves the extension out, which permits any
 * @param notBefore from the authority's clock at the time of issue, negative for the past
 * @param notAfter likewise
 * @param keyType of the leaf's own key, whatever the authority's is
 * @param crl the CRL distribution point, absolute (RFC 5280, 4.2.1.13); empty leaves the extension out
 * @param ocsp the OCSP responder, absolute (RFC 5280, 4.2.2.1); empty leaves the extension out
 */
public record LeafRequest(
        Optional<String> commonName,
        List<String> dnsNames,
        List<InetAddress> ipAddresses,
        Set<Usage> usages,
        Duration notBefore,
        Duration notAfter,
        KeyType keyType,
        Optional<URI> crl,
        Optional<URI> ocsp) {
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
        crl.ifPresent(LeafRequest::requireAbsolute);
        ocsp.ifPresent(LeafRequest::requireAbsolute);
        if (notAfter.compareTo(notBefore) < 0) {
            throw new IllegalArgumentException(
                    "A certificate cannot end (%s) before it begins (%s).".formatted(notAfter, notBefore));
        }
    }

    /** A good server's: a P-256 key, valid from an hour ago for thirty days, for this DNS name or IP address. */
    public static LeafRequest server(String name) {
        return good(name, Usage.SERVER);
    }

    /** A good client's, likewise. */
    public static LeafRequest client(String name) {
        return good(name, Usage.CLIENT);
    }

    public LeafRequest withCommonName(String changed) {
        return withCommonName(Optional.of(changed));
    }

    LeafRequest withCommonName(Optional<String> changed) {
        return new LeafRequest(changed, dnsNames, ipAddresses, usages, notBefore, notAfter, keyType, crl, ocsp);
    }

    public LeafRequest withDnsNames(String... changed) {
        return new LeafRequest(
                commonName, List.of(changed), ipAddresses, usages, notBefore, notAfter, keyType, crl, ocsp);
    }

    public LeafRequest withIpAddresses(InetAddress... changed) {
        return new LeafRequest(commonName, dnsNames, List.of(changed), usages, notBefore, notAfter, keyType, crl, ocsp);
    }

    public LeafRequest withUsages(Usage... changed) {
        return new LeafRequest(
                commonName, dnsNames, ipAddresses, Set.of(changed), notBefore, notAfter, keyType, crl, ocsp);
    }

    public LeafRequest withValidity(Duration changedNotBefore, Duration changedNotAfter) {
        return new LeafRequest(
                commonName, dnsNames, ipAddresses, usages, changedNotBefore, changedNotAfter, keyType, crl, ocsp);
    }

    public LeafRequest withKeyType(KeyType changed) {
        return new LeafRequest(commonName, dnsNames, ipAddresses, usages, notBefore, notAfter, changed, crl, ocsp);
    }

    public LeafRequest withRevocationSources(Optional<URI> changedCrl, Optional<URI> changedOcsp) {
        return new LeafRequest(
                commonName, dnsNames, ipAddresses, usages, notBefore, notAfter, keyType, changedCrl, changedOcsp);
    }

    private static LeafRequest good(String name, Usage usage) {
        boolean address = IPAddress.isValid(name);
        return new LeafRequest(
                Optional.of(name).filter(fitting -> fitting.length() <= LONGEST_COMMON_NAME),
                address ? List.of() : List.of(name),
                address ? List.of(literal(name)) : List.of(),
                EnumSet.of(usage),
                Duration.ofHours(-1),
                Duration.ofDays(30),
                KeyType.EC_P256,
                Optional.empty(),
                Optional.empty());
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

    private static void requireAbsolute(URI address) {
        if (address.getScheme() == null || address.getHost() == null) {
            throw new IllegalArgumentException(
                    "\"%s\" is no place to ask for revocation: an absolute address such as http://127.0.0.1/crl is accepted."
                            .formatted(address));
        }
    }

    /** The name may come out of a stranger's ClientHello. */
    private static String printable(String name) {
        String start = name.length() > LONGEST_DNS_NAME ? name.substring(0, LONGEST_DNS_NAME) + "…" : name;
        return start.replaceAll("\\p{Cntrl}", "?");
    }
}
