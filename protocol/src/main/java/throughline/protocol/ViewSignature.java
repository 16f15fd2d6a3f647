package throughline.protocol;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.ByteArrayInputStream;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.interfaces.EdECKey;
import java.security.spec.NamedParameterSpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/** Signs a {@link ReplicaView} at the replica and opens the {@link SignedView} at the primary. */
public final class ViewSignature {
    private static final int LARGEST_VIEW = 64 << 10;
    private static final int LARGEST_CERTIFICATE = 16 << 10;
    private static final int LARGEST_SIGNATURE = 2 << 10;
    private static final int MOST_CERTIFICATES = 8;

    private ViewSignature() {}

    /**
     * A view whose signature was right.
     *
     * @param signer the chain as it was sent, leaf first, never empty. Nothing about it was checked but that the leaf's
     *     key made the signature: whether that leaf may speak for the replica is for the caller to decide
     */
    public record Opened(ReplicaView view, List<X509Certificate> signer) {}

    /** Whether a key is of a kind that {@link #sign} accepts. */
    public static boolean canSign(PrivateKey key) {
        return algorithm(key).isPresent();
    }

    /**
     * Signs with the key of the chain's leaf.
     *
     * @param key EC, RSA or Ed25519
     * @param chain leaf first; the first 8 are sent
     * @throws IllegalArgumentException if the key is of another kind
     */
    public static SignedView sign(ReplicaView view, PrivateKey key, List<X509Certificate> chain) {
        byte[] text = Json.plain().encode(view);
        String algorithm = algorithm(key)
                .orElseThrow(
                        () -> new IllegalArgumentException("a replica's view cannot be signed with a key of the kind "
                                + key.getAlgorithm() + "; EC, RSA and Ed25519 can"));
        try {
            Signature signature = Signature.getInstance(algorithm);
            signature.initSign(key);
            update(signature, text);
            List<String> certificates = new ArrayList<>();
            for (X509Certificate certificate : chain.subList(0, Math.min(chain.size(), MOST_CERTIFICATES))) {
                certificates.add(Base64.getEncoder().encodeToString(certificate.getEncoded()));
            }
            Base64.Encoder base64 = Base64.getEncoder();
            return new SignedView(
                    base64.encodeToString(text), certificates, algorithm, base64.encodeToString(signature.sign()));
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException("the key (" + key.getAlgorithm() + ") cannot make a " + algorithm, e);
        }
    }

    /**
     * Checks the signature, and only then reads the view.
     *
     * @throws MalformedMessageException if the signature is not the leaf's, or anything is too large or not what it
     *     should be
     */
    public static Opened open(SignedView signed) throws MalformedMessageException {
        byte[] text = decode("view", signed.view(), LARGEST_VIEW);
        List<X509Certificate> chain = certificates(signed.certificates());
        verify(signed, text, chain.get(0).getPublicKey());
        return new Opened(Json.plain().decode(text, ReplicaView.class), chain);
    }

    private static void verify(SignedView signed, byte[] text, PublicKey key) throws MalformedMessageException {
        byte[] value = decode("signature", signed.signature(), LARGEST_SIGNATURE);
        String expected = algorithm(key)
                .orElseThrow(() -> new MalformedMessageException("the signed view's certificate has a key of the kind "
                        + Excerpt.of(key.getAlgorithm()) + "; accepted are EC, RSA and Ed25519"));
        if (!expected.equals(signed.algorithm())) {
            throw new MalformedMessageException("the signed view's algorithm is \"" + Excerpt.of(signed.algorithm())
                    + "\"; its certificate's key makes " + expected);
        }
        if (!verifies(expected, key, text, value)) {
            throw new MalformedMessageException("the view's signature was not made by its certificate's key");
        }
    }

    private static boolean verifies(String algorithm, PublicKey key, byte[] text, byte[] value) {
        try {
            Signature signature = Signature.getInstance(algorithm);
            signature.initVerify(key);
            update(signature, text);
            return signature.verify(value);
        } catch (GeneralSecurityException | RuntimeException notEvenASignature) {
            // A hostile key can trip the provider's arithmetic, which then throws what it likes.
            return false;
        }
    }

    private static void update(Signature signature, byte[] text) throws GeneralSecurityException {
        signature.update(SignedView.DOMAIN.getBytes(US_ASCII));
        signature.update((byte) 0);
        signature.update(text);
    }

    private static List<X509Certificate> certificates(List<String> encoded) throws MalformedMessageException {
        if (encoded.isEmpty() || encoded.size() > MOST_CERTIFICATES) {
            throw new MalformedMessageException(
                    "the signed view has " + encoded.size() + " certificates; accepted are 1 to " + MOST_CERTIFICATES);
        }
        List<X509Certificate> chain = new ArrayList<>();
        for (String certificate : encoded) {
            chain.add(certificate(decode("certificate", certificate, LARGEST_CERTIFICATE)));
        }
        return List.copyOf(chain);
    }

    private static X509Certificate certificate(byte[] der) throws MalformedMessageException {
        try {
            return (X509Certificate)
                    CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(der));
        } catch (GeneralSecurityException e) {
            throw new MalformedMessageException(
                    "a certificate of the signed view cannot be read; accepted is X.509 in DER", e);
        }
    }

    private static byte[] decode(String name, String base64, int limit) throws MalformedMessageException {
        // 4 characters hold 3 bytes (RFC 4648 section 4).
        if (base64.length() > (limit + 2) / 3 * 4) {
            throw new MalformedMessageException("the signed view's " + name + " has " + base64.length()
                    + " characters in Base64; accepted are " + limit + " bytes");
        }
        try {
            return Base64.getDecoder().decode(base64);
        } catch (IllegalArgumentException e) {
            throw new MalformedMessageException("the signed view's " + name + " is not Base64", e);
        }
    }

    private static Optional<String> algorithm(Key key) {
        return switch (key.getAlgorithm()) {
            case "EC" -> Optional.of("SHA256withECDSA");
            case "RSA" -> Optional.of("SHA256withRSA");
            case "EdDSA", "Ed25519" -> isEd448(key) ? Optional.empty() : Optional.of("Ed25519");
            default -> Optional.empty();
        };
    }

    private static boolean isEd448(Key key) {
        return key instanceof EdECKey edwards
                && edwards.getParams().getName().equals(NamedParameterSpec.ED448.getName());
    }
}
