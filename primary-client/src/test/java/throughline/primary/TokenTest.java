package throughline.primary;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import javax.net.ssl.X509ExtendedKeyManager;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import throughline.certs.IdentityWriter;
import throughline.identity.Identity;
import throughline.identity.Password;
import throughline.identity.Pem;
import throughline.identity.Trust;
import throughline.identity.UnusableIdentityException;
import throughline.primary.evidence.CertificateFacts;
import throughline.primary.evidence.ReplicaEvidence.ViewReceived;
import throughline.primary.evidence.TlsEvidence.CertificateRequested;
import throughline.protocol.ViewSignature;
import throughline.replica.Admission;
import throughline.replica.Replica;
import throughline.replica.ReplicaSettings;

/** Keys that cannot leave their token: nothing asks them for more than signatures. */
@EnabledIf(
        value = "throughline.primary.SoftToken#isInstalled",
        disabledReason =
                "SoftHSM 2 is not installed (Debian package: softhsm2), or SOFTHSM2_CONF not set, as Maven does")
class TokenTest {
    private static final Lab LAB = new Lab();

    @TempDir
    static Path folder;

    private static SoftToken token;
    private static X509ExtendedKeyManager keys;

    @BeforeAll
    static void makeKeys() throws Exception {
        token = SoftToken.in(folder);
        for (String[] kind : List.of(
                new String[] {"ec", "-keyalg", "EC", "-groupname", "secp256r1"},
                new String[] {"rsa", "-keyalg", "RSA", "-keysize", "2048"})) {
            String[] algorithm = List.of(kind).subList(1, kind.length).toArray(String[]::new);
            token.generate(kind[0] + "-primary", "primary.test", "clientAuth", algorithm);
            token.generate(kind[0] + "-replica", Lab.HOST, "serverAuth", algorithm);
        }
        token.register();
        keys = token.keyManager();
    }

    @AfterAll
    static void close() {
        token.close();
    }

    @ParameterizedTest
    @CsvSource({"ec, TLSv1.2", "ec, TLSv1.3", "rsa, TLSv1.2", "rsa, TLSv1.3"})
    void aPrimaryShowsACertificateWhoseKeyIsInAToken(String kind, String version, @TempDir Path store)
            throws Exception {
        Identity identity = Identity.of(keys, kind + "-primary");

        try (Replica replica = Replica.start(LAB.replicaTrusting(store, Trust.of(identity.chain())))) {
            Replicated replicated = Lab.works(
                    LAB.withoutIdentity(replica.port()).identity(identity).tlsVersions(version));

            assertThat(Lab.all(replicated.caseFile(), CertificateRequested.class))
                    .singleElement()
                    .satisfies(
                            requested -> assertThat(requested.sent()).contains(CertificateFacts.of(identity.leaf())));
        }
    }

    @ParameterizedTest
    @CsvSource({"ec, TLSv1.2", "ec, TLSv1.3", "rsa, TLSv1.2", "rsa, TLSv1.3"})
    void aReplicaServesAndSignsWithAKeyInAToken(String kind, String version, @TempDir Path store) throws Exception {
        Identity identity = Identity.of(keys, kind + "-replica");
        ReplicaSettings settings = ReplicaSettings.builder(
                        identity, LAB.pki.trust(), Admission.anyAcceptedCertificate(store))
                .build();

        try (Replica replica = Replica.start(settings)) {
            Replicated replicated = Lab.works(LAB.settings(replica.port())
                    .trust(Trust.of(identity.chain()))
                    .tlsVersions(version));

            assertThat(Lab.all(replicated.caseFile(), ViewReceived.class))
                    .singleElement()
                    .satisfies(view -> assertThat(view.signerTrusted()).isTrue());
        }
    }

    @ParameterizedTest
    @CsvSource({"ec", "rsa"})
    void theKeyHasNoEncodingAndCanSignViews(String kind) throws Exception {
        Identity identity = Identity.of(keys, kind + "-replica");

        assertThat(identity.key().getEncoded()).isNull();
        assertThat(ViewSignature.canSign(identity.key())).isTrue();
    }

    @Test
    void whatTheKeyManagerHandsOutTwiceIsTheSameIdentity() throws Exception {
        assertThat(Identity.of(keys, "ec-primary")).isEqualTo(Identity.of(keys, "ec-primary"));
    }

    @Test
    void anAliasThatIsNotThereIsNamed() {
        assertThatThrownBy(() -> Identity.of(keys, "nobody"))
                .isInstanceOf(UnusableIdentityException.class)
                .hasMessage(
                        "The key manager has no private key with its certificate chain under the alias \"nobody\".");
    }

    @Test
    void withoutItsProviderTheKeyCannotSign() {
        token.unregister();
        try {
            assertThatThrownBy(() -> Identity.of(keys, "ec-primary"))
                    .isInstanceOf(UnusableIdentityException.class)
                    .hasMessage("The private key (EC) cannot sign: it is kept in a token, whose provider must be"
                            + " registered with Security.addProvider and whose session must be open.");
        } finally {
            token.register();
        }
    }

    @Test
    void theKeyCannotBeWritten(@TempDir Path files) throws Exception {
        Identity identity = Identity.of(keys, "ec-primary");

        assertThatThrownBy(() -> Pem.encode(identity.key()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("A private key without an encoding cannot be written.");
        try (Password password = Password.of("secret".toCharArray())) {
            assertThatThrownBy(() -> IdentityWriter.pkcs12(identity, password, files.resolve("own.p12")))
                    .hasMessage("The identity cannot be written to " + files.resolve("own.p12") + " as PKCS#12.");
        }
        assertThat(files).isEmptyDirectory();
    }
}
