package throughline.certs;

import java.security.PublicKey;
import java.security.interfaces.ECKey;
import java.security.interfaces.EdECKey;
import java.security.interfaces.RSAKey;
import java.util.Arrays;
import java.util.Optional;

/** The keys that authorities and leaves may have. What signs with one follows from it (RFC 8446, 4.2.3). */
public enum KeyType {
    /** Signs with ECDSA and SHA-256 (RFC 5480). */
    EC_P256("ec-p256"),
    /** Signs with ECDSA and SHA-384 (RFC 5480). */
    EC_P384("ec-p384"),
    /** Signs with PKCS#1 v1.5 and SHA-256, as all RSA keys here do (RFC 8017). */
    RSA_2048("rsa-2048"),
    RSA_3072("rsa-3072"),
    /** Takes seconds to make. */
    RSA_4096("rsa-4096"),
    /** RFC 8410. */
    ED25519("ed25519");

    private final String id;

    KeyType(String id) {
        this.id = id;
    }

    /** For command lines: {@code ec-p256}. */
    public String id() {
        return id;
    }

    public static Optional<KeyType> find(String id) {
        return Arrays.stream(values()).filter(type -> type.id.equals(id)).findFirst();
    }

    /** Absent for a curve or a length that is not in this list. */
    public static Optional<KeyType> of(PublicKey key) {
        if (key instanceof ECKey ec) {
            return Optional.ofNullable(
                    switch (ec.getParams().getOrder().bitLength()) {
                        case 256 -> EC_P256;
                        case 384 -> EC_P384;
                        default -> null;
                    });
        }
        if (key instanceof RSAKey rsa) {
            return find("rsa-" + rsa.getModulus().bitLength());
        }
        return key instanceof EdECKey edwards && edwards.getParams().getName().equals("Ed25519")
                ? Optional.of(ED25519)
                : Optional.empty();
    }
}
