package throughline.replica.view;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import throughline.certs.Flaw;
import throughline.certs.LeafRequest;
import throughline.certs.TestPki;
import throughline.certs.Usage;
import throughline.protocol.ConnectionView.CertificateRefusal;

class ChainRefusalTest {
    private static final TestPki PKI = TestPki.withIntermediate(Clock.systemUTC());
    private static final List<X509Certificate> GOOD = PKI.client("a.test").chain();
    private static final X509Certificate LEAF = GOOD.get(0);
    private static final X509Certificate INTERMEDIATE = GOOD.get(1);
    private static final X509Certificate ROOT = PKI.root().certificate();
    private static final List<X509Certificate> STRANGERS =
            PKI.client("a.test", Flaw.UNKNOWN_ISSUER).chain();

    /** The authorities of the lab are valid from ten days before now for years, leaves from an hour before for thirty days. */
    static Stream<Arguments> chains() {
        Duration now = Duration.ZERO;
        return Stream.of(
                chain("nothing wrong", GOOD, now, CertificateRefusal.OTHER),
                chain("in another order", List.of(LEAF, ROOT, INTERMEDIATE), now, CertificateRefusal.OTHER),
                chain("expired leaf", GOOD, Duration.ofDays(31), CertificateRefusal.EXPIRED),
                chain("leaf of the future", GOOD, Duration.ofHours(-2), CertificateRefusal.NOT_YET_VALID),
                chain("without intermediate", List.of(LEAF), now, CertificateRefusal.UNKNOWN_ISSUER),
                chain("of a stranger", STRANGERS, now, CertificateRefusal.UNKNOWN_ISSUER),
                chain(
                        "of a stranger, with our intermediate behind",
                        List.of(STRANGERS.get(0), INTERMEDIATE),
                        now,
                        CertificateRefusal.UNKNOWN_ISSUER),
                chain("expired, of a stranger", STRANGERS, Duration.ofDays(31), CertificateRefusal.UNKNOWN_ISSUER),
                chain(
                        "a root of the same name and another key",
                        TestPki.create(Clock.systemUTC()).client("a.test").chain(),
                        now,
                        CertificateRefusal.UNKNOWN_ISSUER),
                chain("for servers", leaf(Usage.SERVER), now, CertificateRefusal.WRONG_USAGE),
                chain("for both", leaf(Usage.SERVER, Usage.CLIENT), now, CertificateRefusal.OTHER),
                chain("for anything", leaf(), now, CertificateRefusal.OTHER),
                chain("an authority's own", List.of(INTERMEDIATE), now, CertificateRefusal.WRONG_USAGE),
                chain("the anchor itself", List.of(ROOT), now, CertificateRefusal.WRONG_USAGE));
    }

    @ParameterizedTest(name = "{0}: {3}")
    @MethodSource("chains")
    void theChainTellsWhyItWasRefused(
            String what, List<X509Certificate> chain, Duration sinceNow, CertificateRefusal reason) {
        assertThat(ChainRefusal.of(chain, List.of(ROOT), Instant.now().plus(sinceNow)))
                .isEqualTo(reason);
    }

    private static List<X509Certificate> leaf(Usage... usages) {
        return PKI.issuing()
                .issue(LeafRequest.client("a.test").withUsages(usages))
                .chain();
    }

    private static Arguments chain(
            String what, List<X509Certificate> chain, Duration sinceNow, CertificateRefusal reason) {
        return Arguments.of(what, chain, sinceNow, reason);
    }
}
