package throughline.identity.revocation;

import java.security.GeneralSecurityException;
import java.security.cert.CRLReason;
import java.security.cert.CertPathValidator;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertPathValidatorException.BasicReason;
import java.security.cert.CertificateFactory;
import java.security.cert.CertificateRevokedException;
import java.security.cert.PKIXParameters;
import java.security.cert.PKIXRevocationChecker;
import java.security.cert.PKIXRevocationChecker.Option;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Judges OCSP answers by the JDK's checker: signature, responder's authorisation, dates (15 minutes of difference between
 * the clocks are allowed). It is given the answer's bytes, and then asks nobody itself.
 */
final class OcspJudge {
    private OcspJudge() {}

    static Judgement judge(byte[] answer, X509Certificate certificate, X509Certificate issuer, Instant now) {
        if (answer.length > RevocationFetch.LARGEST_OCSP_ANSWER) {
            return Judgement.unknown("is longer than " + RevocationFetch.LARGEST_OCSP_ANSWER + " bytes");
        }
        Optional<OcspAnswer> read = read(answer, certificate);
        try {
            validate(answer, certificate, issuer, now);
            return accepted(read);
        } catch (CertPathValidatorException refused) {
            return refused(refused, read, now);
        } catch (GeneralSecurityException | RuntimeException unreadable) {
            return unreadable(unreadable);
        }
    }

    private static Optional<OcspAnswer> read(byte[] answer, X509Certificate certificate) {
        try {
            return Optional.of(OcspAnswer.read(answer, certificate.getSerialNumber()));
        } catch (MalformedDerException unreadable) {
            return Optional.empty();
        }
    }

    private static void validate(byte[] answer, X509Certificate certificate, X509Certificate issuer, Instant now)
            throws GeneralSecurityException {
        CertPathValidator validator = CertPathValidator.getInstance("PKIX");
        PKIXRevocationChecker checker = (PKIXRevocationChecker) validator.getRevocationChecker();
        checker.setOptions(Set.of(Option.NO_FALLBACK));
        checker.setOcspResponses(Map.of(certificate, answer));
        PKIXParameters parameters = new PKIXParameters(Set.of(new TrustAnchor(issuer, null)));
        parameters.setDate(Date.from(now));
        parameters.addCertPathChecker(checker);
        validator.validate(CertificateFactory.getInstance("X.509").generateCertPath(List.of(certificate)), parameters);
    }

    /** The JDK takes a revocation in the future for good; but the responder has said that it is revoked. */
    private static Judgement accepted(Optional<OcspAnswer> read) {
        Optional<OcspAnswer.Single> said = read.flatMap(OcspAnswer::said);
        Optional<Instant> until = said.flatMap(OcspAnswer.Single::nextUpdate);
        if (said.isPresent() && said.get().revoked()) {
            Instant since = said.get().revokedAt().orElseThrow();
            return Judgement.revoked(since, until, "says " + Sentence.revoked(since, CRLReason.UNSPECIFIED));
        }
        return Judgement.good(until, "says good");
    }

    private static Judgement refused(CertPathValidatorException refused, Optional<OcspAnswer> read, Instant now) {
        Optional<OcspAnswer.Single> said = read.flatMap(OcspAnswer::said);
        if (refused.getReason() == BasicReason.REVOKED
                && refused.getCause() instanceof CertificateRevokedException revoked) {
            Instant since = revoked.getRevocationDate().toInstant();
            return Judgement.revoked(
                    since,
                    said.flatMap(OcspAnswer.Single::nextUpdate),
                    "says " + Sentence.revoked(since, revoked.getRevocationReason()));
        }
        if (read.isEmpty()) {
            return unreadable(refused);
        }
        if (read.get().responseStatus() != 0) {
            return Judgement.unknown("answered " + read.get().statusName());
        }
        if (refused.getReason() == BasicReason.UNDETERMINED_REVOCATION_STATUS
                && said.filter(OcspAnswer.Single::unknown).isPresent()) {
            return Judgement.unknown("does not know it");
        }
        Optional<Instant> ended = said.flatMap(OcspAnswer.Single::nextUpdate).filter(next -> next.isBefore(now));
        return Judgement.unknown(
                ended.isPresent()
                        ? "gave an answer that was in force until " + ended.get()
                        : "gave an answer that cannot be believed: " + Sentence.reason(refused));
    }

    private static Judgement unreadable(Exception why) {
        return Judgement.unknown("gave what cannot be read as an OCSP answer: " + Sentence.reason(why));
    }
}
