package throughline.replica.view;

import java.time.InstantSource;
import java.util.List;
import java.util.function.Supplier;
import throughline.identity.Identity;
import throughline.protocol.Announcement;
import throughline.protocol.AttemptId;
import throughline.protocol.ReplicaView;
import throughline.protocol.SignedView;
import throughline.protocol.ViewSignature;

/** Answers announcements: what the replica sees of the connection they arrived on, signed with the replica's key. */
public final class ViewSigner {
    private final Supplier<Presented> presented;
    private final Supplier<String> bootId;
    private final HandshakeLog log;
    private final InstantSource clock;

    /**
     * What the replica presents now.
     *
     * @param identity in force for new connections; its key signs
     * @param servedCertificates SHA-256, lower-case hex, of every leaf certificate presented in the replica's name
     */
    public record Presented(Identity identity, List<String> servedCertificates) {}

    public ViewSigner(Supplier<Presented> presented, Supplier<String> bootId, HandshakeLog log, InstantSource clock) {
        this.presented = presented;
        this.bootId = bootId;
        this.log = log;
        this.clock = clock;
    }

    public SignedView answer(Announcement announcement, AttemptId attempt, WatchedConnection connection) {
        Presented now = presented.get();
        ReplicaView view = new ReplicaView(
                attempt.toString(),
                announcement.nonce(),
                bootId.get(),
                log.coveredSince(),
                clock.instant(),
                now.servedCertificates(),
                connection.view());
        return ViewSignature.sign(view, now.identity().key(), now.identity().chain());
    }
}
