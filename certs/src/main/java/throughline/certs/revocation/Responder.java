package throughline.certs.revocation;

import java.io.IOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.ocsp.OCSPObjectIdentifiers;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateHolder;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.ContentSigner;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import throughline.certs.CertificateAuthority;
import throughline.certs.KeyType;

/**
 * Who signs OCSP answers.
 *
 * @param certificate the signer's
 * @param enclosed what goes along with the answer
 */
record Responder(X509CertificateHolder certificate, ContentSigner signer, List<X509CertificateHolder> enclosed) {
    /** The authority itself: everybody who asks has its certificate already. */
    static Responder itself(CertificateAuthority authority) {
        return new Responder(holder(authority.certificate()), signer(authority), List.of());
    }

    /** With a key of its own and id-kp-OCSPSigning from the authority (RFC 6960, 4.2.2.2), not to be asked about itself. */
    static Responder delegatedBy(CertificateAuthority authority, Instant now) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"));
            KeyPair keys = generator.generateKeyPair();
            X509CertificateHolder certificate = new JcaX509v3CertificateBuilder(
                            authority.certificate(),
                            BigInteger.valueOf(now.toEpochMilli()),
                            Date.from(now.minus(Duration.ofDays(1))),
                            Date.from(now.plus(Duration.ofDays(9))),
                            new X500Principal("CN=OCSP Responder, O=Throughline Lab"),
                            keys.getPublic())
                    .addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature))
                    .addExtension(
                            Extension.extendedKeyUsage, false, new ExtendedKeyUsage(KeyPurposeId.id_kp_OCSPSigning))
                    .addExtension(OCSPObjectIdentifiers.id_pkix_ocsp_nocheck, false, DERNull.INSTANCE)
                    .build(signer(authority));
            return new Responder(certificate, signer(keys.getPrivate(), KeyType.EC_P256), List.of(certificate));
        } catch (GeneralSecurityException | IOException impossible) {
            throw new IllegalStateException("A responder's certificate cannot be made.", impossible);
        }
    }

    private static ContentSigner signer(CertificateAuthority authority) {
        return signer(
                authority.identity().key(),
                KeyType.of(authority.certificate().getPublicKey()).orElseThrow());
    }

    private static ContentSigner signer(PrivateKey key, KeyType type) {
        String algorithm =
                switch (type) {
                    case EC_P256 -> "SHA256withECDSA";
                    case EC_P384 -> "SHA384withECDSA";
                    case RSA_2048, RSA_3072, RSA_4096 -> "SHA256withRSA";
                    case ED25519 -> "Ed25519";
                };
        try {
            return new JcaContentSignerBuilder(algorithm).build(key);
        } catch (OperatorCreationException impossible) {
            throw new IllegalStateException("A key of our own does not sign.", impossible);
        }
    }

    private static X509CertificateHolder holder(X509Certificate certificate) {
        try {
            return new JcaX509CertificateHolder(certificate);
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException("A certificate of our own cannot be read.", impossible);
        }
    }
}
