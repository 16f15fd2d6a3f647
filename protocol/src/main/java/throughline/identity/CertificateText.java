package throughline.identity;

import java.security.cert.X509Certificate;

/** How a certificate is named in a sentence: it may come from anyone, so nothing in it may break the line. */
final class CertificateText {
    private static final int LONGEST = 200;

    private CertificateText() {}

    static String subject(X509Certificate certificate) {
        String name = certificate.getSubjectX500Principal().getName().replaceAll("\\p{Cntrl}", "?");
        return name.length() <= LONGEST ? name : name.substring(0, LONGEST) + "…";
    }
}
