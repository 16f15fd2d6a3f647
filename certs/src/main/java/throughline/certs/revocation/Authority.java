package throughline.certs.revocation;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.cert.CRLException;
import java.security.cert.CRLReason;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateHolder;
import org.bouncycastle.cert.ocsp.CertificateID;
import org.bouncycastle.cert.ocsp.OCSPException;
import org.bouncycastle.cert.ocsp.OCSPReqBuilder;
import org.bouncycastle.cert.ocsp.OCSPRespBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaDigestCalculatorProviderBuilder;
import throughline.certs.CertificateAuthority;
import throughline.certs.RevokedCertificate;

/** What is said about the certificates of one authority. Thread-safe. */
final class Authority {
    private static final byte[] PAGE =
            "<html>Please accept our terms of use.</html>".getBytes(StandardCharsets.US_ASCII);

    private final CertificateAuthority issuer;
    private final InstantSource clock;
    private final Map<BigInteger, RevokedCertificate> inCrl = new LinkedHashMap<>();
    private final Map<BigInteger, RevokedCertificate> inOcsp = new LinkedHashMap<>();
    private Responder responder;
    private CrlAnswer crlAnswer = CrlAnswer.TRUTH;
    private OcspAnswer ocspAnswer = OcspAnswer.TRUTH;

    Authority(CertificateAuthority issuer, InstantSource clock) {
        this.issuer = issuer;
        this.clock = clock;
        this.responder = Responder.itself(issuer);
    }

    synchronized void revokeByCrl(X509Certificate certificate) {
        inCrl.put(certificate.getSerialNumber(), revokedNow(certificate));
    }

    synchronized void revokeByOcsp(X509Certificate certificate) {
        inOcsp.put(certificate.getSerialNumber(), revokedNow(certificate));
    }

    synchronized void answerCrl(CrlAnswer answer) {
        crlAnswer = answer;
    }

    synchronized void answerOcsp(OcspAnswer answer) {
        ocspAnswer = answer;
    }

    synchronized void delegateOcsp() {
        responder = Responder.delegatedBy(issuer, clock.instant());
    }

    Reply staleCrl() {
        return Reply.crl(crl(issuer, Validity.past(clock.instant())));
    }

    synchronized Reply crl(Duration length) {
        Instant now = clock.instant();
        Validity current = Validity.current(now, length);
        return switch (crlAnswer) {
            case TRUTH -> Reply.crl(crl(issuer, current));
            case STALE -> Reply.crl(crl(issuer, Validity.past(now)));
            case WRONG_SIGNER -> Reply.crl(crl(namesake(), current));
            case OTHER_ISSUER -> Reply.crl(crl(CertificateAuthority.root("Another Authority", clock), current));
            case MALFORMED -> Reply.page(PAGE);
            case NOT_FOUND -> Reply.NOT_FOUND;
            case SILENT -> Reply.SILENCE;
        };
    }

    synchronized Reply ocsp(byte[] request, Duration length) throws IOException {
        Instant now = clock.instant();
        Validity current = Validity.current(now, length);
        return switch (ocspAnswer) {
            case TRUTH -> Reply.ocsp(response(responder, current).to(request, true));
            case UNKNOWN -> Reply.ocsp(response(responder, current).to(request, false));
            case TRY_LATER -> Reply.ocsp(OcspResponse.failure(OCSPRespBuilder.TRY_LATER));
            case UNAUTHORIZED -> Reply.ocsp(OcspResponse.failure(OCSPRespBuilder.UNAUTHORIZED));
            case STALE -> Reply.ocsp(response(responder, Validity.past(now)).to(request, true));
            case WRONG_SIGNER ->
                Reply.ocsp(response(Responder.itself(namesake()), current).to(request, true));
            case OTHER_CERTIFICATE -> Reply.ocsp(response(responder, current).to(question(BigInteger.TEN), true));
            case MALFORMED -> Reply.page(PAGE);
            case NOT_FOUND -> Reply.NOT_FOUND;
            case SILENT -> Reply.SILENCE;
        };
    }

    /** The request that is about this certificate. */
    byte[] question(BigInteger serial) throws IOException {
        try {
            CertificateID id = new CertificateID(
                    new JcaDigestCalculatorProviderBuilder().build().get(CertificateID.HASH_SHA1), holder(), serial);
            return new OCSPReqBuilder().addRequest(id).build().getEncoded();
        } catch (OCSPException | OperatorCreationException impossible) {
            throw new IllegalStateException("An OCSP request cannot be made.", impossible);
        }
    }

    private synchronized byte[] crl(CertificateAuthority signer, Validity validity) {
        try {
            return signer.crl(validity.thisUpdate(), validity.nextUpdate(), List.copyOf(inCrl.values()))
                    .getEncoded();
        } catch (CRLException impossible) {
            throw new IllegalStateException("A CRL of our own cannot be encoded.", impossible);
        }
    }

    private OcspResponse response(Responder by, Validity validity) {
        return new OcspResponse(holder(), by, Map.copyOf(inOcsp), validity);
    }

    private CertificateAuthority namesake() {
        return CertificateAuthority.root(issuer.certificate().getSubjectX500Principal(), clock);
    }

    private X509CertificateHolder holder() {
        try {
            return new JcaX509CertificateHolder(issuer.certificate());
        } catch (CertificateEncodingException impossible) {
            throw new IllegalStateException("A certificate of our own cannot be read.", impossible);
        }
    }

    /** A second ago: to some who check, the JDK among them, what is revoked at this very second is not revoked yet. */
    private RevokedCertificate revokedNow(X509Certificate certificate) {
        return new RevokedCertificate(
                certificate.getSerialNumber(), clock.instant().minusSeconds(1), CRLReason.KEY_COMPROMISE);
    }
}
