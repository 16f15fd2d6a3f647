package throughline.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class IdentityTest {
    private static final List<String> KINDS = List.of(
            "ec",
            "ec -pkeyopt ec_paramgen_curve:P-384",
            "rsa:2048",
            "rsa-pss -pkeyopt rsa_keygen_bits:2048",
            "ed25519");

    @TempDir
    static Path folder;

    @BeforeAll
    static void makeIdentities() {
        OpenSsl openssl = OpenSsl.in(folder);
        for (int i = 0; i < KINDS.size(); i++) {
            String curve = KINDS.get(i).equals("ec") ? " -pkeyopt ec_paramgen_curve:P-256" : "";
            openssl.selfSigned("a" + i, KINDS.get(i) + curve).selfSigned("b" + i, KINDS.get(i) + curve);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 4})
    void aKeyAndItsCertificateAreAnIdentity(int kind) throws UnusableIdentityException {
        Identity given = identity("a" + kind);

        assertThat(Identity.of(given.key(), given.chain()).leaf()).isEqualTo(given.leaf());
    }

    @ParameterizedTest
    @CsvSource({"a0,b0", "a1,b1", "a2,b2", "a3,b3", "a4,b4", "a0,a1", "a0,a2", "a2,a3", "a2,a4", "a4,a0"})
    void aKeyOfAnotherCertificateIsRefused(String one, String other) throws UnusableIdentityException {
        PrivateKey key = identity(one).key();

        assertThatThrownBy(() -> Identity.of(key, identity(other).chain()))
                .isInstanceOf(UnusableIdentityException.class)
                .hasMessage("The private key (%s) does not match the certificate CN=%s.", key.getAlgorithm(), other);
    }

    @Test
    void anUnprovenIdentityIsNotAskedWhetherItsKeyFits() throws UnusableIdentityException {
        Identity other = identity("b0");

        Identity unproven = Identity.unproven(identity("a0").key(), other.chain());

        assertThat(unproven.chain()).isEqualTo(other.chain());
        assertThatThrownBy(() -> Identity.of(unproven.key(), unproven.chain()))
                .isInstanceOf(UnusableIdentityException.class);
    }

    @Test
    void anUnprovenIdentityNeedsACertificateAllTheSame() throws UnusableIdentityException {
        PrivateKey key = identity("a0").key();

        assertThatThrownBy(() -> Identity.unproven(key, List.of()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("An identity needs at least one certificate.");
    }

    @Test
    void anEmptyChainIsRefused() throws UnusableIdentityException {
        PrivateKey key = identity("a0").key();

        assertThatThrownBy(() -> Identity.of(key, List.of()))
                .isInstanceOf(UnusableIdentityException.class)
                .hasMessageContaining("the certificate chain is empty");
    }

    @Test
    void aKeyThatCannotSignIsRefused() throws Exception {
        PrivateKey agreementOnly =
                KeyPairGenerator.getInstance("X25519").generateKeyPair().getPrivate();

        assertThatThrownBy(() -> Identity.of(agreementOnly, identity("a0").chain()))
                .isInstanceOf(UnusableIdentityException.class)
                .hasMessage("The private key is of type XDH; EC, RSA, RSASSA-PSS, Ed25519 and Ed448 are accepted.");
    }

    @Test
    void itsTextNamesTheSubjectAndNotTheKey() throws UnusableIdentityException {
        Identity identity = identity("a0");
        byte[] key = identity.key().getEncoded();

        String text = identity + " " + identity.keyManager();

        assertThat(text).contains("CN=a0");
        assertThat(text).doesNotContain(Base64.getEncoder().encodeToString(key).substring(40, 60));
        assertThat(text).doesNotContain(HexFormat.of().formatHex(key).substring(80, 100));
    }

    private static Identity identity(String name) throws UnusableIdentityException {
        return IdentityFiles.identity(
                folder.resolve(name + ".pem"), Optional.of(folder.resolve(name + ".key")), Optional.empty());
    }
}
