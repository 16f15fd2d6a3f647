package throughline.certs;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.URI;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.InstantSource;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import throughline.identity.Identity;

class LookAlikeTest {
    private static final TestPki PKI = TestPki.create(InstantSource.system());

    @TempDir
    Path folder;

    @ParameterizedTest
    @EnumSource(
            value = KeyType.class,
            names = {"EC_P256", "EC_P384", "RSA_2048", "ED25519"})
    void subjectNamesValidityAndKeyTypeAreTheOriginals(KeyType type) throws Exception {
        X509Certificate original = PKI.issue(LeafRequest.server("replica.lab.test")
                        .withKeyType(type)
                        .withDnsNames("replica.lab.test", "*.lab.test")
                        .withIpAddresses(InetAddress.getByAddress(new byte[] {127, 0, 0, 1})))
                .leaf();

        X509Certificate shown = PKI.inspector().lookAlike(original).leaf();

        assertThat(shown.getSubjectX500Principal()).isEqualTo(original.getSubjectX500Principal());
        assertThat(shown.getSubjectAlternativeNames()).containsExactlyElementsOf(original.getSubjectAlternativeNames());
        assertThat(shown.getNotBefore()).isEqualTo(original.getNotBefore());
        assertThat(shown.getNotAfter()).isEqualTo(original.getNotAfter());
        assertThat(KeyType.of(shown.getPublicKey())).contains(type);
        assertThat(shown.getIssuerX500Principal())
                .isEqualTo(PKI.inspector().certificate().getSubjectX500Principal());
        assertThat(shown.getPublicKey()).isNotEqualTo(original.getPublicKey());
        assertThat(shown.getSerialNumber()).isNotEqualTo(original.getSerialNumber());
    }

    @Test
    void whoTrustsTheInspectorAcceptsIt() throws Exception {
        Identity shown =
                PKI.inspector().lookAlike(PKI.server("replica.lab.test").leaf());
        IdentityWriter.pem(PKI.trustWithInspector(), folder.resolve("both.pem"));
        IdentityWriter.pem(shown, folder.resolve("leaf.pem"), folder.resolve("leaf.key"));

        assertThat(
                        OpenSsl.in(folder)
                                .verify(
                                        "-CAfile both.pem -no-CApath -purpose sslserver -verify_hostname replica.lab.test leaf.pem"))
                .contains("leaf.pem: OK");
        assertThat(JsseJudge.plain(PKI).answer(shown, Usage.SERVER, "replica.lab.test"))
                .contains("unable to find valid certification path");
    }

    @Test
    void itSaysWhereItsRevocationIsOnlyIfToldSo() {
        X509Certificate original = PKI.issue(LeafRequest.server("replica.lab.test")
                        .withRevocationSources(
                                Optional.of(URI.create("http://127.0.0.1/original")),
                                Optional.of(URI.create("http://127.0.0.1/ocsp"))))
                .leaf();

        assertThat(RevocationAddresses.crlOf(PKI.inspector().lookAlike(original).leaf()))
                .isEmpty();
        X509Certificate pointing = PKI.inspector()
                .lookAlike(original, URI.create("http://127.0.0.1/inspector"))
                .leaf();
        assertThat(RevocationAddresses.crlOf(pointing)).contains(URI.create("http://127.0.0.1/inspector"));
        assertThat(RevocationAddresses.ocspOf(pointing)).isEmpty();
    }

    @Test
    void lookAlikesOfOneKeyTypeShareOneKey() {
        assertThat(PKI.inspector().lookAlike(PKI.server("a.test").leaf()).key())
                .isSameAs(PKI.inspector().lookAlike(PKI.server("b.test").leaf()).key());
    }

    @Test
    void aKeyOfNoTypeBecomesP256() {
        X509Certificate weak = PKI.server("replica.lab.test", Flaw.RSA_1024).leaf();

        assertThat(KeyType.of(PKI.inspector().lookAlike(weak).leaf().getPublicKey()))
                .contains(KeyType.EC_P256);
    }

    @Test
    void anOriginalWithoutAlternativeNamesStaysWithout() throws Exception {
        X509Certificate nameless = PKI.server("replica.lab.test", Flaw.NO_SAN).leaf();

        assertThat(PKI.inspector().lookAlike(nameless).leaf().getSubjectAlternativeNames())
                .isNull();
    }
}
