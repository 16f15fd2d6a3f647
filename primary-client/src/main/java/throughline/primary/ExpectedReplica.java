package throughline.primary;

import java.security.cert.X509Certificate;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import throughline.identity.Fingerprint;
import throughline.protocol.Excerpt;

/**
 * What is known of the replica's key beforehand: pins in the sense of RFC 7469, one of which the replica's certificate or
 * one of its issuers must have. A pin does not replace trust and does not by itself end a connection: it is what settles,
 * in a diagnosis, whether the certificate shown was the replica's.
 *
 * @param pins SHA-256 of SubjectPublicKeyInfo, 64 lower-case hexadecimal digits each; empty when nothing is known
 */
public record ExpectedReplica(Set<String> pins) {

    public ExpectedReplica {
        for (String pin : pins) {
            if (!pin.matches("[0-9a-f]{64}")) {
                throw new IllegalArgumentException(
                        "pin \"" + Excerpt.of(pin) + "\"; accepted are 64 lower-case hexadecimal digits");
            }
        }
        pins = Set.copyOf(pins);
    }

    public static ExpectedReplica unknown() {
        return new ExpectedReplica(Set.of());
    }

    /** The keys of these certificates: the replica's own, or its issuer's, which survives a renewal. */
    public static ExpectedReplica withKeyOf(X509Certificate... certificates) {
        Set<String> pins = new HashSet<>();
        List.of(certificates).forEach(certificate -> pins.add(Fingerprint.keySha256(certificate.getPublicKey())));
        return new ExpectedReplica(pins);
    }
}
