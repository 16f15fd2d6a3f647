package throughline.identity.revocation;

import java.net.URI;
import java.net.URISyntaxException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Where a certificate says that its revocation can be looked up. Of each kind the first {@link #MOST} that can be asked
 * count.
 *
 * @param ocsp of the AuthorityInformationAccess extension (RFC 5280, 4.2.2.1)
 * @param crls of the CRLDistributionPoints extension (RFC 5280, 4.2.1.13)
 * @param unusable what the certificate names and cannot be asked, as clauses with the reason
 */
record RevocationSources(List<URI> ocsp, List<CrlPoint> crls, List<String> unusable) {
    static final int MOST = 3;

    private static final String AUTHORITY_INFORMATION_ACCESS = "1.3.6.1.5.5.7.1.1";
    private static final String CRL_DISTRIBUTION_POINTS = "2.5.29.31";
    /** 1.3.6.1.5.5.7.48.1. */
    private static final byte[] AD_OCSP = {0x2B, 6, 1, 5, 5, 7, 0x30, 1};

    private static final int URI_NAME = DerElement.primitive(6);

    /** One address of a distribution point, with all the names of that point. */
    record CrlPoint(URI address, List<String> names) {}

    static RevocationSources of(X509Certificate certificate) {
        List<String> unusable = new ArrayList<>();
        return new RevocationSources(
                first(responders(certificate, unusable)), first(distributionPoints(certificate, unusable)), unusable);
    }

    private static <T> List<T> first(List<T> all) {
        return all.stream().limit(MOST).toList();
    }

    private static List<URI> responders(X509Certificate certificate, List<String> unusable) {
        List<URI> addresses = new ArrayList<>();
        byte[] extension = certificate.getExtensionValue(AUTHORITY_INFORMATION_ACCESS);
        if (extension == null) {
            return addresses;
        }
        try {
            for (DerElement description : value(extension).children()) {
                List<DerElement> parts = description.children();
                if (parts.size() == 2 && Arrays.equals(parts.get(0).content(), AD_OCSP)) {
                    address("the OCSP responder", parts.get(1), unusable).ifPresent(addresses::add);
                }
            }
        } catch (MalformedDerException damaged) {
            unusable.add("its AuthorityInformationAccess extension cannot be read");
        }
        return addresses;
    }

    private static List<CrlPoint> distributionPoints(X509Certificate certificate, List<String> unusable) {
        List<CrlPoint> points = new ArrayList<>();
        byte[] extension = certificate.getExtensionValue(CRL_DISTRIBUTION_POINTS);
        if (extension == null) {
            return points;
        }
        try {
            for (DerElement point : value(extension).children()) {
                points.addAll(addresses(point, unusable));
            }
        } catch (MalformedDerException damaged) {
            unusable.add("its CRLDistributionPoints extension cannot be read");
        }
        return points;
    }

    /** DistributionPoint: [0] distributionPoint, [1] reasons, [2] cRLIssuer; distributionPoint: [0] fullName. */
    private static List<CrlPoint> addresses(DerElement point, List<String> unusable) throws MalformedDerException {
        List<DerElement> names = new ArrayList<>();
        Optional<DerElement> name = point.child(DerElement.constructed(0));
        Optional<DerElement> fullName =
                name.isPresent() ? name.get().child(DerElement.constructed(0)) : Optional.empty();
        if (fullName.isPresent()) {
            names.addAll(fullName.get().children());
        }
        if (point.child(DerElement.primitive(1)).isPresent()) {
            unusable.add("one of its CRLs covers only some reasons");
            return List.of();
        }
        if (point.child(DerElement.constructed(2)).isPresent()) {
            unusable.add("one of its CRLs is of another issuer than the certificate");
            return List.of();
        }
        List<String> texts = names.stream()
                .filter(text -> text.tag() == URI_NAME)
                .map(DerElement::text)
                .toList();
        return names.stream()
                .flatMap(each -> address("the CRL", each, unusable).stream())
                .map(address -> new CrlPoint(address, texts))
                .toList();
    }

    private static Optional<URI> address(String kind, DerElement generalName, List<String> unusable) {
        if (generalName.tag() != URI_NAME) {
            return Optional.empty();
        }
        String text = generalName.text();
        try {
            URI address = new URI(text);
            if ("http".equalsIgnoreCase(address.getScheme())
                    && address.getHost() != null
                    && address.getPort() <= 0xFFFF
                    && address.getRawUserInfo() == null) {
                return Optional.of(address);
            }
        } catch (URISyntaxException unreadable) {
            // Said below: the reason of both is that it is no http address.
        }
        unusable.add("%s at %s is not asked because only http addresses are".formatted(kind, Sentence.printable(text)));
        return Optional.empty();
    }

    /** The SEQUENCE that the OCTET STRING of an extension holds. */
    private static DerElement value(byte[] extension) throws MalformedDerException {
        return DerElement.of(extension).required(DerElement.SEQUENCE);
    }
}
