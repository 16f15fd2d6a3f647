package throughline.certs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import throughline.identity.Identity;

/** Shapes as recorded from products: what is in the certificate, and what follows it on the wire. */
class ForgedLeafTest {
    private static final Instant NOW = Instant.parse("2026-11-22T12:00:00Z");
    private static final TestPki PKI = TestPki.create(InstantSource.fixed(NOW));
    private static final X509Certificate SERVER = PKI.server("replica.lab.test").leaf();
    private static final String KEY_USAGE = "2.5.29.15";
    private static final String SERVER_AUTHENTICATION = "1.3.6.1.5.5.7.3.1";

    @TempDir
    Path folder;

    private static Identity forged(ForgedLeaf shape, X509Certificate... seen) {
        return PKI.inspector()
                .forge(
                        "replica.lab.test",
                        Optional.of(seen).filter(any -> any.length > 0).map(any -> any[0]),
                        shape);
    }

    @Test
    void namesAloneWithTheDatesOfTheAuthorityWhichFollowsTwice() throws Exception {
        Identity shown = forged(ForgedLeaf.plain().keyType(KeyType.RSA_2048).authorityCopies(2));

        X509Certificate authority = PKI.inspector().certificate();
        assertThat(shown.leaf().getSubjectX500Principal().getName()).isEqualTo("CN=replica.lab.test");
        assertThat(shown.leaf().getSubjectAlternativeNames()).hasToString("[[2, replica.lab.test]]");
        assertThat(shown.leaf().getNotBefore()).isEqualTo(authority.getNotBefore());
        assertThat(shown.leaf().getNotAfter()).isEqualTo(authority.getNotAfter());
        assertThat(KeyType.of(shown.leaf().getPublicKey())).contains(KeyType.RSA_2048);
        assertThat(shown.leaf().getCriticalExtensionOIDs()).isEmpty();
        assertThat(shown.leaf().getNonCriticalExtensionOIDs()).containsExactly("2.5.29.17");
        assertThat(shown.chain()).containsExactly(shown.leaf(), authority, authority);
    }

    @Test
    void allOfTheServersButKeyAndIssuer() throws Exception {
        Identity shown = forged(
                ForgedLeaf.plain()
                        .subject(ForgedLeaf.Subject.AS_SERVER)
                        .validity(ForgedLeaf.Validity.AS_SERVER)
                        .extensions(ForgedLeaf.Extensions.AS_SERVER),
                SERVER);

        assertThat(shown.leaf().getSubjectX500Principal()).isEqualTo(SERVER.getSubjectX500Principal());
        assertThat(shown.leaf().getNotAfter()).isEqualTo(SERVER.getNotAfter());
        assertThat(shown.leaf().getExtendedKeyUsage()).containsExactly(SERVER_AUTHENTICATION);
        assertThat(shown.leaf().getCriticalExtensionOIDs()).contains(KEY_USAGE);
        assertThat(shown.leaf().getPublicKey()).isNotEqualTo(SERVER.getPublicKey());
    }

    @Test
    void nameAndOrganisationWithDatesOfItsOwn() throws Exception {
        Identity shown = forged(
                ForgedLeaf.plain()
                        .subject(ForgedLeaf.Subject.COMMON_NAME_AND_ORGANISATION)
                        .validity(ForgedLeaf.Validity.own(Duration.ofDays(-2), Duration.ofDays(365)))
                        .extensions(ForgedLeaf.Extensions.NAMES_AND_SERVER_USAGE),
                SERVER);

        assertThat(shown.leaf().getSubjectX500Principal().getName()).isEqualTo("O=Throughline Lab,CN=replica.lab.test");
        assertThat(shown.leaf().getNotBefore()).isEqualTo("2026-11-20T12:00:00Z");
        assertThat(shown.leaf().getNotAfter()).isEqualTo("2027-11-22T12:00:00Z");
        assertThat(shown.leaf().getExtendedKeyUsage()).containsExactly(SERVER_AUTHENTICATION);
        assertThat(shown.leaf().getCriticalExtensionOIDs()).doesNotContain(KEY_USAGE);
        assertThat(shown.chain()).hasSize(1);
    }

    @Test
    void withoutASightOfTheServerItIsPlain() throws Exception {
        Identity shown = forged(ForgedLeaf.plain()
                .subject(ForgedLeaf.Subject.AS_SERVER)
                .validity(ForgedLeaf.Validity.AS_SERVER)
                .extensions(ForgedLeaf.Extensions.AS_SERVER));

        assertThat(shown.leaf().getSubjectX500Principal().getName()).isEqualTo("CN=replica.lab.test");
        assertThat(shown.leaf().getNotAfter())
                .isEqualTo(PKI.inspector().certificate().getNotAfter());
        assertThat(shown.leaf().getExtendedKeyUsage()).isNull();
    }

    @Test
    void whoTrustsTheInspectorAcceptsItToOpenssl() throws Exception {
        TestPki today = TestPki.create(InstantSource.system());
        Identity shown = today.inspector().forge("replica.lab.test", Optional.empty(), ForgedLeaf.plain());
        IdentityWriter.pem(today.trustWithInspector(), folder.resolve("both.pem"));
        IdentityWriter.pem(shown, folder.resolve("leaf.pem"), folder.resolve("leaf.key"));

        assertThat(OpenSsl.in(folder)
                        .verify("-CAfile both.pem -no-CApath -purpose sslserver"
                                + " -verify_hostname replica.lab.test leaf.pem"))
                .contains("leaf.pem: OK");
    }

    @Test
    void moreCopiesThanThreeAreRefused() {
        ForgedLeaf plain = ForgedLeaf.plain();

        assertThatThrownBy(() -> plain.authorityCopies(4))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("4 copies of the authority; accepted are 0 to 3");
    }
}
