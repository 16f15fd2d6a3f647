package throughline.certs;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.net.InetAddress;
import java.security.GeneralSecurityException;
import java.security.NoSuchAlgorithmException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
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

/** A certificate that waits for its signature. Bouncy Castle puts the bytes together, the JDK signs and reads them. */
final class CertificateDraft {
    private static final SecureRandom RANDOM = new SecureRandom();

    private final X500Name subject;
    private final X509v3CertificateBuilder builder;

    CertificateDraft(X500Name issuer, X500Name subject, PublicKey key, Instant notBefore, Instant notAfter) {
        this.subject = subject;
        this.builder = new X509v3CertificateBuilder(
                issuer,
                serialNumber(),
                Date.from(notBefore),
                Date.from(notAfter),
                subject,
                SubjectPublicKeyInfo.getInstance(key.getEncoded()));
    }

    /** RFC 5280, 4.2.1.3: a leaf of TLS with an EC key signs the handshake and does nothing else. */
    CertificateDraft endEntity() {
        return extension(Extension.basicConstraints, true, new BasicConstraints(false))
                .extension(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature));
    }

    CertificateDraft authority() {
        return extension(Extension.basicConstraints, true, new BasicConstraints(true))
                .extension(Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign | KeyUsage.cRLSign));
    }

    /** RFC 5280, 4.2.1.1 and 4.2.1.2: the SHA-1 of the key, in the authority's certificate as in those below. */
    CertificateDraft keyIdentifiers(PublicKey key, PublicKey issuerKey) {
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

    X509Certificate signedBy(PrivateKey issuerKey) {
        try {
            byte[] der = builder.build(new JcaContentSignerBuilder("SHA256withECDSA").build(issuerKey))
                    .getEncoded();
            return (X509Certificate)
                    CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(der));
        } catch (OperatorCreationException | GeneralSecurityException | IOException impossible) {
            throw new IllegalStateException("A certificate of our own cannot be made.", impossible);
        }
    }

    private CertificateDraft extension(ASN1ObjectIdentifier type, boolean critical, ASN1Encodable value) {
        try {
            builder.addExtension(type, critical, value);
            return this;
        } catch (IOException impossible) {
            throw new IllegalStateException("An extension in memory cannot be encoded.", impossible);
        }
    }

    private static GeneralName iPAddress(InetAddress address) {
        return new GeneralName(GeneralName.iPAddress, new DEROctetString(address.getAddress()));
    }

    /** Positive, of exactly 127 bits, so that its DER takes 16 octets: at most 20 are allowed (RFC 5280, 4.1.2.2). */
    private static BigInteger serialNumber() {
        return new BigInteger(127, RANDOM).setBit(126);
    }
}
