package throughline.primary.evidence;

import java.security.PublicKey;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECKey;
import java.security.interfaces.RSAKey;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import javax.security.auth.x500.X500Principal;
import throughline.identity.Fingerprint;

/**
 * What a certificate says (RFC 5280 section 4.1).
 *
 * @param subject RFC 2253 form
 * @param issuer RFC 2253 form
 * @param serial hexadecimal
 * @param names subjectAltName entries of type dNSName and iPAddress, at most 100
 * @param sha256 of the whole certificate, lower-case hex
 * @param keySha256 of the SubjectPublicKeyInfo, lower-case hex: what a pin names (RFC 7469 section 2.4)
 * @param key algorithm and size, for example {@code EC 256}
 * @param authority whether basicConstraints says that it may issue certificates
 */
public record CertificateFacts(
        String subject,
        String issuer,
        String serial,
        Instant notBefore,
        Instant notAfter,
        List<String> names,
        String sha256,
        String keySha256,
        String key,
        String signatureAlgorithm,
        boolean authority) {
    private static final int DNS_NAME = 2;
    private static final int IP_ADDRESS = 7;

    public static CertificateFacts of(X509Certificate certificate) {
        return new CertificateFacts(
                certificate.getSubjectX500Principal().getName(X500Principal.RFC2253),
                certificate.getIssuerX500Principal().getName(X500Principal.RFC2253),
                certificate.getSerialNumber().toString(16),
                certificate.getNotBefore().toInstant(),
                certificate.getNotAfter().toInstant(),
                names(certificate),
                Fingerprint.sha256(certificate),
                Fingerprint.keySha256(certificate.getPublicKey()),
                key(certificate.getPublicKey()),
                certificate.getSigAlgName(),
                certificate.getBasicConstraints() >= 0);
    }

    /** Whether the instant lies within notBefore and notAfter, both inclusive (RFC 5280 section 4.1.2.5). */
    public boolean validAt(Instant instant) {
        return !instant.isBefore(notBefore) && !instant.isAfter(notAfter);
    }

    /** Whether issuer and subject are the same name. */
    public boolean selfIssued() {
        return subject.equals(issuer);
    }

    private static List<String> names(X509Certificate certificate) {
        try {
            return Optional.ofNullable(certificate.getSubjectAlternativeNames()).orElse(List.of()).stream()
                    .filter(entry -> isName(entry))
                    .map(entry -> String.valueOf(List.copyOf(entry).get(1)))
                    .limit(100)
                    .toList();
        } catch (CertificateParsingException e) {
            return List.of();
        }
    }

    private static boolean isName(Collection<?> entry) {
        Object type = entry.iterator().next();
        return type.equals(DNS_NAME) || type.equals(IP_ADDRESS);
    }

    private static String key(PublicKey key) {
        if (key instanceof ECKey ec) {
            return "EC " + ec.getParams().getCurve().getField().getFieldSize();
        }
        return key instanceof RSAKey rsa ? "RSA " + rsa.getModulus().bitLength() : key.getAlgorithm();
    }
}
