package throughline.identity;

import java.io.IOException;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.InvalidParameterSpecException;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import javax.crypto.Cipher;
import javax.crypto.EncryptedPrivateKeyInfo;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;
import javax.crypto.spec.PBEParameterSpec;

/** A PKCS#8 key under a password: EncryptedPrivateKeyInfo of RFC 5208, 6, as far as this Java knows RFC 8018. */
final class EncryptedKey {
    /** What the JDK allows in PKCS#12; a hostile file could otherwise keep us deriving for hours. */
    private static final int MOST_ITERATIONS = 5_000_000;

    private static final Set<String> PBES2 = Set.of("PBES2", "1.2.840.113549.1.5.13");

    private EncryptedKey() {}

    static PrivateKey decode(byte[] der, Optional<Password> password) throws UnusableIdentityException {
        EncryptedPrivateKeyInfo info = parse(der);
        limitIterations(info.getAlgParameters());
        if (password.isEmpty()) {
            throw passwordNeeded("The private key is encrypted");
        }
        return PrivateKeyInfo.decode(decrypt(info, password.get()));
    }

    static UnusableIdentityException passwordNeeded(String why) {
        return new UnusableIdentityException(
                why + " and no password was given; give it with --password-file FILE or in the environment variable "
                        + Password.VARIABLE + ".");
    }

    private static EncryptedPrivateKeyInfo parse(byte[] der) throws UnusableIdentityException {
        try {
            EncryptedPrivateKeyInfo info = new EncryptedPrivateKeyInfo(der);
            if (info.getAlgParameters() == null) {
                throw notSupported(new IllegalArgumentException("no parameters for " + info.getAlgName()));
            }
            return info;
        } catch (IOException | RuntimeException unknownOrDamaged) {
            throw notSupported(unknownOrDamaged);
        }
    }

    private static void limitIterations(AlgorithmParameters parameters) throws UnusableIdentityException {
        int iterations;
        try {
            iterations = parameters.getParameterSpec(PBEParameterSpec.class).getIterationCount();
        } catch (InvalidParameterSpecException | RuntimeException notPasswordBased) {
            throw notSupported(notPasswordBased);
        }
        if (iterations > MOST_ITERATIONS) {
            throw new UnusableIdentityException(
                    "The private key is encrypted with %d iterations; up to %d are accepted."
                            .formatted(iterations, MOST_ITERATIONS));
        }
    }

    private static byte[] decrypt(EncryptedPrivateKeyInfo info, Password password) throws UnusableIdentityException {
        char[] characters = password.characters();
        PBEKeySpec spec = new PBEKeySpec(characters);
        try {
            String scheme = scheme(info);
            Cipher cipher = Cipher.getInstance(scheme);
            cipher.init(
                    Cipher.DECRYPT_MODE,
                    SecretKeyFactory.getInstance(scheme).generateSecret(spec),
                    info.getAlgParameters());
            return info.getKeySpec(cipher).getEncoded();
        } catch (InvalidKeySpecException wrongPassword) {
            throw password.doesNotOpen("the private key", wrongPassword);
        } catch (GeneralSecurityException | RuntimeException unknown) {
            throw notSupported(unknown);
        } finally {
            spec.clearPassword();
            Arrays.fill(characters, '\0');
        }
    }

    /** Under PBES2 the JDK names only the frame; the scheme inside is what its parameters print. */
    private static String scheme(EncryptedPrivateKeyInfo info) {
        return PBES2.contains(info.getAlgName()) ? info.getAlgParameters().toString() : info.getAlgName();
    }

    private static UnusableIdentityException notSupported(Exception cause) {
        return new UnusableIdentityException(
                "The encrypted private key is damaged, or encrypted in a way this Java does not know;"
                        + " convert with openssl pkcs8 -topk8 -v2 aes-256-cbc.",
                cause);
    }
}
