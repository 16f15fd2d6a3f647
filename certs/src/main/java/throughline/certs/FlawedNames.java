package throughline.certs;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.stream.Stream;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralSubtree;
import org.bouncycastle.asn1.x509.NameConstraints;

/** Names that are not the ones asked for, or nearly, each in place of all alternative names and of the common name. */
final class FlawedNames {
    private static final byte[] DOCUMENTATION_ADDRESS = {(byte) 192, 0, 2, 1}; // RFC 5737

    private FlawedNames() {}

    static LeafRequest neighbour(LeafRequest good) {
        String name = good.dnsNames().isEmpty() ? "test" : good.dnsNames().get(0);
        String domain = domain(name);
        return named(good, name.startsWith("other.") ? "another." + domain : "other." + domain);
    }

    static LeafRequest address(LeafRequest good) {
        try {
            InetAddress address = InetAddress.getByAddress(DOCUMENTATION_ADDRESS);
            return good.withCommonName(address.getHostAddress()).withDnsNames().withIpAddresses(address);
        } catch (UnknownHostException impossible) {
            throw new IllegalStateException("Four octets are an IPv4 address.", impossible);
        }
    }

    static LeafRequest wildcard(LeafRequest good) {
        String domain = domain(host(good));
        if (!domain.contains(".")) {
            throw new IllegalArgumentException(
                    "The name %s is too short for a good wildcard: three labels or more are accepted, such as host.example.test."
                            .formatted(host(good)));
        }
        return named(good, "*." + domain);
    }

    static LeafRequest wildcardOfTopLevel(LeafRequest good) {
        String host = host(good);
        return named(good, "*." + host.substring(host.lastIndexOf('.') + 1));
    }

    /** Of the kinds of names that the leaf has, one of a stranger's each: a kind that is not named is not constrained. */
    static NameConstraints permittingOthers(LeafRequest good) {
        Stream<GeneralName> dns =
                good.dnsNames().stream().limit(1).map(any -> new GeneralName(GeneralName.dNSName, "elsewhere.invalid"));
        Stream<GeneralName> addresses =
                good.ipAddresses().stream().limit(1).map(any -> new GeneralName(GeneralName.iPAddress, "192.0.2.0/24"));
        return new NameConstraints(subtrees(Stream.concat(dns, addresses)), null);
    }

    static NameConstraints excluding(LeafRequest good) {
        Stream<GeneralName> dns = good.dnsNames().stream().map(name -> new GeneralName(GeneralName.dNSName, name));
        Stream<GeneralName> addresses = good.ipAddresses().stream()
                .map(address -> new GeneralName(
                        GeneralName.iPAddress, address.getHostAddress() + "/" + 8 * address.getAddress().length));
        return new NameConstraints(null, subtrees(Stream.concat(dns, addresses)));
    }

    private static GeneralSubtree[] subtrees(Stream<GeneralName> names) {
        return names.map(GeneralSubtree::new).toArray(GeneralSubtree[]::new);
    }

    private static LeafRequest named(LeafRequest good, String name) {
        return good.withCommonName(name).withDnsNames(name).withIpAddresses();
    }

    private static String host(LeafRequest good) {
        return good.dnsNames().stream()
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(
                        "A wildcard stands for part of a DNS name, and the leaf is to have none."));
    }

    private static String domain(String name) {
        return name.substring(name.indexOf('.') + 1);
    }
}
