package throughline.primary.diagnosis;

import java.util.List;
import java.util.Optional;
import throughline.primary.evidence.CertificateFacts;
import throughline.protocol.ConnectionView;
import throughline.protocol.ConnectionView.CertificateOutcome;
import throughline.protocol.ConnectionView.CertificateRefusal;
import throughline.protocol.ConnectionView.ClientCertificateView;
import throughline.protocol.ConnectionView.HandshakeOutcome;
import throughline.protocol.ConnectionView.HelloView;
import throughline.protocol.ConnectionView.SessionView;
import throughline.protocol.ReplicaView;

/** What a replica says of a connection. */
final class Views {
    static final String BOOT = "b00700000000000000000000000000a1";

    private Views() {}

    static ConnectionView accepted(String random, CertificateFacts client, Optional<String> binding) {
        return connection(
                random,
                HandshakeOutcome.SUCCEEDED,
                Optional.of(
                        new SessionView("TLSv1.3", "TLS_AES_256_GCM_SHA384", Certificates.REPLICA.sha256(), binding)),
                client(CertificateOutcome.ACCEPTED, Optional.of(client), Optional.empty()));
    }

    static ConnectionView refused(String random, CertificateFacts client, CertificateRefusal reason) {
        return failed(random, client(CertificateOutcome.REFUSED, Optional.of(client), Optional.of(reason)));
    }

    static ConnectionView noneSent(String random) {
        return failed(random, client(CertificateOutcome.NONE_SENT, Optional.empty(), Optional.empty()));
    }

    /** As when we told the replica by an alert that its certificate is not to our liking. */
    static ConnectionView endedBeforeOurCertificate(String random) {
        return failed(random, ClientCertificateView.notReached());
    }

    private static ConnectionView failed(String random, ClientCertificateView client) {
        return connection(random, HandshakeOutcome.FAILED, Optional.empty(), client);
    }

    private static ConnectionView connection(
            String random, HandshakeOutcome outcome, Optional<SessionView> session, ClientCertificateView client) {
        return new ConnectionView(
                1,
                Certificates.NOW,
                "192.0.2.7:40000",
                Optional.of(new HelloView(
                        random,
                        Optional.of("replica.test"),
                        List.of("h2", "http/1.1"),
                        List.of(0x0304, 0x0303),
                        false)),
                outcome,
                outcome == HandshakeOutcome.FAILED ? Optional.of("the handshake was ended") : Optional.empty(),
                session,
                client,
                session.isPresent() ? List.of("attempt") : List.of(),
                session.isPresent() ? 1 : 0);
    }

    private static ClientCertificateView client(
            CertificateOutcome outcome, Optional<CertificateFacts> leaf, Optional<CertificateRefusal> refusal) {
        return new ClientCertificateView(
                outcome, leaf.map(CertificateFacts::subject), leaf.map(CertificateFacts::sha256), refusal);
    }

    static ReplicaView replica(ConnectionView connection, String bootId, List<CertificateFacts> served) {
        return new ReplicaView(
                "attempt",
                "00112233445566778899aabbccddeeff",
                bootId,
                Certificates.NOW.minusSeconds(3600),
                Certificates.NOW,
                served.stream().map(CertificateFacts::sha256).toList(),
                connection);
    }
}
