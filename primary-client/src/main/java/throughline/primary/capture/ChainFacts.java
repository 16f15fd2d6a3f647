package throughline.primary.capture;

import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.List;
import throughline.primary.evidence.CertificateFacts;

/** What can be said of a chain without path validation: which certificates belong together, and whether an anchor is near. */
final class ChainFacts {
    private static final int MOST = 10;

    private ChainFacts() {}

    static List<CertificateFacts> of(X509Certificate[] chain) {
        return Arrays.stream(chain).limit(MOST).map(CertificateFacts::of).toList();
    }

    /** How many certificates, from the leaf on, are each signed by the next. */
    static int linked(X509Certificate[] chain) {
        int linked = 1;
        while (linked < Math.min(chain.length, MOST) && signed(chain[linked - 1], chain[linked])) {
            linked++;
        }
        return linked;
    }

    /** Whether the linked part contains, or ends below, one of the anchors; dates and usages are not looked at. */
    static boolean anchored(X509Certificate[] chain, int linked, X509Certificate[] anchors) {
        return Arrays.stream(chain)
                .limit(linked)
                .anyMatch(certificate -> Arrays.stream(anchors)
                        .anyMatch(anchor -> anchor.equals(certificate) || signed(certificate, anchor)));
    }

    private static boolean signed(X509Certificate certificate, X509Certificate issuer) {
        if (!certificate.getIssuerX500Principal().equals(issuer.getSubjectX500Principal())) {
            return false;
        }
        try {
            certificate.verify(issuer.getPublicKey());
            return true;
        } catch (GeneralSecurityException e) {
            return false;
        }
    }
}
