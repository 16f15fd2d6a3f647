package throughline.primary.diagnosis;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import throughline.primary.evidence.CertificateFacts;

/** The certificates of the cases: a replica's, an inspector's, our own. Fingerprints are digests of the names. */
final class Certificates {
    static final Instant NOW = Instant.parse("2026-11-22T10:00:00Z");

    static final CertificateFacts LAB_ROOT = authority("CN=Lab Root CA,O=Lab Corp");
    static final CertificateFacts REPLICA = leaf("CN=replica.test,O=Lab Corp", LAB_ROOT);
    static final CertificateFacts OTHER_NODE = leaf("CN=node2.test,O=Lab Corp", LAB_ROOT);

    static final CertificateFacts ACME = authority("CN=Acme TLS Inspection CA,O=Acme Security Appliance");
    static final CertificateFacts FORGED = leaf("CN=replica.test", ACME);

    static final CertificateFacts CLIENT = leaf("CN=primary.test,O=Lab Corp", LAB_ROOT);
    static final CertificateFacts CLIENT_OF_ROGUE =
            leaf("CN=primary.test,O=Rogue", authority("CN=Rogue Root CA,O=Rogue"));

    private Certificates() {}

    static CertificateFacts authority(String name) {
        return certificate(name, name, true);
    }

    static CertificateFacts leaf(String subject, CertificateFacts issuer) {
        return certificate(subject, issuer.subject(), false);
    }

    static CertificateFacts intermediate(String subject, CertificateFacts issuer) {
        return certificate(subject, issuer.subject(), true);
    }

    static CertificateFacts expired(CertificateFacts certificate) {
        return dated(certificate, NOW.minus(Duration.ofDays(400)), NOW.minus(Duration.ofDays(35)));
    }

    static CertificateFacts notYetValid(CertificateFacts certificate) {
        return dated(certificate, NOW.plus(Duration.ofDays(1)), NOW.plus(Duration.ofDays(366)));
    }

    static CertificateFacts dated(CertificateFacts certificate, Instant notBefore, Instant notAfter) {
        return new CertificateFacts(
                certificate.subject(),
                certificate.issuer(),
                certificate.serial(),
                notBefore,
                notAfter,
                certificate.names(),
                sha256(certificate.sha256() + notAfter),
                certificate.keySha256(),
                certificate.key(),
                certificate.signatureAlgorithm(),
                certificate.authority());
    }

    /** The same certificate anew, with another key: what a renewal leaves behind for an old pin. */
    static CertificateFacts renewed(CertificateFacts certificate) {
        return new CertificateFacts(
                certificate.subject(),
                certificate.issuer(),
                "2",
                certificate.notBefore(),
                certificate.notAfter(),
                certificate.names(),
                sha256("renewed " + certificate.sha256()),
                sha256("renewed " + certificate.keySha256()),
                certificate.key(),
                certificate.signatureAlgorithm(),
                certificate.authority());
    }

    private static CertificateFacts certificate(String subject, String issuer, boolean authority) {
        return new CertificateFacts(
                subject,
                issuer,
                "1",
                NOW.minus(Duration.ofDays(30)),
                NOW.plus(Duration.ofDays(335)),
                authority ? List.of() : List.of("replica.test"),
                sha256("certificate " + subject + issuer),
                sha256("key " + subject + issuer),
                "EC 256",
                "SHA256withECDSA",
                authority);
    }

    static String sha256(String text) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java has SHA-256", e);
        }
    }
}
