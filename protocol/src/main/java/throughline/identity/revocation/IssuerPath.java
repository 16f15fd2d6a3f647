package throughline.identity.revocation;

import java.security.GeneralSecurityException;
import java.security.cert.CertPathBuilder;
import java.security.cert.CertStore;
import java.security.cert.CollectionCertStoreParameters;
import java.security.cert.PKIXBuilderParameters;
import java.security.cert.PKIXCertPathBuilderResult;
import java.security.cert.TrustAnchor;
import java.security.cert.X509CertSelector;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import throughline.identity.Trust;

/** Which of the certificates that were shown lead to an anchor (RFC 5280, 6.1). */
final class IssuerPath {
    private static final int LONGEST = 10;

    private IssuerPath() {}

    /** The leaf, each one's issuer, and the anchor last; the leaf alone if it is an anchor; empty if there is no path. */
    static Optional<List<X509Certificate>> of(List<X509Certificate> shown, Trust trust, Instant now) {
        X509Certificate leaf = shown.get(0);
        if (trust.anchors().contains(leaf)) {
            return Optional.of(List.of(leaf));
        }
        try {
            X509CertSelector target = new X509CertSelector();
            target.setCertificate(leaf);
            PKIXBuilderParameters parameters = new PKIXBuilderParameters(
                    trust.anchors().stream()
                            .map(anchor -> new TrustAnchor(anchor, null))
                            .collect(Collectors.toSet()),
                    target);
            parameters.addCertStore(CertStore.getInstance(
                    "Collection",
                    new CollectionCertStoreParameters(
                            shown.stream().limit(LONGEST).toList())));
            parameters.setRevocationEnabled(false);
            parameters.setDate(Date.from(now));
            parameters.setMaxPathLength(LONGEST);
            return Optional.of(path((PKIXCertPathBuilderResult)
                    CertPathBuilder.getInstance("PKIX").build(parameters)));
        } catch (GeneralSecurityException | RuntimeException noPath) {
            return Optional.empty();
        }
    }

    private static List<X509Certificate> path(PKIXCertPathBuilderResult built) {
        List<X509Certificate> path = new ArrayList<>();
        built.getCertPath().getCertificates().forEach(certificate -> path.add((X509Certificate) certificate));
        path.add(built.getTrustAnchor().getTrustedCert());
        return path;
    }
}
