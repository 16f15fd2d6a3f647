package throughline.certs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import throughline.identity.Identity;

class TestPkiTest {
    private static final Instant NOON = Instant.parse("2031-05-17T12:00:00Z");

    @TempDir
    Path folder;

    @Test
    void aGoodServerLeafIsWhatOpensslCallsOne() throws IOException {
        TestPki pki = TestPki.create(InstantSource.fixed(NOON));
        IdentityWriter.pem(pki.server("replica.test"), folder.resolve("leaf.pem"), folder.resolve("leaf.key"));

        String text = OpenSsl.in(folder).run("x509 -noout -text -in leaf.pem").replaceAll("\\s+", " ");

        assertThat(text)
                .contains("Version: 3 (0x2)")
                .contains("Signature Algorithm: ecdsa-with-SHA256")
                .contains("Issuer: O=Throughline Lab, CN=Throughline Test Root")
                .contains("Subject: O=Throughline Lab, CN=replica.test")
                .contains("Not Before: May 17 11:00:00 2031 GMT Not After : Jun 16 12:00:00 2031 GMT")
                .contains("ASN1 OID: prime256v1")
                .contains("X509v3 Basic Constraints: critical CA:FALSE")
                .contains("X509v3 Key Usage: critical Digital Signature X509v3")
                .contains("X509v3 Extended Key Usage: TLS Web Server Authentication X509v3")
                .contains("X509v3 Subject Alternative Name: DNS:replica.test Signature")
                .contains("X509v3 Subject Key Identifier: ")
                .contains("X509v3 Authority Key Identifier: ");
    }

    @Test
    void aGoodClientLeafIsForClientsAlone() throws IOException {
        TestPki pki = TestPki.create(InstantSource.fixed(NOON));
        IdentityWriter.pem(pki.client("primary.test"), folder.resolve("leaf.pem"), folder.resolve("leaf.key"));

        assertThat(OpenSsl.in(folder).run("x509 -noout -ext extendedKeyUsage,subjectAltName -in leaf.pem"))
                .contains("TLS Web Client Authentication")
                .doesNotContain("Server")
                .contains("DNS:primary.test");
    }

    @Test
    void theRootIsAnAuthorityOfItsOwn() throws IOException {
        TestPki pki = TestPki.create(InstantSource.fixed(NOON));
        IdentityWriter.pem(pki.trust(), folder.resolve("root.pem"));

        assertThat(OpenSsl.in(folder).run("x509 -noout -text -in root.pem").replaceAll("\\s+", " "))
                .contains("Issuer: O=Throughline Lab, CN=Throughline Test Root")
                .contains("Subject: O=Throughline Lab, CN=Throughline Test Root")
                .contains("Not Before: May 7 12:00:00 2031 GMT Not After : May 14 12:00:00 2041 GMT")
                .contains("X509v3 Basic Constraints: critical CA:TRUE")
                .contains("X509v3 Key Usage: critical Certificate Sign, CRL Sign");
    }

    @ParameterizedTest
    @CsvSource({
        "EXPIRED,       2031-05-17T11:00:00Z, 2031-05-17T11:30:00Z",
        "NOT_YET_VALID, 2031-05-17T13:00:00Z, 2031-05-18T12:00:00Z",
        "WRONG_NAME,    2031-05-17T11:00:00Z, 2031-05-18T12:00:00Z",
    })
    void validityIsRelativeToTheClock(Flaw flaw, Instant notBefore, Instant notAfter) {
        X509Certificate leaf = TestPki.create(InstantSource.fixed(NOON))
                .server("replica.test", flaw)
                .leaf();

        assertThat(leaf.getNotBefore()).isEqualTo(notBefore);
        assertThat(leaf.getNotAfter()).isEqualTo(notAfter);
    }

    @ParameterizedTest
    @CsvSource({
        "replica.test,     other.test",
        "replica.lab.test, other.lab.test",
        "other.lab.test,   another.lab.test",
        "localhost,        other.localhost",
        "127.0.0.1,        other.test",
    })
    void aWrongNameIsANeighbours(String name, String other) throws Exception {
        X509Certificate leaf = TestPki.create(InstantSource.fixed(NOON))
                .server(name, Flaw.WRONG_NAME)
                .leaf();

        // 2 is dNSName in GeneralName's choice (RFC 5280, 4.2.1.6).
        assertThat(leaf.getSubjectAlternativeNames()).containsExactly(List.of(2, other));
        assertThat(leaf.getSubjectX500Principal().getName()).isEqualTo("CN=" + other + ",O=Throughline Lab");
    }

    @Test
    void anIntermediateComesBehindTheLeafAndTheRootDoesNot() {
        TestPki pki = TestPki.withIntermediate(InstantSource.fixed(NOON));

        Identity server = pki.server("replica.test");

        assertThat(server.chain()).hasSize(2).endsWith(pki.issuing().certificate());
        assertThat(pki.issuing().certificate().getIssuerX500Principal())
                .isEqualTo(pki.root().certificate().getSubjectX500Principal());
    }

    @Test
    void theInspectorIsTrustedOnlyWhereAskedFor() {
        TestPki pki = TestPki.create(InstantSource.fixed(NOON));

        assertThat(pki.inspector().certificate().getSubjectX500Principal().getName())
                .isEqualTo("CN=Acme TLS Inspection CA,O=Acme Security Appliance");
        assertThat(pki.trust().anchors()).containsExactly(pki.root().certificate());
        assertThat(pki.trustWithInspector().anchors())
                .containsExactly(pki.root().certificate(), pki.inspector().certificate());
    }

    @Test
    void twoLabsHaveNothingInCommon() {
        TestPki one = TestPki.create(InstantSource.fixed(NOON));
        TestPki other = TestPki.create(InstantSource.fixed(NOON));

        assertThat(one.root().certificate().getPublicKey())
                .isNotEqualTo(other.root().certificate().getPublicKey());
    }
}
