package throughline.identity.revocation;

import java.io.ByteArrayInputStream;
import java.security.GeneralSecurityException;
import java.security.cert.CRLReason;
import java.security.cert.CertificateFactory;
import java.security.cert.X509CRL;
import java.security.cert.X509CRLEntry;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import throughline.identity.revocation.RevocationSources.CrlPoint;

/**
 * Judges complete CRLs of the certificate's own issuer (RFC 5280, 6.3.3). The JDK reads them and verifies their signature;
 * its {@code PKIXRevocationChecker} is not asked, because a CRL that it is given and does not accept makes it fetch the
 * distribution points by itself, which no option turns off.
 */
final class CrlJudge {
    /** How much the clocks may differ: what the JDK grants. */
    private static final Duration SKEW = Duration.ofMinutes(15);

    private static final int CRL_SIGN = 6;
    private static final String ISSUING_DISTRIBUTION_POINT = "2.5.29.28";
    /** RFC 5280, 5.3.1 and 5.3.3: what {@link X509CRL#getRevokedCertificate(X509Certificate)} and this class heed. */
    private static final Set<String> KNOWN_IN_ENTRIES = Set.of("2.5.29.21", "2.5.29.29");

    private CrlJudge() {}

    static Judgement judge(
            byte[] bytes, CrlPoint point, X509Certificate certificate, X509Certificate issuer, Instant now) {
        if (bytes.length > RevocationFetch.LARGEST_CRL) {
            return Judgement.unknown("is longer than " + RevocationFetch.LARGEST_CRL + " bytes");
        }
        try {
            X509CRL crl =
                    (X509CRL) CertificateFactory.getInstance("X.509").generateCRL(new ByteArrayInputStream(bytes));
            Optional<String> trouble = trouble(crl, point, certificate, issuer, now);
            return trouble.isPresent() ? Judgement.unknown(trouble.get()) : listed(crl, certificate);
        } catch (GeneralSecurityException | RuntimeException unreadable) {
            return Judgement.unknown("cannot be read as a CRL: " + Sentence.reason(unreadable));
        }
    }

    /** Why the CRL says nothing about the certificate. */
    private static Optional<String> trouble(
            X509CRL crl, CrlPoint point, X509Certificate certificate, X509Certificate issuer, Instant now) {
        if (!crl.getIssuerX500Principal().equals(certificate.getIssuerX500Principal())) {
            return Optional.of("is of another issuer: "
                    + Sentence.printable(crl.getIssuerX500Principal().getName()));
        }
        if (!mayBeSignedBy(issuer, crl)) {
            return Optional.of("is not signed by the certificate's issuer");
        }
        return outOfForce(crl, now).or(() -> uncovered(crl, point, certificate));
    }

    private static boolean mayBeSignedBy(X509Certificate issuer, X509CRL crl) {
        boolean[] usage = issuer.getKeyUsage();
        boolean allowed = usage == null || usage[CRL_SIGN];
        // No CRL of a living authority is signed with MD5 or MD2, which anybody can forge.
        if (!allowed || crl.getSigAlgName().startsWith("MD")) {
            return false;
        }
        try {
            crl.verify(issuer.getPublicKey());
            return true;
        } catch (GeneralSecurityException notByIt) {
            return false;
        }
    }

    private static Optional<String> outOfForce(X509CRL crl, Instant now) {
        if (crl.getNextUpdate() == null) {
            return Optional.of("does not say until when it is in force");
        }
        Instant begins = crl.getThisUpdate().toInstant();
        Instant ends = crl.getNextUpdate().toInstant();
        if (ends.plus(SKEW).isBefore(now)) {
            return Optional.of("was in force until " + ends);
        }
        return begins.minus(SKEW).isAfter(now) ? Optional.of("is in force from " + begins + " on") : Optional.empty();
    }

    private static Optional<String> uncovered(X509CRL crl, CrlPoint point, X509Certificate certificate) {
        Set<String> critical =
                crl.getCriticalExtensionOIDs() == null ? Set.of() : new HashSet<>(crl.getCriticalExtensionOIDs());
        if (critical.stream().anyMatch(oid -> !oid.equals(ISSUING_DISTRIBUTION_POINT))) {
            return Optional.of(
                    "has critical extensions that are not understood here: " + Sentence.printable(critical.toString()));
        }
        byte[] scope = crl.getExtensionValue(ISSUING_DISTRIBUTION_POINT);
        return scope == null || IssuingDistributionPoint.covers(scope, point.names(), certificate)
                ? Optional.empty()
                : Optional.of("does not cover this certificate");
    }

    /** A listed certificate is revoked, whatever date stands beside it: OpenSSL has it so as well. */
    private static Judgement listed(X509CRL crl, X509Certificate certificate) {
        Optional<Instant> until = Optional.of(crl.getNextUpdate().toInstant());
        X509CRLEntry entry = crl.getRevokedCertificate(certificate);
        if (entry == null) {
            return Judgement.good(until, "does not list it");
        }
        Set<String> critical = entry.getCriticalExtensionOIDs();
        if (critical != null && !KNOWN_IN_ENTRIES.containsAll(critical)) {
            return Judgement.unknown("lists it with critical extensions that are not understood here: "
                    + Sentence.printable(List.copyOf(critical).toString()));
        }
        CRLReason reason = entry.getRevocationReason() == null ? CRLReason.UNSPECIFIED : entry.getRevocationReason();
        Instant since = entry.getRevocationDate().toInstant();
        return Judgement.revoked(since, until, "lists it as " + Sentence.revoked(since, reason));
    }
}
