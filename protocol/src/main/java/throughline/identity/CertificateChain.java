package throughline.identity;

import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;

/** Puts the certificates of a file into the order of the wire, whatever order they came in. */
final class CertificateChain {
    private CertificateChain() {}

    /**
     * The key's certificate first, then each one's issuer by name, then whatever is left in its old order. Where several
     * would do, the first in the file wins.
     *
     * @return empty if none of the certificates is the key's
     */
    static Optional<List<X509Certificate>> of(PrivateKey key, List<X509Certificate> certificates)
            throws UnusableIdentityException {
        KeyProof proof = KeyProof.by(key);
        return certificates.stream()
                .filter(certificate -> proof.verifiedBy(certificate.getPublicKey()))
                .findFirst()
                .map(leaf -> from(leaf, certificates));
    }

    private static List<X509Certificate> from(X509Certificate leaf, List<X509Certificate> certificates) {
        List<X509Certificate> chain = new ArrayList<>();
        List<X509Certificate> rest = new ArrayList<>(new LinkedHashSet<>(certificates));
        Optional<X509Certificate> next = Optional.of(leaf);
        while (next.isPresent()) {
            chain.add(next.get());
            rest.remove(next.get());
            next = issuerOf(next.get(), rest);
        }
        chain.addAll(rest);
        return chain;
    }

    private static Optional<X509Certificate> issuerOf(X509Certificate certificate, List<X509Certificate> candidates) {
        if (certificate.getIssuerX500Principal().equals(certificate.getSubjectX500Principal())) {
            return Optional.empty();
        }
        return candidates.stream()
                .filter(candidate -> candidate.getSubjectX500Principal().equals(certificate.getIssuerX500Principal()))
                .findFirst();
    }
}
