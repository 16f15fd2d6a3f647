package throughline.primary.evidence;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import throughline.protocol.ConnectionView;
import throughline.protocol.ReplicaView;

/** What the replica itself says, and what a control connection was shown. */
public sealed interface ReplicaEvidence extends Evidence {

    /**
     * The signed answer to our announcement, inside the session.
     *
     * @param signer the certificate whose key signed the view
     * @param signerTrusted whether that certificate is pinned, or chains to our trust and names the replica: only then the
     *     view counts
     */
    record ViewReceived(
            int connection, Duration after, ReplicaView view, CertificateFacts signer, boolean signerTrusted)
            implements ReplicaEvidence {
        @Override
        public Witness witness() {
            return Witness.REPLICA;
        }

        @Override
        public Phase phase() {
            return Phase.FIRST_ANSWER;
        }

        @Override
        public String text() {
            return "the replica's view, signed by " + signer.subject()
                    + (signerTrusted ? "" : " (not trusted)")
                    + view.connection()
                            .hello()
                            .map(hello -> ": it received the ClientHello "
                                    + hello.random().substring(0, 8) + "…")
                            .orElse("");
        }
    }

    /**
     * The replica's account beside the session: whether one ClientHello of ours arrived there.
     *
     * @param random the ClientHello random that was asked about
     * @param coveredSince since when the replica's log is complete; before that its silence means nothing
     * @param servedCertificates SHA-256 of the leaf certificates it serves
     * @param seen its view of the connection with that hello; absent when it has seen none
     */
    record AccountGiven(
            int connection,
            Duration after,
            String random,
            String bootId,
            Instant coveredSince,
            List<String> servedCertificates,
            Optional<ConnectionView> seen)
            implements ReplicaEvidence {
        @Override
        public Witness witness() {
            return Witness.REPLICA;
        }

        @Override
        public Phase phase() {
            return seen.isEmpty() ? Phase.HELLO : Phase.CLIENT_CERTIFICATE;
        }

        @Override
        public String text() {
            return "the replica "
                    + seen.map(ConnectionWords::describe)
                            .map(words -> "received our ClientHello: " + words)
                            .orElse("has not received our ClientHello");
        }

        @Override
        public boolean adverse() {
            return seen.filter(view -> view.handshake() == ConnectionView.HandshakeOutcome.FAILED)
                    .isPresent();
        }
    }

    /** The replica saw another connection while the attempt was under way: somebody else's hello in place of ours. */
    record OtherConnectionSeen(int connection, Duration after, ConnectionView view) implements ReplicaEvidence {
        @Override
        public Witness witness() {
            return Witness.REPLICA;
        }

        @Override
        public Phase phase() {
            return Phase.CLIENT_CERTIFICATE;
        }

        @Override
        public String text() {
            return "the replica saw a connection that is not ours: " + ConnectionWords.describe(view);
        }

        @Override
        public boolean adverse() {
            return view.handshake() == ConnectionView.HandshakeOutcome.FAILED;
        }
    }

    /** The chain that a connection past everything in between was shown, leaf first. */
    record ControlShown(int connection, Duration after, String address, List<CertificateFacts> chain)
            implements ReplicaEvidence {
        @Override
        public Witness witness() {
            return Witness.CONTROL;
        }

        @Override
        public Phase phase() {
            return Phase.SERVER_CERTIFICATE;
        }

        @Override
        public String text() {
            return "a direct connection to " + address + " was shown a certificate for "
                    + chain.get(0).subject() + ", issued by " + chain.get(0).issuer();
        }
    }

    /** The control failed. That proves nothing: an egress rule may forbid it. */
    record ControlFailed(int connection, Duration after, String address, Failure failure) implements ReplicaEvidence {
        @Override
        public Witness witness() {
            return Witness.CONTROL;
        }

        @Override
        public Phase phase() {
            return Phase.CONNECT_TO_REPLICA;
        }

        @Override
        public String text() {
            return "a direct connection to " + address + " failed, which proves nothing: " + failure.text();
        }
    }
}
