package throughline.certs;

import org.bouncycastle.asn1.x509.KeyPurposeId;

/** What a leaf may be used for: the extended key usages of TLS (RFC 5280, 4.2.1.12). */
public enum Usage {
    /** {@code id-kp-clientAuth}. */
    CLIENT,
    /** {@code id-kp-serverAuth}. */
    SERVER;

    KeyPurposeId purpose() {
        return switch (this) {
            case CLIENT -> KeyPurposeId.id_kp_clientAuth;
            case SERVER -> KeyPurposeId.id_kp_serverAuth;
        };
    }
}
