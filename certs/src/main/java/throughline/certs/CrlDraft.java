package throughline.certs;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.cert.CertificateFactory;
import java.security.cert.X509CRL;
import java.time.Instant;
import java.util.Collection;
import java.util.Date;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.CRLNumber;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.cert.X509v2CRLBuilder;
import org.bouncycastle.cert.jcajce.JcaX509ExtensionUtils;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** A CRL that waits for its signature (RFC 5280, 5). */
final class CrlDraft {
    private final X509v2CRLBuilder builder;

    CrlDraft(X500Name issuer, PublicKey issuerKey, long number, Instant thisUpdate, Instant nextUpdate) {
        builder = new X509v2CRLBuilder(issuer, Date.from(thisUpdate)).setNextUpdate(Date.from(nextUpdate));
        try {
            builder.addExtension(
                            Extension.authorityKeyIdentifier,
                            false,
                            new JcaX509ExtensionUtils().createAuthorityKeyIdentifier(issuerKey))
                    .addExtension(Extension.cRLNumber, false, new CRLNumber(BigInteger.valueOf(number)));
        } catch (GeneralSecurityException | IOException impossible) {
            throw new IllegalStateException("A CRL's extensions cannot be made.", impossible);
        }
    }

    CrlDraft list(Collection<RevokedCertificate> revoked) {
        revoked.forEach(entry -> builder.addCRLEntry(entry.serial(), Date.from(entry.at()), code(entry)));
        return this;
    }

    X509CRL signedBy(PrivateKey issuerKey) {
        try {
            byte[] der = builder.build(
                            new JcaContentSignerBuilder(KeyPairs.signatureAlgorithm(issuerKey)).build(issuerKey))
                    .getEncoded();
            return (X509CRL) CertificateFactory.getInstance("X.509").generateCRL(new ByteArrayInputStream(der));
        } catch (OperatorCreationException | GeneralSecurityException | IOException impossible) {
            throw new IllegalStateException("A CRL of our own cannot be made.", impossible);
        }
    }

    /** RFC 5280, 5.3.1: 0 is unspecified, for which Bouncy Castle writes no extension; 7 is not used. */
    private static int code(RevokedCertificate entry) {
        return switch (entry.reason()) {
            case UNSPECIFIED, UNUSED -> 0;
            case KEY_COMPROMISE -> 1;
            case CA_COMPROMISE -> 2;
            case AFFILIATION_CHANGED -> 3;
            case SUPERSEDED -> 4;
            case CESSATION_OF_OPERATION -> 5;
            case CERTIFICATE_HOLD -> 6;
            case REMOVE_FROM_CRL -> 8;
            case PRIVILEGE_WITHDRAWN -> 9;
            case AA_COMPROMISE -> 10;
        };
    }
}
