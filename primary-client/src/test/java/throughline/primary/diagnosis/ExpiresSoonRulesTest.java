package throughline.primary.diagnosis;

import static org.assertj.core.api.Assertions.assertThat;
import static throughline.primary.diagnosis.Certificates.CLIENT;
import static throughline.primary.diagnosis.Certificates.LAB_ROOT;
import static throughline.primary.diagnosis.Certificates.NOW;
import static throughline.primary.diagnosis.Certificates.REPLICA;
import static throughline.primary.diagnosis.Certificates.dated;
import static throughline.primary.diagnosis.Judgement.assertSilent;
import static throughline.primary.diagnosis.Judgement.assertWorks;

import java.time.Duration;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import throughline.primary.evidence.CaseFile;
import throughline.primary.evidence.CertificateFacts;
import throughline.primary.evidence.ExchangeEvidence.Exchange;
import throughline.primary.evidence.FailureKind;

/** What works today and will not tomorrow. */
class ExpiresSoonRulesTest {
    private static CertificateFacts endingIn(CertificateFacts certificate, String duration) {
        return dated(certificate, NOW.minus(Duration.ofDays(9)), NOW.plus(Duration.parse(duration)));
    }

    private static Consumer<Wire> replicated(CertificateFacts... chain) {
        return Handshakes.asked(chain)
                .andThen(wire -> wire.viewOfOurs(Wire.binding(), chain[0]).receipt());
    }

    @ParameterizedTest
    @CsvSource({"PT1H, true", "PT23H59M59S, true", "PT24H0S, false", "PT24H1S, false", "P30D, false"})
    void aReplicasCertificateThatEndsWithinADayIsWorthKnowing(String duration, boolean named) {
        CertificateFacts ending = endingIn(REPLICA, duration);
        CaseFile file = Cases.direct().on(replicated(ending, LAB_ROOT)).succeeded();

        if (named) {
            assertThat(assertWorks(file, "tls.expires-soon").findings().get(0).explanation())
                    .contains(ending.subject(), ending.notAfter().toString());
        } else {
            assertWorks(file);
        }
    }

    @Test
    void soIsAnIntermediatesButNotTheAnchorsWhoseDatesNobodyChecks() {
        CertificateFacts intermediate = Certificates.intermediate("CN=Between", LAB_ROOT);
        CertificateFacts leaf = Certificates.leaf("CN=replica.test", intermediate);

        assertWorks(
                Cases.direct()
                        .on(replicated(leaf, endingIn(intermediate, "PT2H"), LAB_ROOT))
                        .succeeded(),
                "tls.expires-soon");
        assertWorks(Cases.direct()
                .on(replicated(leaf, intermediate, endingIn(LAB_ROOT, "PT2H")))
                .succeeded());
    }

    @Test
    void soIsOurOwn() {
        CertificateFacts ending = endingIn(CLIENT, "PT2H");
        CaseFile file = Cases.direct()
                .identity(ending)
                .on(replicated(REPLICA, LAB_ROOT))
                .succeeded();

        assertThat(assertWorks(file, "mtls.expires-soon").findings().get(0).remedy())
                .contains(ending.subject());
    }

    @Test
    void itIsNoCauseOfAnythingThatFails() {
        CertificateFacts ending = endingIn(REPLICA, "PT2H");
        CaseFile file = Cases.direct()
                .identity(endingIn(CLIENT, "PT2H"))
                .on(Handshakes.asked(ending, LAB_ROOT)
                        .andThen(wire -> wire.exchangeFails(Exchange.ANNOUNCE, FailureKind.TIMED_OUT)))
                .failed();

        assertSilent(file, "tls.expires-soon", "mtls.expires-soon");
    }
}
