package throughline.primary.diagnosis;

import static throughline.primary.diagnosis.Certificates.ACME;
import static throughline.primary.diagnosis.Certificates.CLIENT;
import static throughline.primary.diagnosis.Certificates.CLIENT_OF_ROGUE;
import static throughline.primary.diagnosis.Certificates.FORGED;
import static throughline.primary.diagnosis.Certificates.LAB_ROOT;
import static throughline.primary.diagnosis.Certificates.REPLICA;
import static throughline.primary.diagnosis.Certificates.expired;
import static throughline.primary.diagnosis.Certificates.leaf;

import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
import throughline.primary.evidence.CaseFile;
import throughline.primary.evidence.CertificateFacts;
import throughline.primary.evidence.ExchangeEvidence.Exchange;
import throughline.primary.evidence.FailureKind;
import throughline.primary.evidence.Phase;
import throughline.primary.evidence.TlsEvidence.CertificateAnswer;
import throughline.primary.evidence.TlsEvidence.Sender;
import throughline.protocol.ConnectionView;
import throughline.protocol.ConnectionView.CertificateRefusal;

/** Whole attempts as every witness would tell them, each with the rule that is the truth. */
final class Stories {
    private static final CertificateFacts FRONT = leaf("CN=front.test,O=Lab Corp", LAB_ROOT);

    /** An attempt, what is really the matter, and the case file that all witnesses together make. */
    record Story(String name, String truth, CaseFile file) {
        @Override
        public String toString() {
            return name;
        }
    }

    private Stories() {}

    static Stream<Story> all() {
        return Stream.of(inspectors(), fronts(), direct(false), direct(true)).flatMap(stories -> stories);
    }

    static Stream<Story> inspectors() {
        return Stream.of(
                inspected("trusted inspector, 502 inside the session", Stories::trusted502),
                inspected(
                        "trusted inspector, silence",
                        wire -> trusted(wire)
                                .exchangeFails(Exchange.ANNOUNCE, FailureKind.TIMED_OUT)
                                .account(Optional.empty(), REPLICA)),
                inspected(
                        "trusted inspector that forwards our hello first",
                        wire -> trusted(wire)
                                .exchangeFails(Exchange.ANNOUNCE, FailureKind.TIMED_OUT)
                                .account(Optional.of(Views.noneSent(wire.random())), REPLICA)),
                inspected(
                        "trusted inspector that closes",
                        wire -> trusted(wire)
                                .exchangeFails(Exchange.ANNOUNCE, FailureKind.CLOSED)
                                .account(Optional.empty(), REPLICA)),
                inspected("untrusted inspector", Stories::untrusted),
                inspected(
                        "untrusted inspector that sends its leaf only",
                        wire -> wire.hello()
                                .showsUntrusted(FORGED)
                                .alert(Sender.US, 46, "certificate_unknown")
                                .handshakeFails(Phase.SERVER_CERTIFICATE, FailureKind.UNTRUSTED)
                                .account(Optional.empty(), REPLICA)),
                inspected(
                        "trusted inspector with a client certificate that the replica accepts",
                        wire -> trusted(wire)
                                .viewOfAnother(REPLICA)
                                .foreignAnswer(Exchange.SLICE, 413, Map.of("via", "1.1 gate (squid)"), "too large")
                                .account(Optional.empty(), REPLICA)),
                new Story(
                        "transparent inspector, 502 inside the session",
                        "tls.inspected",
                        // Without a proxy the control meets the same inspector.
                        Cases.direct()
                                .pinned(REPLICA)
                                .on(Stories::trusted502)
                                .otherSeen()
                                .control(FORGED, ACME)
                                .failed()),
                new Story(
                        "transparent inspector, untrusted",
                        "tls.inspected",
                        Cases.direct()
                                .pinned(REPLICA)
                                .on(Stories::untrusted)
                                .otherSeen()
                                .control(FORGED, ACME)
                                .failed()));
    }

    private static Story inspected(String name, Consumer<Wire> connection) {
        return new Story(
                name,
                "tls.inspected",
                Cases.throughProxy()
                        .pinned(REPLICA)
                        .on(connection)
                        .otherSeen()
                        .control(REPLICA, LAB_ROOT)
                        .failed());
    }

    private static Wire trusted(Wire wire) {
        return wire.hello()
                .showsTrusted(FORGED, ACME)
                .named(true, "replica.test")
                .finishes(FORGED, ACME);
    }

    private static void trusted502(Wire wire) {
        trusted(wire)
                .foreignAnswer(Exchange.ANNOUNCE, 502, Map.of("via", "1.1 TMG"), "<h1>502 Proxy Error</h1>")
                .account(Optional.empty(), REPLICA);
    }

    private static void untrusted(Wire wire) {
        wire.hello()
                .showsUntrusted(FORGED, ACME)
                .alert(Sender.US, 46, "certificate_unknown")
                .handshakeFails(Phase.SERVER_CERTIFICATE, FailureKind.UNTRUSTED)
                .account(Optional.empty(), REPLICA);
    }

    private static Stream<Story> fronts() {
        return Stream.of(new Story(
                "load balancer whose certificate the replica knows",
                "tls.terminated-at-replica-side",
                Cases.direct()
                        .pinned(LAB_ROOT)
                        .on(wire -> wire.hello()
                                .showsTrusted(FRONT, LAB_ROOT)
                                .named(true, "replica.test")
                                .finishes(FRONT, LAB_ROOT)
                                .viewOfAnother(REPLICA, FRONT)
                                .foreignAnswer(Exchange.SLICE, 503, Map.of(), "no server is available")
                                .account(Optional.empty(), REPLICA, FRONT))
                        .failed()));
    }

    static Stream<Story> direct(boolean tunnel) {
        String way = tunnel ? "tunnel" : "direct";
        CertificateFacts own = expired(REPLICA);
        return Stream.of(
                story(
                        way,
                        "client certificate expired, TLS 1.3",
                        "mtls.certificate-rejected",
                        tunnel,
                        wire -> sent(wire, CertificateAnswer.SENT)
                                .finishes(REPLICA, LAB_ROOT)
                                .exchangeFails(Exchange.ANNOUNCE, FailureKind.ALERT)
                                .account(refused(wire, CertificateRefusal.EXPIRED), REPLICA)),
                story(
                        way,
                        "client certificate expired, TLS 1.2",
                        "mtls.certificate-rejected",
                        tunnel,
                        wire -> sent(wire, CertificateAnswer.SENT)
                                .handshakeFails(Phase.CLIENT_CERTIFICATE, FailureKind.BROKEN_PIPE)
                                .account(refused(wire, CertificateRefusal.EXPIRED), REPLICA)),
                new Story(
                        way + ": issuer of the client certificate not accepted",
                        "mtls.issuer-not-accepted",
                        way(tunnel)
                                .identity(CLIENT_OF_ROGUE)
                                .on(wire -> sent(wire, CertificateAnswer.ISSUER_NOT_NAMED)
                                        .finishes(REPLICA, LAB_ROOT)
                                        .exchangeFails(Exchange.ANNOUNCE, FailureKind.RESET)
                                        .account(Optional.of(Views.noneSent(wire.random())), REPLICA))
                                .control(REPLICA, LAB_ROOT)
                                .failed()),
                new Story(
                        way + ": no client certificate configured",
                        "mtls.none-configured",
                        way(tunnel)
                                .withoutIdentity()
                                .on(wire -> sent(wire, CertificateAnswer.NONE_CONFIGURED)
                                        .finishes(REPLICA, LAB_ROOT)
                                        .exchangeFails(Exchange.ANNOUNCE, FailureKind.CLOSED)
                                        .account(Optional.of(Views.noneSent(wire.random())), REPLICA))
                                .control(REPLICA, LAB_ROOT)
                                .failed()),
                new Story(
                        way + ": server certificate expired",
                        "tls.expired",
                        way(tunnel)
                                .on(wire -> wire.hello()
                                        .showsInvalid(own, LAB_ROOT)
                                        .alert(Sender.US, 46, "certificate_unknown")
                                        .handshakeFails(Phase.SERVER_CERTIFICATE, FailureKind.UNTRUSTED)
                                        .account(Optional.of(Views.endedBeforeOurCertificate(wire.random())), own))
                                .control(own, LAB_ROOT)
                                .failed()),
                story(
                        way,
                        "server certificate for another name",
                        "tls.name-mismatch",
                        tunnel,
                        wire -> wire.hello()
                                .showsTrusted(REPLICA, LAB_ROOT)
                                .asked(CertificateAnswer.SENT)
                                .named(false, "other.test")
                                .handshakeFails(Phase.CLIENT_CERTIFICATE, FailureKind.OTHER_NAME)
                                .account(
                                        Optional.of(Views.accepted(wire.random(), CLIENT, Optional.empty())), REPLICA)),
                story(
                        way,
                        "authority of the replica not imported",
                        "tls.replica-ca-not-trusted",
                        tunnel,
                        wire -> wire.hello()
                                .showsUntrusted(REPLICA, LAB_ROOT)
                                .alert(Sender.US, 46, "certificate_unknown")
                                .handshakeFails(Phase.SERVER_CERTIFICATE, FailureKind.UNTRUSTED)
                                .account(Optional.of(Views.endedBeforeOurCertificate(wire.random())), REPLICA)));
    }

    private static Cases way(boolean tunnel) {
        return (tunnel ? Cases.throughProxy() : Cases.direct()).pinned(REPLICA);
    }

    private static Story story(String way, String name, String truth, boolean tunnel, Consumer<Wire> connection) {
        return new Story(
                way + ": " + name,
                truth,
                way(tunnel).on(connection).control(REPLICA, LAB_ROOT).failed());
    }

    private static Wire sent(Wire wire, CertificateAnswer answer) {
        return wire.hello().showsTrusted(REPLICA, LAB_ROOT).asked(answer).named(true, "replica.test");
    }

    private static Optional<ConnectionView> refused(Wire wire, CertificateRefusal reason) {
        return Optional.of(Views.refused(wire.random(), CLIENT, reason));
    }
}
