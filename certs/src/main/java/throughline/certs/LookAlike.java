package throughline.certs;

import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.util.Optional;
import java.util.Set;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.Extension;

/** What an inspecting proxy copies of a server's certificate into the one that it shows in its place. */
final class LookAlike {
    private LookAlike() {}

    /** Without key identifiers and without its signature. */
    static CertificateDraft of(X509Certificate original, PublicKey key, X500Name issuer) {
        CertificateDraft draft = new CertificateDraft(
                        issuer,
                        X500Name.getInstance(original.getSubjectX500Principal().getEncoded()),
                        key,
                        original.getNotBefore().toInstant(),
                        original.getNotAfter().toInstant())
                .endEntity()
                .extendedKeyUsage(Set.of(Usage.SERVER));
        return alternativeNames(original).map(draft::extension).orElse(draft);
    }

    /** Byte for byte, of whatever kind the names are. */
    private static Optional<Extension> alternativeNames(X509Certificate original) {
        String type = Extension.subjectAlternativeName.getId();
        Set<String> critical = original.getCriticalExtensionOIDs();
        return Optional.ofNullable(original.getExtensionValue(type))
                .map(value -> new Extension(
                        Extension.subjectAlternativeName,
                        critical != null && critical.contains(type),
                        ASN1OctetString.getInstance(value)));
    }
}
