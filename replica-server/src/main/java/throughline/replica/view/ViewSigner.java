package throughline.replica.view;

import java.time.InstantSource;
import java.util.List;
import throughline.identity.Identity;
import throughline.protocol.Announcement;
import throughline.protocol.AttemptId;
import throughline.protocol.ReplicaView;
import throughline.protocol.SignedView;
import throughline.protocol.ViewSignature;

/** Answers announcements: what the replica sees of the connection they arrived on, signed with the replica's key. */
public final class ViewSigner {
    private final Identity identity;
    private final String bootId;
    private final List<String> servedCertificates;
    private final HandshakeLog log;
    private final InstantSource clock;

    public ViewSigner(
            Identity identity, String bootId, List<String> servedCertificates, HandshakeLog log, InstantSource clock) {
        this.identity = identity;
        this.bootId = bootId;
        this.servedCertificates = servedCertificates;
        this.log = log;
        this.clock = clock;
    }

    public SignedView answer(Announcement announcement, AttemptId attempt, WatchedConnection connection) {
        ReplicaView view = new ReplicaView(
                attempt.toString(),
                announcement.nonce(),
                bootId,
                log.coveredSince(),
                clock.instant(),
                servedCertificates,
                connection.view());
        return ViewSignature.sign(view, identity.key(), identity.chain());
    }
}
