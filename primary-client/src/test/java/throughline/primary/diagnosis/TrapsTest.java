package throughline.primary.diagnosis;

import static org.assertj.core.api.Assertions.assertThat;
import static throughline.primary.diagnosis.Certificates.ACME;
import static throughline.primary.diagnosis.Certificates.CLIENT;
import static throughline.primary.diagnosis.Certificates.FORGED;
import static throughline.primary.diagnosis.Certificates.LAB_ROOT;
import static throughline.primary.diagnosis.Certificates.NOW;
import static throughline.primary.diagnosis.Certificates.OTHER_NODE;
import static throughline.primary.diagnosis.Certificates.REPLICA;
import static throughline.primary.diagnosis.Certificates.authority;
import static throughline.primary.diagnosis.Certificates.expired;
import static throughline.primary.diagnosis.Certificates.leaf;
import static throughline.primary.diagnosis.Certificates.renewed;
import static throughline.primary.diagnosis.Confidence.CERTAIN;
import static throughline.primary.diagnosis.Confidence.LIKELY;
import static throughline.primary.diagnosis.Judgement.assertCause;
import static throughline.primary.diagnosis.Judgement.assertSilent;
import static throughline.primary.diagnosis.Judgement.assertUnexplained;
import static throughline.primary.diagnosis.Judgement.assertWorks;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import throughline.primary.diagnosis.Missing.Source;
import throughline.primary.diagnosis.Stories.Story;
import throughline.primary.diagnosis.rules.Rules;
import throughline.primary.evidence.CaseFile;
import throughline.primary.evidence.CertificateFacts;
import throughline.primary.evidence.Evidence;
import throughline.primary.evidence.ExchangeEvidence.Exchange;
import throughline.primary.evidence.FailureKind;
import throughline.primary.evidence.Phase;
import throughline.primary.evidence.ReplicaEvidence.AccountGiven;
import throughline.primary.evidence.ReplicaEvidence.ControlShown;
import throughline.primary.evidence.Setup;
import throughline.primary.evidence.TlsEvidence.CertificateAnswer;

/** Cases in which a source that is usually right misleads. None of them may end in a wrong cause that is called certain. */
class TrapsTest {
    private static final Generality GENERALITY = new Generality(Rules.all());

    /** One way in which one source misleads on a path that is in truth clear. */
    private enum Misled {
        /** The pin is of a key that the replica no longer has. */
        OLD_PIN,
        /** The account is another node's, which serves another certificate and has not seen us. */
        OTHER_NODES_ACCOUNT,
        /** The account says neither what was seen nor what is served: asked anonymously, of a log that began too late. */
        EMPTY_ACCOUNT,
        /** The control was itself inspected: direct connections are, those through the proxy are not. */
        INSPECTED_CONTROL,
        /** The account is of another connection of the same attempt. */
        OTHER_CONNECTIONS_ACCOUNT;

        CaseFile in(CaseFile file) {
            return new CaseFile(
                    file.schema(),
                    file.attempt(),
                    file.startedAt(),
                    file.took(),
                    file.outcome(),
                    this == OLD_PIN ? withPin(file.setup(), renewed(REPLICA)) : file.setup(),
                    file.witnesses(),
                    file.evidence().stream().map(this::twist).toList());
        }

        private Evidence twist(Evidence piece) {
            if (piece instanceof AccountGiven account) {
                return switch (this) {
                    case OLD_PIN, INSPECTED_CONTROL -> account;
                    case OTHER_NODES_ACCOUNT ->
                        account(account, account.random(), NOW.minusSeconds(60), Optional.of(OTHER_NODE), false);
                    case EMPTY_ACCOUNT ->
                        account(account, account.random(), NOW.plusSeconds(60), Optional.empty(), false);
                    case OTHER_CONNECTIONS_ACCOUNT ->
                        account(
                                account,
                                Certificates.sha256("other"),
                                account.coveredSince(),
                                Optional.of(REPLICA),
                                true);
                };
            }
            return this == INSPECTED_CONTROL && piece instanceof ControlShown control
                    ? new ControlShown(0, control.after(), control.address(), List.of(FORGED, ACME))
                    : piece;
        }

        private static AccountGiven account(
                AccountGiven account,
                String random,
                Instant coveredSince,
                Optional<CertificateFacts> served,
                boolean seen) {
            return new AccountGiven(
                    account.connection(),
                    account.after(),
                    random,
                    account.bootId(),
                    coveredSince,
                    served.map(CertificateFacts::sha256).stream().toList(),
                    seen ? Optional.of(Views.noneSent(random)) : Optional.empty());
        }

        private static Setup withPin(Setup setup, CertificateFacts pinned) {
            return new Setup(
                    setup.host(),
                    setup.port(),
                    setup.proxy(),
                    setup.proxyCredentials(),
                    setup.identity(),
                    setup.trusted(),
                    List.of(pinned.keySha256()),
                    setup.tlsVersions(),
                    setup.httpVersions(),
                    setup.runtime());
        }
    }

    static Stream<Arguments> misled() {
        return Stream.concat(Stories.direct(false), Stories.direct(true))
                .flatMap(story -> Stream.of(Misled.values()).map(misled -> Arguments.of(story, misled)));
    }

    @ParameterizedTest
    @MethodSource("misled")
    void oneMisleadingSourceMakesNothingWrongCertain(Story story, Misled misled) {
        RuleId truth = new RuleId(story.truth());
        List<String> wrong = new ArrayList<>();
        for (Set<Source> missing : Missing.everyCombination()) {
            Verdict verdict = Judgement.verdict(Missing.strip(misled.in(story.file()), missing));
            verdict.rule()
                    .filter(named -> !named.equals(truth) && !GENERALITY.isWeaker(named, truth))
                    .filter(named -> verdict.confidence().equals(Optional.of(CERTAIN)))
                    .ifPresent(named -> wrong.add("without " + missing + ": " + named));
        }
        assertThat(wrong).as("truth: " + truth).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("misled")
    void oneMisleadingSourceAmongGoodOnesChangesNoCause(Story story, Misled misled) {
        assertThat(Judgement.verdict(misled.in(story.file())).rule()).hasValue(new RuleId(story.truth()));
    }

    @Test
    void aPinOfTheIssuerIsNotHeldAgainstAServerThatDoesNotSendItsRoot() {
        CaseFile file = Cases.direct()
                .pinned(LAB_ROOT)
                .on(wire -> wire.hello()
                        .showsInvalid(expired(REPLICA))
                        .handshakeFails(Phase.SERVER_CERTIFICATE, FailureKind.UNTRUSTED))
                .failed();

        assertCause(file, "tls.expired", LIKELY);
        assertSilent(file, "tls.inspected");
    }

    @Test
    void aPinOfTheIssuerIsNotHeldAgainstAWrongNameEither() {
        CaseFile file = Cases.direct()
                .pinned(LAB_ROOT)
                .on(wire -> wire.hello()
                        .showsTrusted(REPLICA)
                        .named(false, "other.test")
                        .handshakeFails(Phase.SERVER_CERTIFICATE, FailureKind.OTHER_NAME))
                .failed();

        assertCause(file, "tls.name-mismatch", CERTAIN);
    }

    @Test
    void whoeverAsksForACertificateIsNoInspectorForAnOldPinAndAnInspectedControl() {
        CaseFile file = Cases.throughProxy()
                .pinned(renewed(REPLICA))
                .identity(expired(CLIENT))
                .on(wire -> wire.hello()
                        .showsTrusted(REPLICA, LAB_ROOT)
                        .asked(CertificateAnswer.SENT)
                        .handshakeFails(Phase.CLIENT_CERTIFICATE, FailureKind.ALERT))
                .control(FORGED, ACME)
                .failed();

        assertCause(file, "mtls.certificate-rejected", LIKELY);
    }

    @Test
    void anOldPinOnAResumedSessionSettlesNothing() {
        CaseFile file = Cases.direct()
                .pinned(renewed(REPLICA))
                .on(wire -> wire.reaches()
                        .sendsHello()
                        .serverHello(Wire.TLS_1_3, true)
                        .finishes(REPLICA, LAB_ROOT)
                        .exchangeFails(Exchange.ANNOUNCE, FailureKind.RESET))
                .failed();

        assertCause(file, "tls.inspected", LIKELY);
    }

    @Test
    void aControlThatTakesTheSameWayRecognisesNothing() {
        // A transparent inspector with one key for all its leaves, as mitmproxy has, shows it to the control too.
        CaseFile file = Cases.direct()
                .on(wire -> wire.hello()
                        .showsUntrusted(FORGED, ACME)
                        .handshakeFails(Phase.SERVER_CERTIFICATE, FailureKind.UNTRUSTED))
                .control(FORGED, ACME)
                .failed();

        assertThat(assertCause(file, "tls.replica-ca-not-trusted", LIKELY)
                        .finding()
                        .remedy())
                .contains("If it is a proxy's, do not");
    }

    @Test
    void aControlThatMetAnotherNodeOfTheSameIssuerSettlesNothing() {
        CaseFile file = Cases.throughProxy()
                .on(wire -> wire.hello()
                        .showsUntrusted(REPLICA, LAB_ROOT)
                        .handshakeFails(Phase.SERVER_CERTIFICATE, FailureKind.UNTRUSTED))
                .control(OTHER_NODE, LAB_ROOT)
                .failed();

        assertCause(file, "tls.replica-ca-not-trusted", LIKELY);
    }

    @Test
    void aControlBehindTheSameBoxDoesNotOutweighPinAndReplica() {
        CaseFile file = Cases.throughProxy()
                .pinned(REPLICA)
                .on(wire -> wire.hello()
                        .showsTrusted(FORGED, ACME)
                        .finishes(FORGED, ACME)
                        .exchangeFails(Exchange.ANNOUNCE, FailureKind.TIMED_OUT)
                        .account(Optional.empty(), REPLICA))
                .control(FORGED, ACME)
                .failed();

        assertSilent(file, "tls.terminated-at-replica-side");
        assertCause(file, "tls.inspected", LIKELY);
    }

    @Test
    void aControlBehindTheSameBoxDoesNotOutweighTheReplicaThatSawThisVeryConnection() {
        CaseFile file = Cases.throughProxy()
                .on(wire -> wire.hello()
                        .showsTrusted(FORGED, ACME)
                        .finishes(FORGED, ACME)
                        .exchangeFails(Exchange.ANNOUNCE, FailureKind.TIMED_OUT)
                        .account(Optional.of(Views.noneSent(wire.random())), REPLICA))
                .control(FORGED, ACME)
                .failed();

        assertCause(file, "tls.inspected", CERTAIN);
    }

    @Test
    void aReplicaThatAcceptedOurCertificateDidNotRejectIt() {
        CaseFile file = Cases.direct()
                .pinned(REPLICA)
                .on(wire -> wire.hello()
                        .showsTrusted(REPLICA, LAB_ROOT)
                        .asked(CertificateAnswer.SENT)
                        .finishes(REPLICA, LAB_ROOT)
                        .exchangeFails(Exchange.ANNOUNCE, FailureKind.RESET)
                        .account(Optional.of(Views.accepted(wire.random(), CLIENT, Optional.empty())), REPLICA))
                .failed();

        assertUnexplained(file);
    }

    @Test
    void anotherNodesSilenceDoesNotOutweighARefusedCertificate() {
        CaseFile file = Cases.direct()
                .pinned(LAB_ROOT)
                .identity(expired(CLIENT))
                .on(wire -> wire.hello()
                        .showsTrusted(REPLICA, LAB_ROOT)
                        .asked(CertificateAnswer.SENT)
                        .finishes(REPLICA, LAB_ROOT)
                        .exchangeFails(Exchange.ANNOUNCE, FailureKind.ALERT)
                        .account(Optional.empty(), OTHER_NODE))
                .failed();

        assertCause(file, "mtls.certificate-rejected", LIKELY);
    }

    @Test
    void aCertificateOfAnInspectorThatIsMerelySentAlongIsNotRecognised() {
        CertificateFacts zscaler = authority("CN=Zscaler Root CA,O=Zscaler Inc.");
        CaseFile file = Cases.direct()
                .on(wire -> wire.hello()
                        .shows(2, true, true, REPLICA, LAB_ROOT, leaf("CN=elsewhere.test", zscaler))
                        .asked(CertificateAnswer.SENT)
                        .finishes(REPLICA, LAB_ROOT)
                        .exchangeFails(Exchange.ANNOUNCE, FailureKind.ALERT))
                .failed();

        assertCause(file, "mtls.certificate-rejected", LIKELY);
    }

    @Test
    void anInspectorThatLetsItThroughIsNotSaidToMakeItImpossible() {
        CaseFile file = Cases.throughProxy()
                .on(wire -> wire.hello()
                        .showsTrusted(FORGED, ACME)
                        .finishes(FORGED, ACME)
                        .viewOfAnother(REPLICA)
                        .receipt())
                .succeeded();

        assertThat(assertWorks(file, "tls.inspected", "mtls.not-requested").findings())
                .filteredOn(finding -> finding.rule().value().equals("tls.inspected"))
                .singleElement()
                .satisfies(finding -> assertThat(finding.explanation())
                        .contains(ACME.subject())
                        .contains("let through this time")
                        .doesNotContain("cannot"));
    }

    /** What failed is what it does with the content: a limit, a cut, a changed byte. */
    @Test
    void anInspectorWithACertificateOfItsOwnIsNotSaidToHaveNone() {
        CaseFile file = Cases.throughProxy()
                .on(wire -> wire.hello()
                        .showsTrusted(FORGED, ACME)
                        .finishes(FORGED, ACME)
                        .viewOfAnother(REPLICA)
                        .replicaAnswers(Exchange.ANNOUNCE)
                        .foreignAnswer(Exchange.SLICE, 413, Map.of(), "too large"))
                .failed();

        assertThat(assertCause(file, "tls.inspected", CERTAIN).finding().explanation())
                .contains("it has a client certificate that the replica accepts")
                .doesNotContain("no client certificate");
    }

    @Test
    void aReplicaWhoseLogBeganAMomentTooLateIsNotHeldAgainstThePath() {
        // The hello leaves 103 ms after the attempt began.
        for (Duration began : List.of(Duration.ofMillis(103), Duration.ofMillis(104))) {
            CaseFile file = Cases.throughProxy()
                    .on(wire -> wire.hello()
                            .showsTrusted(FORGED, ACME)
                            .finishes(FORGED, ACME)
                            .exchangeFails(Exchange.ANNOUNCE, FailureKind.TIMED_OUT)
                            .account(Views.BOOT, NOW.plus(began), Optional.empty()))
                    .failed();

            assertCause(file, "mtls.not-requested", CERTAIN);
        }
    }
}
