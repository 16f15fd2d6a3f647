package throughline.primary.diagnosis;

import static org.assertj.core.api.Assertions.assertThat;
import static throughline.primary.diagnosis.Certificates.ACME;
import static throughline.primary.diagnosis.Certificates.CLIENT;
import static throughline.primary.diagnosis.Certificates.CLIENT_OF_ROGUE;
import static throughline.primary.diagnosis.Certificates.FORGED;
import static throughline.primary.diagnosis.Certificates.LAB_ROOT;
import static throughline.primary.diagnosis.Certificates.NOW;
import static throughline.primary.diagnosis.Certificates.REPLICA;
import static throughline.primary.diagnosis.Certificates.expired;
import static throughline.primary.diagnosis.Certificates.sha256;
import static throughline.primary.diagnosis.Confidence.CERTAIN;
import static throughline.primary.diagnosis.Confidence.LIKELY;
import static throughline.primary.diagnosis.Judgement.assertCause;
import static throughline.primary.diagnosis.Judgement.assertSilent;
import static throughline.primary.diagnosis.Judgement.assertUnexplained;

import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import throughline.primary.evidence.CaseFile;
import throughline.primary.evidence.ExchangeEvidence.Exchange;
import throughline.primary.evidence.FailureKind;
import throughline.primary.evidence.Phase;
import throughline.primary.evidence.TlsEvidence.CertificateAnswer;
import throughline.primary.evidence.TlsEvidence.Sender;
import throughline.primary.evidence.Witness;
import throughline.protocol.ConnectionView;
import throughline.protocol.ConnectionView.CertificateRefusal;

/** The rules about our own certificate. */
class ClientCertificateRulesTest {
    private static final String[] ALL = {
        "mtls.none-configured", "mtls.issuer-not-accepted", "mtls.certificate-rejected", "mtls.not-requested"
    };

    /** One mistake with our certificate, and what we answer to the request because of it. */
    private enum Mistake {
        EXPIRED("mtls.certificate-rejected", CertificateAnswer.SENT),
        WRONG_USAGE("mtls.certificate-rejected", CertificateAnswer.SENT),
        /** JSSE keeps a certificate to itself whose issuer the replica does not name. */
        ISSUER_NOT_NAMED("mtls.issuer-not-accepted", CertificateAnswer.ISSUER_NOT_NAMED),
        KEY_NOT_ACCEPTED("mtls.certificate-rejected", CertificateAnswer.KEY_NOT_ACCEPTED),
        NONE("mtls.none-configured", CertificateAnswer.NONE_CONFIGURED);

        private final String rule;
        private final CertificateAnswer answer;

        Mistake(String rule, CertificateAnswer answer) {
            this.rule = rule;
            this.answer = answer;
        }

        Cases cases() {
            return switch (this) {
                case EXPIRED -> Cases.direct().identity(expired(CLIENT));
                case ISSUER_NOT_NAMED -> Cases.direct().identity(CLIENT_OF_ROGUE);
                case NONE -> Cases.direct().withoutIdentity();
                case WRONG_USAGE, KEY_NOT_ACCEPTED -> Cases.direct();
            };
        }

        /** What a replica that tells the truth says. */
        ConnectionView told(String random) {
            return switch (this) {
                case EXPIRED -> Views.refused(random, expired(CLIENT), CertificateRefusal.EXPIRED);
                case WRONG_USAGE -> Views.refused(random, CLIENT, CertificateRefusal.WRONG_USAGE);
                case ISSUER_NOT_NAMED, KEY_NOT_ACCEPTED, NONE -> Views.noneSent(random);
            };
        }
    }

    /** When the refusal shows: under TLS 1.2 inside the handshake, under TLS 1.3 after one that "succeeded". */
    private enum Moment {
        IN_THE_HANDSHAKE,
        AT_THE_FIRST_ANSWER;

        Wire end(Wire wire, FailureKind kind) {
            return switch (this) {
                case IN_THE_HANDSHAKE -> wire.handshakeFails(Phase.CLIENT_CERTIFICATE, kind);
                case AT_THE_FIRST_ANSWER -> wire.finishes(REPLICA, LAB_ROOT).exchangeFails(Exchange.ANNOUNCE, kind);
            };
        }
    }

    private static Wire askedAndAnswered(Wire wire, CertificateAnswer answer) {
        return wire.hello().showsTrusted(REPLICA, LAB_ROOT).asked(answer).named(true, "replica.test");
    }

    /** RFC 8446 section 4.6.1: a server has the client's Finished, and its certificate before that, when it sends a ticket. */
    @ParameterizedTest
    @EnumSource(names = {"BROKEN_PIPE", "RESET", "CLOSED"})
    void whoeverIsCutAfterTheOtherEndHasGoneOnWasNotRejected(FailureKind kind) {
        CaseFile file = Cases.direct()
                .on(wire -> askedAndAnswered(wire, CertificateAnswer.SENT)
                        .finishes(REPLICA, LAB_ROOT)
                        .goesOnAfterFinished()
                        .exchangeFails(Exchange.ANNOUNCE, kind))
                .failed();

        assertSilent(file, ALL);
    }

    static Stream<Arguments> faces() {
        return Stream.of(Mistake.values())
                .flatMap(mistake -> Stream.of(Moment.values())
                        .flatMap(moment -> Stream.of(
                                        FailureKind.ALERT,
                                        FailureKind.BROKEN_PIPE,
                                        FailureKind.RESET,
                                        FailureKind.CLOSED,
                                        FailureKind.TLS)
                                .flatMap(kind -> Stream.of(true, false)
                                        .map(account -> Arguments.of(mistake, moment, kind, account)))));
    }

    @ParameterizedTest
    @MethodSource("faces")
    void oneMistakeHasManyFacesAndOneName(Mistake mistake, Moment moment, FailureKind kind, boolean account) {
        CaseFile file = mistake.cases()
                .on(wire -> {
                    moment.end(askedAndAnswered(wire, mistake.answer), kind);
                    if (account) {
                        wire.account(Optional.of(mistake.told(wire.random())), REPLICA);
                    }
                })
                .failed();

        assertCause(file, mistake.rule, account ? CERTAIN : LIKELY);
    }

    @ParameterizedTest
    @EnumSource(
            mode = EnumSource.Mode.EXCLUDE,
            names = {"ALERT", "BROKEN_PIPE", "RESET", "CLOSED", "TLS"})
    void anEndingThatIsNotThePeersIsNoRefusal(FailureKind kind) {
        for (Moment moment : Moment.values()) {
            CaseFile file = Cases.direct()
                    .on(wire -> moment.end(askedAndAnswered(wire, CertificateAnswer.SENT), kind))
                    .failed();

            assertSilent(file, ALL);
        }
    }

    @Nested
    class CertificateRejected {
        @Test
        void saysWhatIsWrongWithOurCertificateAsFarAsItCanBeSeenFromHere() {
            CaseFile file = Cases.direct()
                    .identity(expired(CLIENT))
                    .on(wire -> askedAndAnswered(wire, CertificateAnswer.SENT)
                            .handshakeFails(Phase.CLIENT_CERTIFICATE, FailureKind.ALERT))
                    .failed();

            assertThat(assertCause(file, "mtls.certificate-rejected", LIKELY)
                            .finding()
                            .explanation())
                    .contains("expired on " + expired(CLIENT).notAfter());
        }

        @Test
        void doesNotSayThatACertificateWasSentThatWasNot() {
            CaseFile file = Cases.direct()
                    .on(wire -> askedAndAnswered(wire, CertificateAnswer.KEY_NOT_ACCEPTED)
                            .handshakeFails(Phase.CLIENT_CERTIFICATE, FailureKind.ALERT))
                    .failed();

            assertThat(assertCause(file, "mtls.certificate-rejected", LIKELY)
                            .finding()
                            .explanation())
                    .contains("none was sent")
                    .doesNotContain("was sent the client certificate");
        }

        @ParameterizedTest
        @EnumSource(names = {"ALERT", "RESET", "CLOSED"})
        void isNotNamedWhereTheReplicaHasAcceptedIt(FailureKind kind) {
            CaseFile file = Cases.direct()
                    .on(wire -> askedAndAnswered(wire, CertificateAnswer.SENT)
                            .finishes(REPLICA, LAB_ROOT)
                            .exchangeFails(Exchange.ANNOUNCE, kind)
                            .account(Optional.of(Views.accepted(wire.random(), CLIENT, Optional.empty())), REPLICA))
                    .failed();

            assertUnexplained(file);
        }

        @Test
        void isNotNamedWhereTheReplicaSaysThatItNeverCameToOurCertificate() {
            CaseFile file = Cases.direct()
                    .on(wire -> askedAndAnswered(wire, CertificateAnswer.SENT)
                            .handshakeFails(Phase.CLIENT_CERTIFICATE, FailureKind.RESET)
                            .account(Optional.of(Views.endedBeforeOurCertificate(wire.random())), REPLICA))
                    .failed();

            assertUnexplained(file);
        }

        @Test
        void isNotNamedWhereTheReplicaGotNoneAlthoughWeSentOne() {
            // Then it was not the replica that we sent it to.
            CaseFile file = Cases.direct()
                    .on(wire -> askedAndAnswered(wire, CertificateAnswer.SENT)
                            .finishes(REPLICA, LAB_ROOT)
                            .exchangeFails(Exchange.ANNOUNCE, FailureKind.CLOSED)
                            .account(Optional.of(Views.noneSent(wire.random()))))
                    .failed();

            assertUnexplained(file);
        }

        @Test
        void isNotNamedWhereTheReplicaRefusedSomebodyElsesCertificate() {
            CaseFile file = Cases.direct()
                    .on(wire -> askedAndAnswered(wire, CertificateAnswer.SENT)
                            .finishes(REPLICA, LAB_ROOT)
                            .exchangeFails(Exchange.ANNOUNCE, FailureKind.CLOSED)
                            .account(Optional.of(
                                    Views.refused(wire.random(), CLIENT_OF_ROGUE, CertificateRefusal.UNKNOWN_ISSUER))))
                    .failed();

            assertUnexplained(file);
        }

        @Test
        void isNoMoreThanLikelyOnAnAccountOfAnotherConnection() {
            String other = sha256("another connection's");
            CaseFile file = Cases.direct()
                    .on(wire -> askedAndAnswered(wire, CertificateAnswer.SENT)
                            .handshakeFails(Phase.CLIENT_CERTIFICATE, FailureKind.RESET)
                            .accountOf(
                                    other,
                                    Views.BOOT,
                                    NOW.minusSeconds(3600),
                                    Optional.of(Views.refused(other, CLIENT, CertificateRefusal.EXPIRED)),
                                    REPLICA))
                    .failed();

            assertCause(file, "mtls.certificate-rejected", LIKELY);
        }

        @Test
        void isNotNamedOnceAnyRequestWasAnswered() {
            CaseFile file = Cases.direct()
                    .on(wire -> askedAndAnswered(wire, CertificateAnswer.SENT)
                            .finishes(REPLICA, LAB_ROOT)
                            .replicaAnswers(Exchange.ANNOUNCE)
                            .exchangeFails(Exchange.SLICE, FailureKind.BROKEN_PIPE))
                    .failed();

            assertSilent(file, ALL);
            assertUnexplained(file);
        }

        @Test
        void isNotNamedOfAForeignServersRequest() {
            CaseFile file = Cases.throughProxy()
                    .withoutIdentity()
                    .on(wire -> wire.hello()
                            .showsTrusted(FORGED, ACME)
                            .asked(CertificateAnswer.NONE_CONFIGURED)
                            .finishes(FORGED, ACME)
                            .exchangeFails(Exchange.ANNOUNCE, FailureKind.ALERT)
                            .account(Optional.of(Views.noneSent(wire.random())), REPLICA))
                    .failed();

            assertSilent(file, ALL);
            assertCause(file, "tls.inspected", CERTAIN);
        }

        @Test
        void isNotNamedWhereNobodyAsked() {
            CaseFile file = Cases.direct()
                    .on(wire -> wire.hello()
                            .showsTrusted(REPLICA, LAB_ROOT)
                            .handshakeFails(Phase.SERVER_CERTIFICATE, FailureKind.ALERT))
                    .failed();

            assertUnexplained(file);
        }
    }

    @Nested
    class IssuerNotAccepted {
        @Test
        void isNamedWhereTheReplicaWasSentItAndDoesNotKnowItsIssuer() {
            CaseFile file = Cases.direct()
                    .identity(CLIENT_OF_ROGUE)
                    .on(wire -> askedAndAnswered(wire, CertificateAnswer.SENT)
                            .handshakeFails(Phase.CLIENT_CERTIFICATE, FailureKind.ALERT)
                            .account(
                                    Optional.of(Views.refused(
                                            wire.random(), CLIENT_OF_ROGUE, CertificateRefusal.UNKNOWN_ISSUER)),
                                    REPLICA))
                    .failed();

            assertThat(assertCause(file, "mtls.issuer-not-accepted", CERTAIN)
                            .finding()
                            .explanation())
                    .contains(LAB_ROOT.subject())
                    .contains("CN=Rogue Root CA,O=Rogue");
        }

        @Test
        void isNoMoreThanRejectionWithoutTheReplicasWord() {
            CaseFile file = Cases.direct()
                    .identity(CLIENT_OF_ROGUE)
                    .on(wire -> askedAndAnswered(wire, CertificateAnswer.SENT)
                            .alert(Sender.PEER, 48, "unknown_ca")
                            .handshakeFails(Phase.CLIENT_CERTIFICATE, FailureKind.ALERT))
                    .failed();

            assertCause(file, "mtls.certificate-rejected", LIKELY);
        }

        @Test
        void isNotNamedForAnotherRefusal() {
            CaseFile file = Cases.direct()
                    .identity(expired(CLIENT))
                    .on(wire -> askedAndAnswered(wire, CertificateAnswer.SENT)
                            .handshakeFails(Phase.CLIENT_CERTIFICATE, FailureKind.ALERT)
                            .account(
                                    Optional.of(
                                            Views.refused(wire.random(), expired(CLIENT), CertificateRefusal.EXPIRED)),
                                    REPLICA))
                    .failed();

            assertSilent(file, "mtls.issuer-not-accepted");
        }
    }

    @Nested
    class NoneConfigured {
        @Test
        void isNotNamedWhereTheServerGoesOnWithout() {
            // A server that would like a certificate and does not insist.
            CaseFile file = Cases.direct()
                    .withoutIdentity()
                    .on(wire -> askedAndAnswered(wire, CertificateAnswer.NONE_CONFIGURED)
                            .finishes(REPLICA, LAB_ROOT)
                            .foreignAnswer(Exchange.ANNOUNCE, 400, Map.of(), "No required SSL certificate was sent"))
                    .failed();

            assertSilent(file, "mtls.none-configured");
            assertCause(file, "exchange.answered-by-middlebox", LIKELY);
        }
    }

    @Nested
    class NotRequested {
        @Test
        void isNotNamedWhereTheHandshakeDidNotFinish() {
            CaseFile file = Cases.direct()
                    .on(wire -> wire.hello()
                            .showsTrusted(REPLICA, LAB_ROOT)
                            .handshakeFails(Phase.SERVER_CERTIFICATE, FailureKind.RESET))
                    .failed();

            assertSilent(file, ALL);
        }

        @Test
        void needsItsWitnesses() {
            for (Witness witness : new Witness[] {Witness.KEY_MANAGER, Witness.SOCKET_TAP, Witness.CALL_EVENTS}) {
                Consumer<Wire> silent = wire -> wire.hello()
                        .showsTrusted(FORGED, ACME)
                        .finishes(FORGED, ACME)
                        .exchangeFails(Exchange.ANNOUNCE, FailureKind.TIMED_OUT);

                assertSilent(Cases.direct().on(silent).without(witness).failed(), "mtls.not-requested");
            }
        }
    }
}
