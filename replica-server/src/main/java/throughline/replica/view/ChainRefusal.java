package throughline.replica.view;

import java.security.GeneralSecurityException;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import throughline.protocol.ConnectionView.CertificateRefusal;

/** Finds out from a refused chain itself why it was refused: JSSE has one sentence for most faults, and others per JDK. */
final class ChainRefusal {
    private static final String CLIENT_AUTHENTICATION = "1.3.6.1.5.5.7.3.2";
    private static final String ANY_USAGE = "2.5.29.37.0";
    private static final int DIGITAL_SIGNATURE = 0;

    private ChainRefusal() {}

    /**
     * The first that holds, in the order in which path validation would come upon it: no path to an anchor, a
     * certificate of the path out of its time, a leaf that is not for clients.
     *
     * @param chain as it arrived, leaf first, not empty
     */
    static CertificateRefusal of(List<X509Certificate> chain, List<X509Certificate> anchors, Instant now) {
        Optional<List<X509Certificate>> path = path(chain, anchors);
        if (path.isEmpty()) {
            return CertificateRefusal.UNKNOWN_ISSUER;
        }
        for (X509Certificate certificate : path.get()) {
            if (now.isAfter(certificate.getNotAfter().toInstant())) {
                return CertificateRefusal.EXPIRED;
            }
            if (now.isBefore(certificate.getNotBefore().toInstant())) {
                return CertificateRefusal.NOT_YET_VALID;
            }
        }
        return isForClients(chain.get(0)) ? CertificateRefusal.OTHER : CertificateRefusal.WRONG_USAGE;
    }

    /** From the leaf to below an anchor, each signed by the next, in whatever order they were sent; or no such path. */
    private static Optional<List<X509Certificate>> path(List<X509Certificate> chain, List<X509Certificate> anchors) {
        List<X509Certificate> path = new ArrayList<>();
        List<X509Certificate> unused = new ArrayList<>(chain);
        Optional<X509Certificate> next = Optional.of(chain.get(0));
        while (next.isPresent()) {
            X509Certificate certificate = next.get();
            path.add(certificate);
            unused.remove(certificate);
            if (anchors.contains(certificate) || issuer(certificate, anchors).isPresent()) {
                return Optional.of(path);
            }
            next = issuer(certificate, unused);
        }
        return Optional.empty();
    }

    private static Optional<X509Certificate> issuer(X509Certificate certificate, List<X509Certificate> candidates) {
        return candidates.stream()
                .filter(candidate -> isSignedBy(certificate, candidate))
                .findFirst();
    }

    private static boolean isSignedBy(X509Certificate certificate, X509Certificate issuer) {
        if (!certificate.getIssuerX500Principal().equals(issuer.getSubjectX500Principal())) {
            return false;
        }
        try {
            certificate.verify(issuer.getPublicKey());
            return true;
        } catch (GeneralSecurityException | RuntimeException notSigned) {
            // A hostile key can trip the provider's arithmetic, which then throws what it likes.
            return false;
        }
    }

    /** RFC 5280 sections 4.2.1.3 and 4.2.1.12: an extension that is absent allows everything. */
    private static boolean isForClients(X509Certificate leaf) {
        boolean[] usage = leaf.getKeyUsage();
        if (usage != null && !usage[DIGITAL_SIGNATURE]) {
            return false;
        }
        try {
            List<String> purposes = leaf.getExtendedKeyUsage();
            return purposes == null || purposes.contains(CLIENT_AUTHENTICATION) || purposes.contains(ANY_USAGE);
        } catch (CertificateParsingException unreadable) {
            return false;
        }
    }
}
