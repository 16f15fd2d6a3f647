package throughline.identity;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.PublicKey;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.util.HexFormat;

/** Short names for certificates and keys: SHA-256, 64 lower-case hexadecimal digits without separators. */
public final class Fingerprint {
    private Fingerprint() {}

    /** Over the whole certificate in DER: what {@code openssl x509 -fingerprint -sha256} prints, without the colons. */
    public static String sha256(X509Certificate certificate) {
        try {
            return sha256(certificate.getEncoded());
        } catch (CertificateEncodingException impossible) {
            throw new IllegalArgumentException("A certificate without an encoding has no fingerprint.", impossible);
        }
    }

    /**
     * Over the SubjectPublicKeyInfo in DER: the pin of RFC 7469, 2.4, in hexadecimal. It outlives a renewal that keeps
     * the key.
     */
    public static String keySha256(PublicKey key) {
        return sha256(key.getEncoded());
    }

    private static String sha256(byte[] der) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(der));
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("Every Java platform has SHA-256.", impossible);
        }
    }
}
