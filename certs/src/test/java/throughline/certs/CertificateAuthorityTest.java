package throughline.certs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.math.BigInteger;
import java.net.InetAddress;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.security.auth.x500.X500Principal;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import throughline.identity.Identity;
import throughline.identity.Trust;

class CertificateAuthorityTest {
    private static final String LONG_NAME = "a".repeat(63) + "." + "b".repeat(63) + ".test";

    private static final CertificateAuthority AUTHORITY =
            CertificateAuthority.root(new X500Principal("CN=Inspector, O=Acme, C=DE"), InstantSource.system());

    @TempDir
    Path folder;

    @ParameterizedTest
    @CsvSource({
        "replica.test,          -verify_hostname replica.test",
        "*.lab.test,            -verify_hostname replica.lab.test",
        "under_score.test,      -verify_hostname under_score.test",
        "xn--bcher-kva.test,    -verify_hostname xn--bcher-kva.test",
        "localhost,             -verify_hostname localhost",
        "127.0.0.1,             -verify_ip 127.0.0.1",
        "2001:db8::1,           -verify_ip 2001:db8::1",
    })
    void anInspectorMintsALeafForAnyName(String name, String option) throws Exception {
        assertThat(verify(AUTHORITY.leafFor(name), option)).contains("leaf.pem: OK");
    }

    @Test
    void aNameTooLongForACommonNameIsAnAlternativeNameOnly() throws Exception {
        Identity leaf = AUTHORITY.leafFor(LONG_NAME);

        assertThat(leaf.leaf().getSubjectX500Principal().getName()).isEqualTo("O=Acme,C=DE");
        assertThat(verify(leaf, "-verify_hostname " + LONG_NAME)).contains("leaf.pem: OK");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ".",
                "a..b",
                "-a.test",
                "a-.test",
                "a b",
                "b\u00FCcher.test",
                "a.*.test",
                "a\nb",
                "replica.test.",
                "fe80::1%eth0"
            })
    void aNameThatIsNeitherIsRefused(String name) {
        assertThatThrownBy(() -> AUTHORITY.leafFor(name))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "\"%s\" is no DNS name: labels of letters, digits, - and _ are accepted, up to 63 characters each and 253 together.",
                        name.replace('\n', '?'));
    }

    @Test
    void mintedLeavesShareOneKeyAndIssuedOnesDoNot() {
        assertThat(AUTHORITY.leafFor("a.test").key())
                .isSameAs(AUTHORITY.leafFor("b.test").key());
        assertThat(AUTHORITY.issue(LeafRequest.server("a.test")).key())
                .isNotEqualTo(AUTHORITY.issue(LeafRequest.server("a.test")).key());
    }

    @Test
    void serialNumbersArePositiveOf127BitsAndNeverTheSame() {
        assertThat(Stream.generate(() -> AUTHORITY.leafFor("a.test").leaf())
                        .limit(50)
                        .map(X509Certificate::getSerialNumber)
                        .peek(serial -> assertThat(serial.bitLength()).isEqualTo(127))
                        .filter(serial -> serial.compareTo(BigInteger.ZERO) > 0)
                        .collect(Collectors.toSet()))
                .hasSize(50);
    }

    @Test
    void aLeafMayHaveBothUsagesAndSeveralNames() throws Exception {
        LeafRequest request = LeafRequest.server("a.test")
                .withUsages(Usage.CLIENT, Usage.SERVER)
                .withCommonName("both")
                .withDnsNames("a.test", "b.test")
                .withIpAddresses(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}))
                .withValidity(Duration.ofMinutes(-1), Duration.ofMinutes(5));
        write(AUTHORITY.issue(request));

        assertThat(OpenSsl.in(folder).run("x509 -noout -subject -ext extendedKeyUsage,subjectAltName -in leaf.pem"))
                .contains("C=DE, O=Acme, CN=both")
                .contains("TLS Web Server Authentication")
                .contains("TLS Web Client Authentication")
                .contains("DNS:a.test, DNS:b.test, IP Address:127.0.0.1");
    }

    @Test
    void aLeafWithoutNamesAndUsagesHasNoSuchExtensions() {
        X509Certificate leaf = AUTHORITY
                .issue(LeafRequest.server("a.test").withUsages().withDnsNames())
                .leaf();

        // extKeyUsage and subjectAltName, RFC 5280, A.2.
        assertThat(leaf.getExtensionValue("2.5.29.37")).isNull();
        assertThat(leaf.getExtensionValue("2.5.29.17")).isNull();
    }

    @Test
    void aChainOverTwoIntermediatesVerifies() throws Exception {
        Identity leaf = AUTHORITY.intermediate("first").intermediate("second").issue(LeafRequest.server("a.test"));

        assertThat(leaf.chain()).hasSize(3);
        assertThat(verify(leaf, "-verify_hostname a.test -x509_strict")).contains("leaf.pem: OK");
    }

    @Test
    void aCertificateCannotEndBeforeItBegins() {
        assertThatThrownBy(() -> LeafRequest.server("a.test").withValidity(Duration.ofHours(1), Duration.ZERO))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("A certificate cannot end (PT0S) before it begins (PT1H).");
    }

    private String verify(Identity identity, String options) throws Exception {
        IdentityWriter.pem(Trust.of(List.of(AUTHORITY.certificate())), folder.resolve("root.pem"));
        write(identity);
        return OpenSsl.in(folder)
                .verify("-CAfile root.pem -no-CApath -untrusted leaf.pem -purpose sslserver " + options + " leaf.pem");
    }

    private void write(Identity identity) throws IOException {
        IdentityWriter.pem(identity, folder.resolve("leaf.pem"), folder.resolve("leaf.key"));
    }
}
