package throughline.primary;

import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.List;
import throughline.identity.Trust;
import throughline.primary.capture.AttemptLog;
import throughline.primary.evidence.CertificateFacts;
import throughline.primary.evidence.ReplicaEvidence.ViewReceived;
import throughline.primary.evidence.Witness;
import throughline.protocol.Announcement;
import throughline.protocol.MalformedMessageException;
import throughline.protocol.SignedView;
import throughline.protocol.ViewSignature;

/** Opens the replica's signed view, and decides whether its signer is one that may speak for the replica. */
final class ViewCheck {
    private final ClientSettings settings;
    private final Trust trust;

    ViewCheck(ClientSettings settings, Trust trust) {
        this.settings = settings;
        this.trust = trust;
    }

    /** @throws MalformedMessageException when the signature does not fit, or it is the answer to another announcement */
    void note(AttemptLog attempt, Answer answer, Announcement announcement, SignedView signed)
            throws MalformedMessageException {
        ViewSignature.Opened opened = opened(answer, signed);
        if (!opened.view().nonce().equals(announcement.nonce())
                || !opened.view().attempt().equals(attempt.attempt().toString())) {
            throw answer.unusable(
                    new MalformedMessageException("the replica's view answers another announcement than ours"));
        }
        CertificateFacts signer = CertificateFacts.of(opened.signer().get(0));
        boolean trusted = isPinned(signer) || isTrusted(opened.signer(), signer);
        attempt.present(Witness.REPLICA);
        answer.note((number, after) -> new ViewReceived(number, after, opened.view(), signer, trusted));
    }

    private static ViewSignature.Opened opened(Answer answer, SignedView signed) throws MalformedMessageException {
        try {
            return ViewSignature.open(signed);
        } catch (MalformedMessageException e) {
            throw answer.unusable(e);
        }
    }

    private boolean isPinned(CertificateFacts signer) {
        return settings.expectedReplica().pins().contains(signer.keySha256());
    }

    private boolean isTrusted(List<X509Certificate> chain, CertificateFacts signer) {
        try {
            trust.trustManager().checkServerTrusted(chain.toArray(X509Certificate[]::new), "UNKNOWN");
            return CertificateNames.contain(signer.names(), settings.host());
        } catch (CertificateException e) {
            return false;
        }
    }
}
