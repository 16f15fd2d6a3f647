package throughline.certs;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.URI;
import java.security.GeneralSecurityException;
import java.security.NoSuchAlgorithmException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.interfaces.RSAKey;
import java.time.Instant;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.AccessDescription;
import org.bouncycastle.asn1.x509.AuthorityInformationAccess;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.CRLDistPoint;
import org.bouncycastle.asn1.x509.DistributionPoint;
import org.bouncycastle.asn1.x509.DistributionPointName;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509ExtensionUtils;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/**
 * A certificate that waits for its signature. Bouncy Castle puts the bytes together, the JDK signs and reads them. What is
 * said twice holds as it was said last.
 */
final class CertificateDraft {
    private static final SecureRandom RANDOM = new SecureRandom();

    private final X500Name issuer;
    private final X500Name subject;
    private final PublicKey key;
    private final Map<ASN1ObjectIdentifier, Extension> extensions = new LinkedHashMap<>();

    private Instant notBefore;
    private Instant notAfter;
    private Optional<String> signatureAlgorithm = Optional.empty();
    private boolean corrupted;

    CertificateDraft(X500Name issuer, X500Name subject, PublicKey key, Instant notBefore, Instant notAfter) {
        this.issuer = issuer;
        this.subject = subject;
        this.key = key;
        this.notBefore = notBefore;
        this.notAfter = notAfter;
    }

    /** RFC 5280, 4.2.1.3: a leaf of TLS signs the handshake; one with an RSA key may also decrypt in TLS 1.2. */
    CertificateDraft endEntity() {
        int encipherment = key instanceof RSAKey ? KeyUsage.keyEncipherment : 0;
        return extension(Extension.basicConstraints, true, new BasicConstraints(false))
                .keyUsage(KeyUsage.digitalSignature | encipherment);
    }

    CertificateDraft authority() {
        return extension(Extension.basicConstraints, true, new BasicConstraints(true))
                .keyUsage(KeyUsage.keyCertSign | KeyUsage.cRLSign);
    }

    /** @param bits of {@link KeyUsage} */
    CertificateDraft keyUsage(int bits) {
        return extension(Extension.keyUsage, true, new KeyUsage(bits));
    }

    CertificateDraft validity(Instant from, Instant to) {
        notBefore = from;
        notAfter = to;
        return this;
    }

    /** RFC 5280, 4.2.1.1 and 4.2.1.2: the SHA-1 of the key, in the authority's certificate as in those below. */
    CertificateDraft keyIdentifiers(PublicKey issuerKey) {
        try {
            JcaX509ExtensionUtils digests = new JcaX509ExtensionUtils();
            return extension(Extension.subjectKeyIdentifier, false, digests.createSubjectKeyIdentifier(key))
                    .extension(
                            Extension.authorityKeyIdentifier, false, digests.createAuthorityKeyIdentifier(issuerKey));
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("This Java has no SHA-1.", impossible);
        }
    }

    CertificateDraft extendedKeyUsage(Set<Usage> usages) {
        KeyPurposeId[] purposes = usages.stream().sorted().map(Usage::purpose).toArray(KeyPurposeId[]::new);
        return purposes.length == 0
                ? this
                : extension(Extension.extendedKeyUsage, false, new ExtendedKeyUsage(purposes));
    }

    CertificateDraft alternativeNames(List<String> dnsNames, List<InetAddress> addresses) {
        GeneralName[] names = Stream.concat(
                        dnsNames.stream().map(name -> new GeneralName(GeneralName.dNSName, name)),
                        addresses.stream().map(CertificateDraft::iPAddress))
                .toArray(GeneralName[]::new);
        // RFC 5280, 4.2.1.6: critical where the subject is empty.
        return names.length == 0
                ? this
                : extension(Extension.subjectAlternativeName, subject.size() == 0, new GeneralNames(names));
    }

    /** RFC 5280, 4.2.1.13 and 4.2.2.1. */
    CertificateDraft revocationSources(Optional<URI> crl, Optional<URI> ocsp) {
        crl.ifPresent(address -> extension(
                Extension.cRLDistributionPoints, false, new CRLDistPoint(new DistributionPoint[] {point(address)})));
        ocsp.ifPresent(address -> extension(
                Extension.authorityInfoAccess,
                false,
                new AuthorityInformationAccess(AccessDescription.id_ad_ocsp, uniformResourceIdentifier(address))));
        return this;
    }

    CertificateDraft extension(ASN1ObjectIdentifier type, boolean critical, ASN1Encodable value) {
        try {
            extensions.put(
                    type, new Extension(type, critical, value.toASN1Primitive().getEncoded("DER")));
            return this;
        } catch (IOException impossible) {
            throw new IllegalStateException("An extension in memory cannot be encoded.", impossible);
        }
    }

    /** As it stands in another certificate. */
    CertificateDraft extension(Extension copied) {
        extensions.put(copied.getExtnId(), copied);
        return this;
    }

    /** Instead of the one that follows from the issuer's key, by its JCA name. */
    CertificateDraft signatureAlgorithm(String algorithm) {
        signatureAlgorithm = Optional.of(algorithm);
        return this;
    }

    /** One bit of the signature will be another; the certificate stays well-formed. */
    CertificateDraft corrupted() {
        corrupted = true;
        return this;
    }

    X509Certificate signedBy(PrivateKey issuerKey) {
        try {
            byte[] der = unsigned()
                    .build(new JcaContentSignerBuilder(
                                    signatureAlgorithm.orElseGet(() -> KeyPairs.signatureAlgorithm(issuerKey)))
                            .build(issuerKey))
                    .getEncoded();
            if (corrupted) {
                // The signature comes last (RFC 5280, 4.1.1.3), and its last octet is never one of its structure.
                der[der.length - 1] ^= 1;
            }
            return (X509Certificate)
                    CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(der));
        } catch (OperatorCreationException | GeneralSecurityException | IOException impossible) {
            throw new IllegalStateException("A certificate of our own cannot be made.", impossible);
        }
    }

    private X509v3CertificateBuilder unsigned() throws IOException {
        X509v3CertificateBuilder builder = new X509v3CertificateBuilder(
                issuer,
                serialNumber(),
                Date.from(notBefore),
                Date.from(notAfter),
                subject,
                SubjectPublicKeyInfo.getInstance(key.getEncoded()));
        for (Extension extension : extensions.values()) {
            builder.addExtension(extension);
        }
        return builder;
    }

    private static GeneralName iPAddress(InetAddress address) {
        return new GeneralName(GeneralName.iPAddress, new DEROctetString(address.getAddress()));
    }

    private static DistributionPoint point(URI address) {
        return new DistributionPoint(
                new DistributionPointName(new GeneralNames(uniformResourceIdentifier(address))), null, null);
    }

    private static GeneralName uniformResourceIdentifier(URI address) {
        return new GeneralName(GeneralName.uniformResourceIdentifier, address.toASCIIString());
    }

    /** Positive, of exactly 127 bits, so that its DER takes 16 octets: at most 20 are allowed (RFC 5280, 4.1.2.2). */
    private static BigInteger serialNumber() {
        return new BigInteger(127, RANDOM).setBit(126);
    }
}
