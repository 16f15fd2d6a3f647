package throughline.identity.revocation;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.cert.X509Certificate;
import java.util.Arrays;

/**
 * The question about one certificate (RFC 6960, 4.1.1): unsigned, without extensions. Without a nonce, because answers
 * made in advance have none, and their dates are checked.
 */
final class OcspRequest {
    /** 1.3.14.3.2.26 without parameters: responders know certificates by SHA-1, whatever else they know (RFC 5019, 2.1.1). */
    private static final byte[] SHA_1 = DerElement.encoded(
            DerElement.SEQUENCE,
            DerElement.encoded(DerElement.OBJECT_IDENTIFIER, new byte[] {0x2B, 0x0E, 3, 2, 0x1A}),
            DerElement.encoded(DerElement.NULL));

    private OcspRequest() {}

    static byte[] about(X509Certificate certificate, X509Certificate issuer) throws MalformedDerException {
        byte[] certId = sequence(
                SHA_1,
                octets(sha1(issuer.getSubjectX500Principal().getEncoded())),
                octets(sha1(keyBits(issuer))),
                DerElement.encoded(
                        DerElement.INTEGER, certificate.getSerialNumber().toByteArray()));
        byte[] requestList = sequence(sequence(certId));
        return sequence(sequence(requestList));
    }

    /** The subjectPublicKey without its tag, length and number of unused bits (RFC 6960, 4.1.1: issuerKeyHash). */
    private static byte[] keyBits(X509Certificate issuer) throws MalformedDerException {
        byte[] bitString = DerElement.of(issuer.getPublicKey().getEncoded())
                .required(DerElement.BIT_STRING)
                .content();
        return Arrays.copyOfRange(bitString, 1, bitString.length);
    }

    private static byte[] sequence(byte[]... elements) {
        return DerElement.encoded(DerElement.SEQUENCE, elements);
    }

    private static byte[] octets(byte[] content) {
        return DerElement.encoded(DerElement.OCTET_STRING, content);
    }

    private static byte[] sha1(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-1").digest(bytes);
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("Every Java platform has SHA-1.", impossible);
        }
    }
}
