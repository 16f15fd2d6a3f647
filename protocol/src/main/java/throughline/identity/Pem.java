package throughline.identity;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.PrivateKey;
import java.security.cert.CRLException;
import java.security.cert.CertificateEncodingException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509CRL;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** Certificates and keys as text (RFC 7468). */
public final class Pem {
    private static final Base64.Encoder BASE64 = Base64.getMimeEncoder(64, new byte[] {'\n'});

    private Pem() {}

    public static String encode(X509Certificate certificate) {
        try {
            return block("CERTIFICATE", certificate.getEncoded());
        } catch (CertificateEncodingException impossible) {
            throw new IllegalArgumentException("A certificate without an encoding cannot be written.", impossible);
        }
    }

    /** Under the label {@code X509 CRL} (RFC 7468, 6). */
    public static String encode(X509CRL crl) {
        try {
            return block("X509 CRL", crl.getEncoded());
        } catch (CRLException impossible) {
            throw new IllegalArgumentException("A CRL without an encoding cannot be written.", impossible);
        }
    }

    /** One block after the other, in this order. */
    public static String encode(List<X509Certificate> certificates) {
        return certificates.stream().map(Pem::encode).collect(Collectors.joining());
    }

    /**
     * PKCS#8 under the label {@code PRIVATE KEY}, not encrypted.
     *
     * @throws IllegalArgumentException if the key has no encoding, because it lives in a token
     */
    public static String encode(PrivateKey key) {
        byte[] pkcs8 = key.getEncoded();
        if (pkcs8 == null) {
            throw new IllegalArgumentException("A private key without an encoding cannot be written.");
        }
        return block("PRIVATE KEY", pkcs8);
    }

    /**
     * Every certificate in the text, in its order. Other blocks and what stands between them are skipped; the list is
     * empty where there is none.
     *
     * @throws UnusableIdentityException if a block is cut off or a certificate is damaged
     */
    public static List<X509Certificate> certificates(String text) throws UnusableIdentityException {
        return certificates(PemBlock.parse(text));
    }

    /**
     * The one private key in the text: {@code PRIVATE KEY} (PKCS#8), {@code EC PRIVATE KEY} (RFC 5915),
     * {@code RSA PRIVATE KEY} (PKCS#1) or {@code ENCRYPTED PRIVATE KEY} (PKCS#8 under the password). Other blocks are
     * skipped.
     *
     * @throws UnusableIdentityException if there is no key or more than one, if it is damaged, or if the password is
     *     missing or wrong
     */
    public static PrivateKey privateKey(String text, Optional<Password> password) throws UnusableIdentityException {
        return privateKey(PemBlock.parse(text), password);
    }

    static List<X509Certificate> certificates(List<PemBlock> blocks) throws UnusableIdentityException {
        List<X509Certificate> certificates = new ArrayList<>();
        for (PemBlock block : blocks) {
            if (block.isCertificate()) {
                certificates.add(certificate(block));
            }
        }
        return certificates;
    }

    static PrivateKey privateKey(List<PemBlock> blocks, Optional<Password> password) throws UnusableIdentityException {
        List<PemBlock> keys = blocks.stream().filter(PemBlock::isPrivateKey).collect(Collectors.toList());
        if (keys.isEmpty()) {
            throw new UnusableIdentityException("There is no private key, only " + labels(blocks) + ".");
        }
        if (keys.size() > 1) {
            throw new UnusableIdentityException(
                    "There are %d private keys; exactly one is accepted.".formatted(keys.size()));
        }
        return privateKey(keys.get(0), password);
    }

    /** What blocks there are, in words: {@code 2 × CERTIFICATE, 1 × EC PARAMETERS}. */
    static String labels(List<PemBlock> blocks) {
        if (blocks.isEmpty()) {
            return "text without a complete PEM block";
        }
        return blocks.stream()
                .map(PemBlock::label)
                .distinct()
                .limit(5)
                .map(label -> blocks.stream()
                                .filter(block -> block.label().equals(label))
                                .count() + " × " + label)
                .collect(Collectors.joining(", "));
    }

    private static X509Certificate certificate(PemBlock block) throws UnusableIdentityException {
        byte[] der = block.der();
        try {
            ByteArrayInputStream in = new ByteArrayInputStream(der);
            X509Certificate certificate =
                    (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(in);
            if (in.available() == 0 && new Der(der).nextIs(Der.SEQUENCE) && certificate.getPublicKey() != null) {
                return certificate;
            }
            throw new CertificateException("bytes around the certificate, or a key that cannot be read");
        } catch (CertificateException | RuntimeException damaged) {
            throw new UnusableIdentityException(
                    "The certificate in line %d is damaged, or has a key this Java does not support."
                            .formatted(block.line()),
                    damaged);
        }
    }

    private static PrivateKey privateKey(PemBlock block, Optional<Password> password) throws UnusableIdentityException {
        if (!block.headers().isEmpty()) {
            throw new UnusableIdentityException(
                    "The %s in line %d is encrypted in OpenSSL's traditional form; convert with openssl pkcs8 -topk8."
                            .formatted(block.label(), block.line()));
        }
        return switch (block.label()) {
            case "PRIVATE KEY" -> PrivateKeyInfo.decode(block.der());
            case "EC PRIVATE KEY" -> PrivateKeyInfo.decodeEc(block.der());
            case "RSA PRIVATE KEY" -> PrivateKeyInfo.decodeRsa(block.der());
            case "ENCRYPTED PRIVATE KEY" -> EncryptedKey.decode(block.der(), password);
            default ->
                throw new UnusableIdentityException(("The %s in line %d is not accepted;"
                                + " PRIVATE KEY, ENCRYPTED PRIVATE KEY, EC PRIVATE KEY and RSA PRIVATE KEY are.")
                        .formatted(block.label(), block.line()));
        };
    }

    private static String block(String label, byte[] der) {
        String base64 = new String(BASE64.encode(der), StandardCharsets.US_ASCII);
        return "-----BEGIN " + label + "-----\n" + base64 + "\n-----END " + label + "-----\n";
    }
}
