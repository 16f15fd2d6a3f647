package throughline.replica.view;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLSession;
import throughline.identity.Fingerprint;
import throughline.identity.TlsExporter;
import throughline.protocol.AttemptId;
import throughline.protocol.ConnectionView;
import throughline.protocol.ConnectionView.CertificateOutcome;
import throughline.protocol.ConnectionView.CertificateRefusal;
import throughline.protocol.ConnectionView.ClientCertificateView;
import throughline.protocol.ConnectionView.HandshakeOutcome;
import throughline.protocol.ConnectionView.HelloView;
import throughline.protocol.ConnectionView.SessionView;
import throughline.protocol.Excerpt;
import throughline.tls.ClientHello;
import throughline.tls.NotTls;
import throughline.tls.ServerHello;
import throughline.tls.TlsMessage;

/** What has been seen of one connection so far. Told by the thread that serves it, asked by any. */
public final class WatchedConnection {
    private static final int MOST_ATTEMPTS = 16;
    private static final int MOST_OFFERS = 32;
    private static final int LONGEST_TEXT = 200;

    /** How long a judgement is relied upon while requests keep coming. */
    private static final Duration LONGEST_JUDGEMENT = Duration.ofMinutes(1);

    private final long id;
    private final Instant acceptedAt;
    private final String peer;
    private final List<String> attempts = new ArrayList<>();
    private Optional<HelloView> hello = Optional.empty();
    private boolean serverHelloSent;
    private Optional<Judgement> judgement = Optional.empty();
    private HandshakeOutcome outcome = HandshakeOutcome.NO_HELLO;
    private Optional<String> failure = Optional.empty();
    private Optional<SessionView> session = Optional.empty();
    private ClientCertificateView certificate = ClientCertificateView.notReached();
    private long requests;

    WatchedConnection(long id, Instant acceptedAt, String peer) {
        this.id = id;
        this.acceptedAt = acceptedAt;
        this.peer = peer;
    }

    synchronized void received(TlsMessage message) {
        if (message instanceof NotTls && outcome == HandshakeOutcome.NO_HELLO) {
            outcome = HandshakeOutcome.NOT_TLS;
        }
        // A second one answers a HelloRetryRequest and has the same random.
        if (message instanceof ClientHello client && hello.isEmpty()) {
            hello = Optional.of(view(client));
            outcome = HandshakeOutcome.UNFINISHED;
        }
    }

    synchronized void sent(TlsMessage message) {
        if (message instanceof ServerHello server && !server.helloRetryRequest()) {
            serverHelloSent = true;
        }
    }

    /** What the replica made of the client's chain last: a connection may be kept for longer than a certificate lives. */
    record Judgement(
            List<X509Certificate> chain, ClientChains by, long nanoTime, Optional<CertificateRefusal> refusal) {
        /** Whether it still holds without asking again. */
        boolean holds(ClientChains inForce) {
            return by.equals(inForce)
                    && System.nanoTime() - nanoTime < LONGEST_JUDGEMENT.toNanos()
                    && !Instant.now().isAfter(chain.get(0).getNotAfter().toInstant());
        }
    }

    synchronized void judged(Judgement made) {
        judgement = Optional.of(made);
        CertificateOutcome decided =
                made.refusal().isPresent() ? CertificateOutcome.REFUSED : CertificateOutcome.ACCEPTED;
        certificate = view(decided, made.chain().get(0), made.refusal());
    }

    synchronized Optional<Judgement> judgement() {
        return judgement;
    }

    synchronized void handshakeSucceeded(SSLSession finished) {
        outcome = HandshakeOutcome.SUCCEEDED;
        session = Optional.of(view(finished));
    }

    /**
     * Why no request may be served on a connection that is open all the same: its session was resumed, or it has been kept
     * since. A chain that was never judged is none that was accepted.
     */
    public synchronized Optional<String> refusal() {
        return certificate.outcome() == CertificateOutcome.ACCEPTED
                ? Optional.empty()
                : Optional.of("the client certificate " + certificate.subject().orElse("of this session")
                        + " is refused: "
                        + certificate.refusal().map(CertificateRefusal::words).orElse("it could not be judged"));
    }

    synchronized void handshakeFailed(FailedHandshake end) {
        if (outcome == HandshakeOutcome.SUCCEEDED || failure.isPresent()) {
            return;
        }
        failure = Optional.of(Excerpt.of(String.valueOf(end.thrown().getMessage()), LONGEST_TEXT));
        if (outcome != HandshakeOutcome.NOT_TLS) {
            outcome = HandshakeOutcome.FAILED;
        }
        if (end.lacksCertificate(serverHelloSent, judgement.isPresent())) {
            certificate = new ClientCertificateView(
                    CertificateOutcome.NONE_SENT, Optional.empty(), Optional.empty(), Optional.empty());
        }
    }

    /** Counts a request; one without a usable attempt identifier counts too. */
    public synchronized void request(Optional<AttemptId> attempt) {
        requests++;
        attempt.map(AttemptId::toString)
                .filter(text -> attempts.size() < MOST_ATTEMPTS && !attempts.contains(text))
                .ifPresent(attempts::add);
    }

    /** Everything so far; what comes later is not in it. */
    public synchronized ConnectionView view() {
        return new ConnectionView(
                id, acceptedAt, peer, hello, outcome, failure, session, certificate, List.copyOf(attempts), requests);
    }

    Instant acceptedAt() {
        return acceptedAt;
    }

    private static HelloView view(ClientHello hello) {
        return new HelloView(
                hello.random(),
                hello.serverName(),
                hello.applicationProtocols().stream().limit(MOST_OFFERS).toList(),
                hello.supportedVersions().stream().limit(MOST_OFFERS).toList(),
                hello.offersPreSharedKey());
    }

    private static SessionView view(SSLSession session) {
        X509Certificate served = (X509Certificate) session.getLocalCertificates()[0];
        return new SessionView(
                session.getProtocol(),
                session.getCipherSuite(),
                Fingerprint.sha256(served),
                TlsExporter.channelBinding(session).map(WatchedConnection::sha256));
    }

    private static ClientCertificateView view(
            CertificateOutcome outcome, X509Certificate leaf, Optional<CertificateRefusal> refusal) {
        String subject = leaf.getSubjectX500Principal().getName();
        return new ClientCertificateView(
                outcome,
                Optional.of(Excerpt.of(subject, LONGEST_TEXT)),
                Optional.of(Fingerprint.sha256(leaf)),
                refusal);
    }

    private static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
