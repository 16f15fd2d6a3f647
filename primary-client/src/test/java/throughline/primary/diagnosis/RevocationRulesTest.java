package throughline.primary.diagnosis;

import static org.assertj.core.api.Assertions.assertThat;
import static throughline.primary.diagnosis.Certificates.ACME;
import static throughline.primary.diagnosis.Certificates.FORGED;
import static throughline.primary.diagnosis.Certificates.LAB_ROOT;
import static throughline.primary.diagnosis.Certificates.REPLICA;
import static throughline.primary.diagnosis.Certificates.authority;
import static throughline.primary.diagnosis.Certificates.leaf;
import static throughline.primary.diagnosis.Confidence.CERTAIN;
import static throughline.primary.diagnosis.Confidence.LIKELY;
import static throughline.primary.diagnosis.Judgement.assertCause;
import static throughline.primary.diagnosis.Judgement.assertSilent;

import java.util.Optional;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import throughline.identity.revocation.RevocationStatus.Source;
import throughline.identity.revocation.RevocationStatus.State;
import throughline.primary.evidence.CaseFile;
import throughline.primary.evidence.CertificateFacts;
import throughline.primary.evidence.FailureKind;
import throughline.primary.evidence.Phase;

/** What is said when the revocation of the replica's certificate was asked about. */
class RevocationRulesTest {
    private static final Optional<String> ADDRESS = Optional.of("http://crl.test/ca.crl");

    private static Consumer<Wire> refused(
            State state, Source source, Optional<String> address, CertificateFacts... chain) {
        return wire -> wire.hello()
                .showsTrusted(chain)
                .revocation(chain[0], state, source, address)
                .handshakeFails(Phase.SERVER_CERTIFICATE, FailureKind.UNTRUSTED);
    }

    @Test
    void aRevokedCertificateIsCertain() {
        CaseFile file = Cases.direct()
                .on(refused(State.REVOKED, Source.OCSP, ADDRESS, REPLICA, LAB_ROOT))
                .failed();

        assertThat(assertCause(file, "tls.revoked", CERTAIN).finding().explanation())
                .contains(REPLICA.subject(), "It was asked, and this came back.");
        assertSilent(file, "tls.revocation-unknown", "tls.expired");
    }

    @Test
    void anUnreachableSourceIsNeverInspection() {
        CaseFile file = Cases.throughProxy()
                .on(refused(State.UNKNOWN, Source.CRL, ADDRESS, REPLICA, LAB_ROOT))
                .failed();

        assertThat(assertCause(file, "tls.revocation-unknown", LIKELY).finding().remedy())
                .contains("Let the proxy " + Cases.PROXY + " pass plain HTTP requests to " + ADDRESS.get());
        assertSilent(file, "tls.inspected", "tls.revoked");
    }

    @Test
    void itIsCertainWhereThePinSaysThatTheCertificateIsTheReplicas() {
        CaseFile file = Cases.direct()
                .pinned(REPLICA)
                .on(refused(State.UNKNOWN, Source.CRL, ADDRESS, REPLICA, LAB_ROOT))
                .failed();

        assertThat(assertCause(file, "tls.revocation-unknown", CERTAIN)
                        .finding()
                        .remedy())
                .startsWith("Make " + ADDRESS.get() + " reachable from this machine")
                .doesNotContain("inspect");
    }

    @Test
    void aCertificateThatNamesNoSourceNeedsOne() {
        CaseFile file = Cases.direct()
                .on(refused(State.UNKNOWN, Source.NONE, Optional.empty(), REPLICA, LAB_ROOT))
                .failed();

        assertThat(assertCause(file, "tls.revocation-unknown", LIKELY).finding().remedy())
                .startsWith("Have the certificate issued with a CRL distribution point");
    }

    /** A forged leaf names no source, so revocation fails first; what stands in the way is the inspector all the same. */
    @Test
    void aForgedLeafIsInspectionWhereSomethingTellsThatItIsForged() {
        CaseFile settled = Cases.direct()
                .pinned(REPLICA)
                .on(refused(State.UNKNOWN, Source.NONE, Optional.empty(), FORGED, ACME)
                        .andThen(wire ->
                                wire.account(Optional.of(Views.endedBeforeOurCertificate(wire.random())), REPLICA)))
                .failed();
        CertificateFacts zscaler = authority("CN=Zscaler Root CA,O=Zscaler Inc.");
        CaseFile recognised = Cases.direct()
                .on(refused(State.UNKNOWN, Source.NONE, Optional.empty(), leaf("CN=replica.test", zscaler), zscaler))
                .failed();

        assertCause(settled, "tls.inspected", CERTAIN);
        assertCause(recognised, "tls.inspected", LIKELY);
    }

    @Test
    void whatIsAcceptedIsNotMentioned() {
        CaseFile file = Cases.direct()
                .on(wire -> wire.hello()
                        .showsTrusted(REPLICA, LAB_ROOT)
                        .revocation(REPLICA, State.GOOD, Source.STAPLED, Optional.empty())
                        .finishes(REPLICA, LAB_ROOT)
                        .viewOfOurs(Optional.empty(), REPLICA))
                .succeeded();

        assertSilent(file, "tls.revoked", "tls.revocation-unknown");
    }
}
