package throughline.certs;

import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.interfaces.ECKey;
import java.security.interfaces.RSAKey;
import java.security.spec.AlgorithmParameterSpec;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.NamedParameterSpec;
import java.security.spec.RSAKeyGenParameterSpec;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Makes key pairs, of each type out of one generator: setting one up takes longer than using it for P-256. */
final class KeyPairs {
    private static final Map<KeyType, KeyPairGenerator> GENERATORS = new ConcurrentHashMap<>();

    private KeyPairs() {}

    static KeyPair of(KeyType type) {
        KeyPairGenerator generator = GENERATORS.computeIfAbsent(type, KeyPairs::generator);
        synchronized (generator) {
            return generator.generateKeyPair();
        }
    }

    /** Too short since 2013 (NIST SP 800-131A), so it is a flaw and no key type. */
    static KeyPair rsa1024() {
        return rsa(1024).generateKeyPair();
    }

    /** What a key signs certificates, CRLs and OCSP answers with, by its JCA name. */
    static String signatureAlgorithm(Key key) {
        if (key instanceof ECKey ec) {
            return ec.getParams().getOrder().bitLength() > 256 ? "SHA384withECDSA" : "SHA256withECDSA";
        }
        return key instanceof RSAKey ? "SHA256withRSA" : "Ed25519";
    }

    private static KeyPairGenerator generator(KeyType type) {
        return switch (type) {
            case EC_P256 -> generator("EC", new ECGenParameterSpec("secp256r1"));
            case EC_P384 -> generator("EC", new ECGenParameterSpec("secp384r1"));
            case RSA_2048 -> rsa(2048);
            case RSA_3072 -> rsa(3072);
            case RSA_4096 -> rsa(4096);
            case ED25519 -> generator("Ed25519", NamedParameterSpec.ED25519);
        };
    }

    private static KeyPairGenerator rsa(int bits) {
        return generator("RSA", new RSAKeyGenParameterSpec(bits, RSAKeyGenParameterSpec.F4));
    }

    private static KeyPairGenerator generator(String algorithm, AlgorithmParameterSpec parameters) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm);
            generator.initialize(parameters);
            return generator;
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException("This Java makes no " + algorithm + " keys.", impossible);
        }
    }
}
