package throughline.primary.diagnosis;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import throughline.identity.revocation.RevocationStatus.Source;
import throughline.identity.revocation.RevocationStatus.State;
import throughline.primary.evidence.CertificateFacts;
import throughline.primary.evidence.CertificateRevocation;
import throughline.primary.evidence.Evidence;
import throughline.primary.evidence.ExchangeEvidence.Answered;
import throughline.primary.evidence.ExchangeEvidence.Exchange;
import throughline.primary.evidence.ExchangeEvidence.ExchangeFailed;
import throughline.primary.evidence.ExchangeEvidence.ReceiptReceived;
import throughline.primary.evidence.ExchangeEvidence.Refused;
import throughline.primary.evidence.Failure;
import throughline.primary.evidence.FailureKind;
import throughline.primary.evidence.PathEvidence.ConnectFailed;
import throughline.primary.evidence.PathEvidence.Connected;
import throughline.primary.evidence.PathEvidence.CredentialsWithheld;
import throughline.primary.evidence.PathEvidence.Leg;
import throughline.primary.evidence.PathEvidence.LoginFailed;
import throughline.primary.evidence.PathEvidence.ProxyTlsFailed;
import throughline.primary.evidence.PathEvidence.ProxyTlsFinished;
import throughline.primary.evidence.PathEvidence.SocksAnswered;
import throughline.primary.evidence.PathEvidence.SocksStep;
import throughline.primary.evidence.PathEvidence.TunnelAnswered;
import throughline.primary.evidence.PathEvidence.TunnelFailed;
import throughline.primary.evidence.Phase;
import throughline.primary.evidence.ReplicaEvidence.AccountGiven;
import throughline.primary.evidence.ReplicaEvidence.ViewReceived;
import throughline.primary.evidence.TlsEvidence.AlertSeen;
import throughline.primary.evidence.TlsEvidence.CertificateAnswer;
import throughline.primary.evidence.TlsEvidence.CertificateRequested;
import throughline.primary.evidence.TlsEvidence.ChainShown;
import throughline.primary.evidence.TlsEvidence.HandshakeFailed;
import throughline.primary.evidence.TlsEvidence.HandshakeFinished;
import throughline.primary.evidence.TlsEvidence.HelloSent;
import throughline.primary.evidence.TlsEvidence.NameChecked;
import throughline.primary.evidence.TlsEvidence.NotTlsReceived;
import throughline.primary.evidence.TlsEvidence.RecordAfterFinished;
import throughline.primary.evidence.TlsEvidence.RevocationChecked;
import throughline.primary.evidence.TlsEvidence.Sender;
import throughline.primary.evidence.TlsEvidence.ServerHelloReceived;
import throughline.protocol.ConnectionView;
import throughline.protocol.RefusalReason;

/** What is observed on one connection, in the order in which it happens; each step a millisecond after the one before. */
final class Wire {
    static final int TLS_1_2 = 0x0303;
    static final int TLS_1_3 = 0x0304;
    private static final String ADDRESS = "192.0.2.1:8443";
    private static final String TARGET = "replica.test:8443";
    private static final Duration TOOK = Duration.ofMillis(4);
    private static final Optional<String> BINDING = Optional.of(Certificates.sha256("exporter"));

    private final int number;
    private final Optional<String> proxy;
    private final Optional<CertificateFacts> identity;
    private final List<Evidence> evidence = new ArrayList<>();
    private Duration clock;

    Wire(int number, Optional<String> proxy, Optional<CertificateFacts> identity, Duration clock) {
        this.number = number;
        this.proxy = proxy;
        this.identity = identity;
        this.clock = clock;
    }

    List<Evidence> evidence() {
        return evidence;
    }

    void at(Duration instant) {
        clock = instant;
    }

    private Duration tick() {
        clock = clock.plusMillis(1);
        return clock;
    }

    private Wire note(Evidence piece) {
        evidence.add(piece);
        return this;
    }

    static Failure failure(FailureKind kind) {
        return new Failure(kind, "SomeException: " + kind);
    }

    /** The random of the ClientHello that is sent on this connection. */
    String random() {
        return Certificates.sha256("random " + number);
    }

    // The way there.

    Wire connected() {
        return note(
                proxy.isPresent()
                        ? new Connected(number, tick(), Leg.PROXY, "192.0.2.9:3128", 40000, TOOK)
                        : new Connected(number, tick(), Leg.REPLICA, ADDRESS, 40000, TOOK));
    }

    Wire connectFails(FailureKind kind) {
        return connectFails(proxy.isPresent() ? Leg.PROXY : Leg.REPLICA, ADDRESS, kind);
    }

    Wire connectFails(Leg leg, String address, FailureKind kind) {
        return note(new ConnectFailed(number, tick(), leg, address, failure(kind)));
    }

    Wire tunnelAnswers(int status, String reason, String body) {
        return tunnelAnswers(status, reason, body, Map.of(), false);
    }

    Wire tunnelAnswers(int status, String reason, String body, Map<String, String> headers, boolean credentialsSent) {
        return note(new TunnelAnswered(number, tick(), TARGET, status, reason, headers, body, credentialsSent, TOOK));
    }

    Wire proxyTlsFinishes(boolean certificateAsked, boolean certificateSent, CertificateFacts... chain) {
        return note(new ProxyTlsFinished(
                number,
                tick(),
                "192.0.2.9:3129",
                "TLSv1.3",
                "TLS_AES_128_GCM_SHA256",
                List.of(chain),
                certificateAsked,
                certificateSent,
                TOOK));
    }

    Wire proxyTlsFails(FailureKind kind, CertificateFacts... chain) {
        return note(new ProxyTlsFailed(number, tick(), "192.0.2.9:3129", List.of(chain), false, false, failure(kind)));
    }

    Wire proxyTlsFailsAfterAskingForACertificate(FailureKind kind) {
        return note(new ProxyTlsFailed(number, tick(), "192.0.2.9:3129", List.of(), true, false, failure(kind)));
    }

    Wire socksAnswers(SocksStep step, int code, boolean credentialsSent) {
        return note(new SocksAnswered(number, tick(), TARGET, step, code, credentialsSent, TOOK));
    }

    Wire withholdsCredentials() {
        return note(new CredentialsWithheld(number, tick(), "192.0.2.9:3128"));
    }

    Wire loginFails(FailureKind kind) {
        return note(new LoginFailed(number, tick(), "proxy.test:3128", failure(kind)));
    }

    Wire tunnelFails(FailureKind kind, String received) {
        return note(new TunnelFailed(number, tick(), TARGET, failure(kind), received));
    }

    /** TCP, and where there is a proxy the tunnel. */
    Wire reaches() {
        connected();
        return proxy.isPresent() ? tunnelAnswers(200, "Connection established", "") : this;
    }

    // TLS.

    Wire sendsHello() {
        return note(new HelloSent(number, tick(), random(), Optional.of("replica.test"), false));
    }

    /** Reached, and both hellos exchanged. */
    Wire hello(int version) {
        return reaches().sendsHello().serverHello(version, false);
    }

    Wire hello() {
        return hello(TLS_1_3);
    }

    Wire serverHello(int version, boolean resumed) {
        return note(new ServerHelloReceived(number, tick(), version, 0x1302, resumed));
    }

    Wire notTls(String received) {
        return note(new NotTlsReceived(number, tick(), received));
    }

    Wire alert(Sender sender, int description, String name) {
        return note(new AlertSeen(number, tick(), Phase.CLIENT_CERTIFICATE, sender, description, name));
    }

    Wire showsTrusted(CertificateFacts... chain) {
        return shows(chain.length, true, true, chain);
    }

    /** The chain leads to no anchor of ours. */
    Wire showsUntrusted(CertificateFacts... chain) {
        return shows(chain.length, false, false, chain);
    }

    /** One of our anchors has signed it, but validation refuses it. */
    Wire showsInvalid(CertificateFacts... chain) {
        return shows(chain.length, false, true, chain);
    }

    Wire shows(int linked, boolean trusted, boolean anchored, CertificateFacts... chain) {
        return note(new ChainShown(
                number,
                tick(),
                List.of(chain),
                linked,
                trusted,
                anchored,
                trusted ? Optional.empty() : Optional.of(failure(FailureKind.UNTRUSTED))));
    }

    /** The leaf's revocation was asked about, and our policy refuses what came back unless it is good. */
    Wire revocation(CertificateFacts leaf, State state, Source source, Optional<String> address) {
        return note(new RevocationChecked(
                number,
                tick(),
                state == State.GOOD,
                List.of(new CertificateRevocation(
                        leaf.subject(), state, source, address, "It was asked, and this came back.")),
                TOOK));
    }

    Wire named(boolean matches, String... names) {
        return note(new NameChecked(number, tick(), "replica.test", matches, List.of(names)));
    }

    /** A CertificateRequest that accepts certificates of the lab's root, and our answer. */
    Wire asked(CertificateAnswer answer) {
        return note(new CertificateRequested(
                number,
                tick(),
                List.of("EC", "RSA"),
                List.of(Certificates.LAB_ROOT.subject()),
                answer,
                answer == CertificateAnswer.SENT ? identity : Optional.empty()));
    }

    Wire finishes(CertificateFacts... chain) {
        return finishes(Optional.empty(), chain);
    }

    Wire finishesWithBinding(CertificateFacts... chain) {
        return finishes(BINDING, chain);
    }

    private Wire finishes(Optional<String> binding, CertificateFacts... chain) {
        return note(
                new HandshakeFinished(number, tick(), "TLSv1.3", "TLS_AES_256_GCM_SHA384", List.of(chain), binding));
    }

    /** A session ticket, as JSSE sends one with the client's certificate in it. */
    Wire goesOnAfterFinished() {
        return note(new RecordAfterFinished(number, tick(), 1777));
    }

    Wire handshakeFails(Phase phase, FailureKind kind) {
        return note(new HandshakeFailed(number, tick(), phase, failure(kind)));
    }

    // Exchanges.

    Wire replicaAnswers(Exchange exchange) {
        return note(new Answered(number, tick(), exchange, 200, true, Map.of(), "", TOOK));
    }

    /** An answer in none of the replica's media types. */
    Wire foreignAnswer(Exchange exchange, int status, Map<String, String> headers, String body) {
        return note(new Answered(number, tick(), exchange, status, false, headers, body, TOOK));
    }

    Wire exchangeFails(Exchange exchange, FailureKind kind) {
        return note(new ExchangeFailed(number, tick(), exchange, failure(kind), TOOK));
    }

    Wire refused(Exchange exchange, RefusalReason reason, String detail) {
        note(new Answered(number, tick(), exchange, reason.status(), true, Map.of(), "", TOOK));
        return note(new Refused(number, tick(), exchange, reason.code(), detail));
    }

    Wire receipt() {
        return note(new ReceiptReceived(number, tick(), "disk/1/1", 65536, Certificates.sha256("content")));
    }

    // The replica's word.

    /** The signed view inside the session, of the connection with our own hello. */
    Wire viewOfOurs(Optional<String> binding, CertificateFacts... served) {
        return view(Views.accepted(random(), Certificates.CLIENT, binding), true, served);
    }

    /** The same of a connection that somebody else made to the replica. */
    Wire viewOfAnother(CertificateFacts... served) {
        return view(
                Views.accepted(Certificates.sha256("somebody else"), Certificates.CLIENT, Optional.empty()),
                true,
                served);
    }

    Wire view(ConnectionView seen, boolean signerTrusted, CertificateFacts... served) {
        replicaAnswers(Exchange.ANNOUNCE);
        return note(new ViewReceived(
                number, tick(), Views.replica(seen, Views.BOOT, List.of(served)), Certificates.REPLICA, signerTrusted));
    }

    static Optional<String> binding() {
        return BINDING;
    }

    /** The replica's account beside the session, from a log that began an hour before. */
    Wire account(Optional<ConnectionView> seen, CertificateFacts... served) {
        return account(Views.BOOT, Certificates.NOW.minusSeconds(3600), seen, served);
    }

    Wire account(String bootId, Instant coveredSince, Optional<ConnectionView> seen, CertificateFacts... served) {
        return accountOf(random(), bootId, coveredSince, seen, served);
    }

    Wire accountOf(
            String random,
            String bootId,
            Instant coveredSince,
            Optional<ConnectionView> seen,
            CertificateFacts... served) {
        List<String> fingerprints =
                List.of(served).stream().map(CertificateFacts::sha256).toList();
        return note(new AccountGiven(number, Duration.ofSeconds(9), random, bootId, coveredSince, fingerprints, seen));
    }
}
