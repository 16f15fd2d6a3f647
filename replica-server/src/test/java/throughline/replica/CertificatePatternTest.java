package throughline.replica;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import throughline.certs.LeafRequest;
import throughline.certs.TestPki;
import throughline.identity.Fingerprint;
import throughline.protocol.RefusalReason;
import throughline.protocol.RefusedException;

class CertificatePatternTest {
    private static final TestPki PKI = TestPki.create(Clock.systemUTC());
    private static final Path STORE = Path.of("unused");

    @ParameterizedTest(name = "{0} is for {1}: {2}")
    @CsvSource({
        // A name is itself, in either case.
        "primary.example.com, primary.example.com, true",
        "Primary.EXAMPLE.com, pRIMARY.example.COM, true",
        "primary.example.com, primary.example.com.evil.test, false",
        "primary.example.com, evil.primary.example.com, false",
        "example.com, primary.example.com, false",
        // A wildcard stands for one label or a part of it.
        "*.example.com, primary.example.com, true",
        "*.example.com, a.b.example.com, false",
        "*.example.com, example.com, false",
        "*.example.com, .example.com, false",
        "*.example.com, primary.example.org, false",
        "primary*.example.com, primary7.example.com, true",
        "primary*.example.com, primary.example.com, true",
        "primary*.example.com, primary7.evil.example.com, false",
        "primary*.example.com, myprimary.example.com, false",
        "p*y.example.com, primary.example.com, true",
        "p*y.example.com, p.example.com, false",
        "ab*ba.example.com, aba.example.com, false",
        "primary*, primary7, true",
        "primary*, primary7.example.com, false",
        // A wildcard in a certificate is a name like another.
        "primary1.example.com, *.example.com, false",
        "primary*.example.com, *.example.com, false",
        "*.example.com, *.example.com, true",
        // Nothing that a pattern might be taken for.
        "primaryXexample.com, primary.example.com, false",
    })
    void aPatternIsForTheNamesThatItSays(String pattern, String name, boolean matches) {
        assertThat(new CertificatePattern.Name(pattern).matches(name)).isEqualTo(matches);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\u212Aiosk.example.com",
                "kiosk.example.com\0.evil.test",
                "kiosk.example.com ",
                "k\u0131osk.example.com",
                ""
            })
    void aNameThatOnlyLooksLikeItIsNotMatched(String name) {
        assertThat(new CertificatePattern.Name("kiosk.example.com").matches(name))
                .isFalse();
        assertThat(new CertificatePattern.Name("k*.example.com").matches(name)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "*",
                "**.example.com",
                "*a*.example.com",
                "a.*.example.com",
                "*.*",
                ".example.com",
                "a..b",
                "example.com.",
                "exa mple.com",
                "../x",
                "a/b",
                "a\0b",
                "[a-z].example.com",
                "K\u0131osk.example.com",
                "192.0.2.1:8443"
            })
    void aPatternThatIsNoHostNameIsRefused(String pattern) {
        assertThatThrownBy(() -> new CertificatePattern.Name(pattern))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("accepted is a host name");
    }

    @Test
    void theLongestPatternIsAHostNamesLength() {
        assertThat(new CertificatePattern.Name("a".repeat(253)).text()).hasSize(253);
        assertThatThrownBy(() -> new CertificatePattern.Name("a".repeat(254)))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void everyDnsNameOfACertificateCounts() throws Exception {
        X509Certificate leaf = leaf(LeafRequest.client("x").withDnsNames("other.test", "primary.test"));

        assertThat(new CertificatePattern.Name("primary.test").matches(leaf)).isTrue();
    }

    /** RFC 6125 section 6.4.4. */
    @Test
    void theCommonNameCountsOnlyWhereThereIsNoDnsName() throws Exception {
        CertificatePattern pattern = new CertificatePattern.Name("primary.test");

        assertThat(pattern.matches(
                        leaf(LeafRequest.client("x").withDnsNames("other.test").withCommonName("primary.test"))))
                .isFalse();
        assertThat(pattern.matches(leaf(LeafRequest.client("x").withDnsNames().withCommonName("primary.test"))))
                .isTrue();
    }

    @Test
    void aThumbprintIsForOneCertificate() throws Exception {
        X509Certificate leaf = leaf(LeafRequest.client("primary.test"));
        CertificatePattern pattern =
                new CertificatePattern.Thumbprint(Fingerprint.sha256(leaf).toUpperCase(Locale.ROOT));

        assertThat(pattern.matches(leaf)).isTrue();
        assertThat(pattern.matches(leaf(LeafRequest.client("primary.test")))).isFalse();
        assertThatThrownBy(() -> new CertificatePattern.Thumbprint("AB:CD"))
                .hasMessage("certificate thumbprint \"AB:CD\"; accepted is a SHA-256 in 64 hexadecimal digits");
    }

    @Test
    void whoIsOnNoEntryIsRefusedByName() {
        Admission admission = Admission.ofNames(STORE, List.of("primary*.example.com"));

        assertThatThrownBy(() -> admission.admit(leaf(LeafRequest.client("x").withDnsNames("a.test", "b.test"))))
                .isInstanceOfSatisfying(
                        RefusedException.class,
                        refused -> assertThat(refused.reason()).isEqualTo(RefusalReason.NOT_AUTHORISED))
                .hasMessageContaining("a.test, b.test");
    }

    @Test
    void noEntryAdmitsNobody() {
        Admission admission = new Admission(List.of(), AdmissionLimits.usual());

        assertThatThrownBy(() -> admission.admit(leaf(LeafRequest.client("primary.test"))))
                .isInstanceOf(RefusedException.class);
    }

    @Test
    void theFirstEntryThatMatchesCounts() throws Exception {
        AdmissionEntry narrow = new AdmissionEntry(new CertificatePattern.Name("primary.test"), STORE, "group");
        AdmissionEntry wide = new AdmissionEntry(new CertificatePattern.Name("*.test"), STORE, "");

        assertThat(new Admission(List.of(narrow, wide), AdmissionLimits.usual())
                        .admit(leaf(LeafRequest.client("primary.test")))
                        .entry())
                .isEqualTo(narrow);
    }

    private static X509Certificate leaf(LeafRequest request) {
        return PKI.issuing().issue(request).leaf();
    }
}
