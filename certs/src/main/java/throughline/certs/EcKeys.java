package throughline.certs;

import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.spec.ECGenParameterSpec;

/** P-256 key pairs, out of one generator: setting one up takes longer than using it. */
final class EcKeys {
    private static final KeyPairGenerator GENERATOR = generator();

    private EcKeys() {}

    static KeyPair newPair() {
        synchronized (GENERATOR) {
            return GENERATOR.generateKeyPair();
        }
    }

    private static KeyPairGenerator generator() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"));
            return generator;
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException("This Java has no P-256.", impossible);
        }
    }
}
