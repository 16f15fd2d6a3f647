package throughline.certs.revocation;

import java.io.IOException;
import java.math.BigInteger;
import java.util.Date;
import java.util.Map;
import org.bouncycastle.asn1.ASN1GeneralizedTime;
import org.bouncycastle.asn1.ocsp.OCSPObjectIdentifiers;
import org.bouncycastle.asn1.ocsp.RevokedInfo;
import org.bouncycastle.asn1.x509.CRLReason;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.Extensions;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.ocsp.BasicOCSPRespBuilder;
import org.bouncycastle.cert.ocsp.CertificateID;
import org.bouncycastle.cert.ocsp.CertificateStatus;
import org.bouncycastle.cert.ocsp.OCSPException;
import org.bouncycastle.cert.ocsp.OCSPReq;
import org.bouncycastle.cert.ocsp.OCSPRespBuilder;
import org.bouncycastle.cert.ocsp.Req;
import org.bouncycastle.cert.ocsp.RespID;
import org.bouncycastle.cert.ocsp.RevokedStatus;
import org.bouncycastle.cert.ocsp.UnknownStatus;
import org.bouncycastle.operator.DigestCalculatorProvider;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaDigestCalculatorProviderBuilder;
import throughline.certs.RevokedCertificate;

/** Builds the answers of one responder (RFC 6960, 4.2.1). */
final class OcspResponse {
    private final X509CertificateHolder issuer;
    private final Responder responder;
    private final Map<BigInteger, RevokedCertificate> revoked;
    private final Validity validity;

    OcspResponse(
            X509CertificateHolder issuer,
            Responder responder,
            Map<BigInteger, RevokedCertificate> revoked,
            Validity validity) {
        this.issuer = issuer;
        this.responder = responder;
        this.revoked = revoked;
        this.validity = validity;
    }

    /** An unsigned status of {@link OCSPRespBuilder}. */
    static byte[] failure(int status) {
        try {
            return new OCSPRespBuilder().build(status, null).getEncoded();
        } catch (OCSPException | IOException impossible) {
            throw new IllegalStateException("An OCSP answer without content cannot be made.", impossible);
        }
    }

    /** @throws IOException if the request is none */
    byte[] to(byte[] request, boolean knowing) throws IOException {
        OCSPReq asked = new OCSPReq(request);
        try {
            BasicOCSPRespBuilder answer =
                    new BasicOCSPRespBuilder(new RespID(responder.certificate().getSubject()));
            for (Req question : asked.getRequestList()) {
                CertificateID id = question.getCertID();
                CertificateStatus status = knowing ? status(id) : new UnknownStatus();
                answer.addResponse(id, status, Date.from(validity.thisUpdate()), Date.from(validity.nextUpdate()));
            }
            Extension nonce = asked.getExtension(OCSPObjectIdentifiers.id_pkix_ocsp_nonce);
            if (nonce != null) {
                answer.setResponseExtensions(new Extensions(nonce));
            }
            X509CertificateHolder[] enclosed = responder.enclosed().toArray(X509CertificateHolder[]::new);
            return new OCSPRespBuilder()
                    .build(
                            OCSPRespBuilder.SUCCESSFUL,
                            answer.build(responder.signer(), enclosed, Date.from(validity.thisUpdate())))
                    .getEncoded();
        } catch (OCSPException impossible) {
            throw new IllegalStateException("An OCSP answer cannot be made.", impossible);
        }
    }

    /** Without a status of its own, good is null to Bouncy Castle. */
    private CertificateStatus status(CertificateID id) throws OCSPException {
        if (!id.matchesIssuer(issuer, digests())) {
            return new UnknownStatus();
        }
        RevokedCertificate entry = revoked.get(id.getSerialNumber());
        return entry == null
                ? CertificateStatus.GOOD
                : new RevokedStatus(new RevokedInfo(
                        new ASN1GeneralizedTime(Date.from(entry.at())), CRLReason.lookup(CRLReason.keyCompromise)));
    }

    private static DigestCalculatorProvider digests() {
        try {
            return new JcaDigestCalculatorProviderBuilder().build();
        } catch (OperatorCreationException impossible) {
            throw new IllegalStateException("This Java has no digests.", impossible);
        }
    }
}
