package throughline.certs;

import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.X500NameBuilder;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x509.Extension;

/** Drafts a certificate as a {@link ForgedLeaf} says. */
record Forgery(LeafRequest asked, Optional<X509Certificate> original, ForgedLeaf shape) {

    CertificateDraft draft(X509Certificate authority, X500Name issuer, PublicKey key, Instant now) {
        Validity dates = dates(authority, now);
        CertificateDraft draft = new CertificateDraft(issuer, subject(), key, dates.from(), dates.to())
                .alternativeNames(asked.dnsNames(), asked.ipAddresses());
        copied(Extension.subjectAlternativeName).ifPresent(draft::extension);
        switch (shape.extensions()) {
            case NAMES -> {}
            case NAMES_AND_SERVER_USAGE -> draft.extendedKeyUsage(Set.of(Usage.SERVER));
            case AS_SERVER ->
                List.of(Extension.keyUsage, Extension.extendedKeyUsage)
                        .forEach(type -> copied(type).ifPresent(draft::extension));
        }
        return draft;
    }

    private record Validity(Instant from, Instant to) {
        static Validity of(X509Certificate certificate) {
            return new Validity(
                    certificate.getNotBefore().toInstant(),
                    certificate.getNotAfter().toInstant());
        }
    }

    private Validity dates(X509Certificate authority, Instant now) {
        return switch (shape.validity().whose()) {
            case AUTHORITY -> Validity.of(authority);
            case SERVER -> Validity.of(original.orElse(authority));
            case OWN ->
                new Validity(
                        now.plus(shape.validity().from().orElseThrow()),
                        now.plus(shape.validity().to().orElseThrow()));
        };
    }

    private X500Name subject() {
        Optional<X500Name> seen = original.map(certificate ->
                X500Name.getInstance(certificate.getSubjectX500Principal().getEncoded()));
        if (seen.isEmpty() || shape.subject() == ForgedLeaf.Subject.COMMON_NAME) {
            X500NameBuilder name = new X500NameBuilder();
            asked.commonName().ifPresent(common -> name.addRDN(BCStyle.CN, common));
            return name.build();
        }
        return shape.subject() == ForgedLeaf.Subject.AS_SERVER ? seen.get() : nameAndOrganisation(seen.get());
    }

    private static X500Name nameAndOrganisation(X500Name seen) {
        X500NameBuilder name = new X500NameBuilder();
        for (ASN1ObjectIdentifier type : List.of(BCStyle.CN, BCStyle.O)) {
            Arrays.stream(seen.getRDNs(type))
                    .limit(1)
                    .forEach(part -> name.addMultiValuedRDN(part.getTypesAndValues()));
        }
        return name.build();
    }

    /** Byte for byte, of whatever kind it is. */
    private Optional<Extension> copied(ASN1ObjectIdentifier type) {
        return original.filter(any -> shape.copiesServer()).flatMap(certificate -> {
            Set<String> critical = certificate.getCriticalExtensionOIDs();
            return Optional.ofNullable(certificate.getExtensionValue(type.getId()))
                    .map(value -> new Extension(
                            type,
                            critical != null && critical.contains(type.getId()),
                            ASN1OctetString.getInstance(value)));
        });
    }
}
