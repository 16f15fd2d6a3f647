package throughline.primary.diagnosis;

import static org.assertj.core.api.Assertions.assertThat;
import static throughline.primary.diagnosis.Certificates.ACME;
import static throughline.primary.diagnosis.Certificates.FORGED;
import static throughline.primary.diagnosis.Certificates.LAB_ROOT;
import static throughline.primary.diagnosis.Certificates.NOW;
import static throughline.primary.diagnosis.Certificates.REPLICA;
import static throughline.primary.diagnosis.Certificates.authority;
import static throughline.primary.diagnosis.Certificates.dated;
import static throughline.primary.diagnosis.Certificates.expired;
import static throughline.primary.diagnosis.Certificates.intermediate;
import static throughline.primary.diagnosis.Certificates.leaf;
import static throughline.primary.diagnosis.Certificates.notYetValid;
import static throughline.primary.diagnosis.Certificates.renewed;
import static throughline.primary.diagnosis.Confidence.CERTAIN;
import static throughline.primary.diagnosis.Confidence.LIKELY;
import static throughline.primary.diagnosis.Judgement.assertCause;
import static throughline.primary.diagnosis.Judgement.assertSilent;
import static throughline.primary.diagnosis.Judgement.names;

import java.util.Optional;
import java.util.function.Consumer;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import throughline.primary.diagnosis.Verdict.Diagnosed;
import throughline.primary.evidence.CaseFile;
import throughline.primary.evidence.CertificateFacts;
import throughline.primary.evidence.ExchangeEvidence.Exchange;
import throughline.primary.evidence.FailureKind;
import throughline.primary.evidence.Phase;
import throughline.primary.evidence.TlsEvidence.CertificateAnswer;

/** The rules about what the server shows. */
class ServerCertificateRulesTest {
    private static Consumer<Wire> invalid(CertificateFacts... chain) {
        return wire -> wire.hello().showsInvalid(chain).handshakeFails(Phase.SERVER_CERTIFICATE, FailureKind.UNTRUSTED);
    }

    private static Consumer<Wire> untrusted(CertificateFacts... chain) {
        return wire ->
                wire.hello().showsUntrusted(chain).handshakeFails(Phase.SERVER_CERTIFICATE, FailureKind.UNTRUSTED);
    }

    @Nested
    class Invalid {
        @Test
        void isLikelyTheReplicasAndCertainWithAPin() {
            assertCause(Cases.direct().on(invalid(REPLICA, LAB_ROOT)).failed(), "tls.certificate-invalid", LIKELY);
            assertCause(
                    Cases.direct()
                            .pinned(REPLICA)
                            .on(invalid(REPLICA, LAB_ROOT))
                            .failed(),
                    "tls.certificate-invalid",
                    CERTAIN);
        }

        @Test
        void isSilentAboutDatesAndAboutStrangers() {
            assertSilent(Cases.direct().on(invalid(expired(REPLICA), LAB_ROOT)).failed(), "tls.certificate-invalid");
            assertSilent(Cases.direct().on(untrusted(FORGED, ACME)).failed(), "tls.certificate-invalid");
        }
    }

    @Nested
    class Expired {
        @Test
        void isCertainOfTheReplicasOwnCertificate() {
            CertificateFacts own = expired(REPLICA);

            CaseFile byPin =
                    Cases.direct().pinned(own).on(invalid(own, LAB_ROOT)).failed();
            CaseFile byAccount = Cases.direct()
                    .on(invalid(own, LAB_ROOT)
                            .andThen(wire ->
                                    wire.account(Optional.of(Views.endedBeforeOurCertificate(wire.random())), own)))
                    .failed();

            assertCause(byPin, "tls.expired", CERTAIN);
            assertCause(byAccount, "tls.expired", CERTAIN);
        }

        @Test
        void isLikelyWhereATrustedInspectorsWouldLookTheSame() {
            Diagnosed diagnosed = assertCause(
                    Cases.throughProxy().on(invalid(expired(REPLICA), LAB_ROOT)).failed(), "tls.expired", LIKELY);

            assertThat(diagnosed.finding().remedy()).contains("exempt replica.test from inspection");
        }

        @Test
        void saysWhetherItIsOverOrHasNotBegun() {
            CertificateFacts later = notYetValid(REPLICA);
            CaseFile file =
                    Cases.direct().pinned(later).on(invalid(later, LAB_ROOT)).failed();

            assertThat(assertCause(file, "tls.expired", CERTAIN).finding().explanation())
                    .contains("is not valid before " + later.notBefore());
        }

        @ParameterizedTest
        @CsvSource({
            // The chain is shown 104 milliseconds after the attempt began; both ends are inclusive (RFC 5280 4.1.2.5).
            "-1000, 103, true",
            "-1000, 104, false",
            "104, 1000, false",
            "105, 1000, true"
        })
        void holdsToTheMillisecond(long begins, long ends, boolean outside) {
            CertificateFacts own = dated(REPLICA, NOW.plusMillis(begins), NOW.plusMillis(ends));
            CaseFile file =
                    Cases.direct().pinned(own).on(invalid(own, LAB_ROOT)).failed();

            assertThat(Judgement.claim(file, "tls.expired").isPresent()).isEqualTo(outside);
        }

        @Test
        void isNotCertainOfAnIssuersDates() {
            // The path may be built around it, as around the expired cross-signed roots of 2020 and 2021.
            CertificateFacts oldRoot = expired(authority("CN=Old Cross Root,O=Elsewhere"));
            CertificateFacts cross = intermediate("CN=Lab Root CA,O=Lab Corp", oldRoot);
            CaseFile file = Cases.direct()
                    .pinned(REPLICA)
                    .on(invalid(REPLICA, cross, oldRoot))
                    .failed();

            assertCause(file, "tls.expired", LIKELY);
        }

        @Test
        void isNotNamedForACertificateThatIsMerelySentAlong() {
            CaseFile file = Cases.direct()
                    .on(wire -> wire.hello()
                            .shows(1, false, true, REPLICA, expired(FORGED))
                            .handshakeFails(Phase.SERVER_CERTIFICATE, FailureKind.UNTRUSTED))
                    .failed();

            assertSilent(file, "tls.expired");
        }

        @Test
        void isNotNamedWhereAllDatesAreGood() {
            // Wrong usage, a forbidden algorithm, a name constraint: validation refuses it for another reason.
            CaseFile file = Cases.direct().on(invalid(REPLICA, LAB_ROOT)).failed();

            assertSilent(file, "tls.expired");
        }

        @Test
        void isNotNamedWhereTheIssuerIsNotTrusted() {
            CaseFile file =
                    Cases.direct().on(untrusted(expired(REPLICA), LAB_ROOT)).failed();

            assertSilent(file, "tls.expired");
            assertCause(file, "tls.replica-ca-not-trusted", LIKELY);
        }

        @Test
        void isNotNamedOfACertificateThatIsSettledToBeForeign() {
            CaseFile file = Cases.throughProxy()
                    .pinned(REPLICA)
                    .on(invalid(expired(FORGED), ACME).andThen(wire -> wire.account(Optional.empty(), REPLICA)))
                    .failed();

            Diagnosed diagnosed = assertCause(file, "tls.inspected", CERTAIN);

            assertThat(names(diagnosed.alsoPossible())).doesNotContain("tls.expired");
        }

        @Test
        void givesWayToARecognisedInterceptor() {
            CertificateFacts fortinet = authority("CN=FG100E,O=Fortinet");
            CaseFile file = Cases.throughProxy()
                    .on(invalid(expired(leaf("CN=replica.test", fortinet)), fortinet))
                    .failed();

            assertCause(file, "tls.inspected", LIKELY);
        }
    }

    @Nested
    class NameMismatch {
        private Consumer<Wire> otherName(CertificateFacts... chain) {
            return wire -> wire.hello()
                    .showsTrusted(chain)
                    .asked(CertificateAnswer.SENT)
                    .named(false, "other.test")
                    .handshakeFails(Phase.SERVER_CERTIFICATE, FailureKind.OTHER_NAME);
        }

        @Test
        void isNamedWithBothNames() {
            Diagnosed diagnosed = assertCause(
                    Cases.direct()
                            .pinned(REPLICA)
                            .on(otherName(REPLICA, LAB_ROOT))
                            .failed(),
                    "tls.name-mismatch",
                    CERTAIN);

            assertThat(diagnosed.finding().explanation()).contains("other.test").contains("replica.test");
        }

        @Test
        void saysSoWhereThereIsNoNameAtAll() {
            CaseFile file = Cases.direct()
                    .on(wire -> wire.hello()
                            .showsTrusted(REPLICA, LAB_ROOT)
                            .named(false)
                            .handshakeFails(Phase.SERVER_CERTIFICATE, FailureKind.OTHER_NAME))
                    .failed();

            assertThat(assertCause(file, "tls.name-mismatch", CERTAIN).finding().explanation())
                    .contains("no name at all");
        }

        @Test
        void isNotNamedWhereTheNamesMatch() {
            CaseFile file = Cases.direct()
                    .on(wire -> wire.hello()
                            .showsTrusted(REPLICA, LAB_ROOT)
                            .asked(CertificateAnswer.SENT)
                            .named(true, "replica.test")
                            .finishes(REPLICA, LAB_ROOT)
                            .exchangeFails(Exchange.ANNOUNCE, FailureKind.TIMED_OUT))
                    .failed();

            assertSilent(file, "tls.name-mismatch");
        }

        @Test
        void givesWayToInspectionThatIsSettled() {
            CaseFile file = Cases.throughProxy()
                    .pinned(REPLICA)
                    .on(wire -> wire.hello()
                            .showsTrusted(FORGED, ACME)
                            .named(false, "gateway.acme.test")
                            .handshakeFails(Phase.SERVER_CERTIFICATE, FailureKind.OTHER_NAME)
                            .account(Optional.empty(), REPLICA))
                    .failed();

            assertCause(file, "tls.inspected", CERTAIN);
        }
    }

    @Nested
    class ReplicaCaNotTrusted {
        @Test
        void isLikelyWhereThePathMayLackAnIntermediate() {
            // The top that is shown was issued by somebody else, who may well be trusted here.
            CertificateFacts issuing = intermediate("CN=Lab Issuing CA,O=Lab Corp", LAB_ROOT);
            CertificateFacts own = leaf("CN=replica.test,O=Lab Corp", issuing);
            CaseFile file = Cases.direct().pinned(own).on(untrusted(own)).failed();

            Diagnosed diagnosed = assertCause(file, "tls.replica-ca-not-trusted", LIKELY);

            assertThat(diagnosed.finding().remedy()).contains("send the certificates in between");
        }

        @Test
        void namesTheTopOfTheLinkedChainAndNotWhatIsSentAlong() {
            CaseFile file = Cases.direct()
                    .on(wire -> wire.hello()
                            .shows(2, false, false, REPLICA, LAB_ROOT, ACME)
                            .handshakeFails(Phase.SERVER_CERTIFICATE, FailureKind.UNTRUSTED))
                    .failed();

            assertThat(assertCause(file, "tls.replica-ca-not-trusted", LIKELY)
                            .finding()
                            .explanation())
                    .contains(LAB_ROOT.subject())
                    .doesNotContain("Acme");
        }

        @Test
        void isNotNamedForATrustedChain() {
            CaseFile file = Cases.direct()
                    .on(wire -> wire.hello()
                            .showsTrusted(REPLICA, LAB_ROOT)
                            .handshakeFails(Phase.CLIENT_CERTIFICATE, FailureKind.RESET))
                    .failed();

            assertSilent(file, "tls.replica-ca-not-trusted");
        }

        @Test
        void isNotNamedWhereOneOfOurAnchorsHasSignedIt() {
            assertSilent(Cases.direct().on(invalid(REPLICA)).failed(), "tls.replica-ca-not-trusted");
        }

        @Test
        void isLeftOpenWhereControlAndPinContradictEachOther() {
            // Either the pin is old, or one box with one key for all stands on both ways.
            CertificateFacts shown = renewed(REPLICA);
            CaseFile file = Cases.throughProxy()
                    .pinned(REPLICA)
                    .on(untrusted(shown, LAB_ROOT))
                    .control(shown, LAB_ROOT)
                    .failed();

            assertCause(file, "tls.replica-ca-not-trusted", LIKELY);
        }
    }
}
