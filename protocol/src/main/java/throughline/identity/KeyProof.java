package throughline.identity;

import java.security.GeneralSecurityException;
import java.security.InvalidAlgorithmParameterException;
import java.security.Key;
import java.security.NoSuchAlgorithmException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.interfaces.RSAKey;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;
import org.jspecify.annotations.Nullable;

/** A signature over a random challenge: whichever public key verifies it belongs to the private key that made it. */
final class KeyProof {
    private static final SecureRandom RANDOM = new SecureRandom();

    private final String keyAlgorithm;
    private final byte[] challenge;
    private final byte[] signature;

    private KeyProof(String keyAlgorithm, byte[] challenge, byte[] signature) {
        this.keyAlgorithm = keyAlgorithm;
        this.challenge = challenge;
        this.signature = signature;
    }

    static KeyProof by(PrivateKey key) throws UnusableIdentityException {
        byte[] challenge = new byte[32];
        RANDOM.nextBytes(challenge);
        try {
            Signature signer = signatureFor(key);
            signer.initSign(key);
            signer.update(challenge);
            return new KeyProof(key.getAlgorithm(), challenge, signer.sign());
        } catch (NoSuchAlgorithmException unknown) {
            throw new UnusableIdentityException(
                    "The private key is of type %s; EC, RSA, RSASSA-PSS, Ed25519 and Ed448 are accepted."
                            .formatted(key.getAlgorithm()),
                    unknown);
        } catch (GeneralSecurityException | RuntimeException damaged) {
            // A key out of a hostile file can trip the provider's arithmetic, which then throws what it likes.
            throw new UnusableIdentityException(
                    "The private key (%s) cannot sign: %s.".formatted(key.getAlgorithm(), why(key)), damaged);
        }
    }

    private static String why(PrivateKey key) {
        return key.getFormat() == null
                ? "it is kept in a token, whose provider must be registered with Security.addProvider"
                        + " and whose session must be open"
                : "it is damaged, or not a kind this Java supports";
    }

    /** A certificate whose key this Java cannot read has no public key, and so verifies nothing. */
    boolean verifiedBy(@Nullable PublicKey publicKey) {
        if (publicKey == null || !publicKey.getAlgorithm().equals(keyAlgorithm)) {
            return false;
        }
        try {
            Signature verifier = signatureFor(publicKey);
            verifier.initVerify(publicKey);
            verifier.update(challenge);
            return verifier.verify(signature);
        } catch (GeneralSecurityException | RuntimeException otherCurveOrSize) {
            return false;
        }
    }

    private static Signature signatureFor(Key key) throws NoSuchAlgorithmException, InvalidAlgorithmParameterException {
        String algorithm = key.getAlgorithm();
        return switch (algorithm) {
            case "EC" -> Signature.getInstance("SHA256withECDSA");
            case "RSA" -> Signature.getInstance("SHA256withRSA");
            case "RSASSA-PSS" -> {
                Signature signature = Signature.getInstance(algorithm);
                signature.setParameter(pssParameters(key));
                yield signature;
            }
            case "EdDSA", "Ed25519", "Ed448" -> Signature.getInstance(algorithm);
            default -> throw new NoSuchAlgorithmException(algorithm);
        };
    }

    /** A PSS key may be bound to its parameters (RFC 4055, 3.1); a free one takes those of rsa_pss_pss_sha256. */
    private static PSSParameterSpec pssParameters(Key key) {
        if (key instanceof RSAKey rsa && rsa.getParams() instanceof PSSParameterSpec bound) {
            return bound;
        }
        return new PSSParameterSpec("SHA-256", "MGF1", MGF1ParameterSpec.SHA256, 32, PSSParameterSpec.TRAILER_FIELD_BC);
    }
}
