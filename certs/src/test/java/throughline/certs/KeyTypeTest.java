package throughline.certs;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import throughline.identity.Identity;

class KeyTypeTest {
    private static final String NAME = "replica.lab.test";

    @TempDir
    Path folder;

    private static final TestPki PKI = TestPki.create(InstantSource.system());

    /** The key as openssl names it, and the key usages (RFC 5280, 4.2.1.3). */
    @ParameterizedTest
    @CsvSource({
        "EC_P256,  (256 bit),          Digital Signature X509v3",
        "EC_P384,  (384 bit),          Digital Signature X509v3",
        "RSA_2048, (2048 bit),         'Digital Signature, Key Encipherment X509v3'",
        "RSA_3072, (3072 bit),         'Digital Signature, Key Encipherment X509v3'",
        "RSA_4096, (4096 bit),         'Digital Signature, Key Encipherment X509v3'",
        "ED25519,  ED25519 Public-Key, Digital Signature X509v3",
    })
    void aLeafHasTheKeyThatWasAskedForAndIsAccepted(KeyType type, String key, String usage) throws Exception {
        Identity leaf = PKI.issue(
                LeafRequest.server(NAME).withUsages(Usage.SERVER, Usage.CLIENT).withKeyType(type));
        IdentityWriter.pem(leaf, folder.resolve("leaf.pem"), folder.resolve("leaf.key"));

        assertThat(OpenSsl.in(folder).run("x509 -noout -text -in leaf.pem").replaceAll("\\s+", " "))
                .contains(key)
                .contains("X509v3 Key Usage: critical " + usage);
        assertThat(KeyType.of(leaf.leaf().getPublicKey())).contains(type);
        for (Usage end : Usage.values()) {
            assertThat(JsseJudge.plain(PKI).answer(leaf, end, NAME)).isEqualTo("accepted");
            assertThat(OpenSslJudge.plain(PKI, folder).handshake(leaf, end, NAME))
                    .isEqualTo("accepted");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "EC_P256,  ecdsa-with-SHA256",
        "EC_P384,  ecdsa-with-SHA384",
        "RSA_2048, sha256WithRSAEncryption",
        "ED25519,  ED25519",
    })
    void anAuthoritySignsByItsOwnKey(KeyType type, String signature) throws Exception {
        TestPki pki = TestPki.create(InstantSource.system(), type);
        Identity leaf = pki.issue(LeafRequest.server(NAME));
        IdentityWriter.pem(leaf, folder.resolve("leaf.pem"), folder.resolve("leaf.key"));

        assertThat(OpenSsl.in(folder).run("x509 -noout -text -in leaf.pem"))
                .contains("Signature Algorithm: " + signature);
        assertThat(JsseJudge.plain(pki).answer(leaf, Usage.SERVER, NAME)).isEqualTo("accepted");
        assertThat(OpenSslJudge.plain(pki, folder).handshake(leaf, Usage.SERVER, NAME))
                .isEqualTo("accepted");
    }

    @Test
    void aLabOfOneKeyTypeHasItEverywhere() {
        TestPki pki = TestPki.create(InstantSource.system(), KeyType.ED25519);

        assertThat(Stream.of(
                                pki.root().certificate(),
                                pki.server(NAME).leaf(),
                                pki.client(NAME).leaf())
                        .map(certificate -> KeyType.of(certificate.getPublicKey())))
                .containsOnly(Optional.of(KeyType.ED25519));
    }

    @Test
    void theLeafsKeyIsIndependentOfItsIssuers() throws Exception {
        TestPki pki = TestPki.create(InstantSource.system(), KeyType.RSA_2048);
        Identity leaf = pki.root()
                .intermediate("Below", KeyType.EC_P384)
                .issue(LeafRequest.server(NAME).withKeyType(KeyType.ED25519));

        assertThat(leaf.leaf().getSigAlgName()).isEqualTo("SHA384withECDSA");
        assertThat(leaf.chain().get(1).getSigAlgName()).isEqualTo("SHA256withRSA");
        assertThat(OpenSslJudge.plain(pki, folder).verify(leaf, Usage.SERVER, NAME))
                .isEqualTo("accepted");
        assertThat(JsseJudge.plain(pki).answer(leaf, Usage.SERVER, NAME)).isEqualTo("accepted");
    }

    @ParameterizedTest
    @EnumSource(KeyType.class)
    void idsAreFoundAgain(KeyType type) {
        assertThat(KeyType.find(type.id())).contains(type);
    }

    @Test
    void otherKeysAreOfNoType() {
        assertThat(KeyType.of(KeyPairs.rsa1024().getPublic())).isEmpty();
        assertThat(KeyType.find("rsa-1024")).isEmpty();
    }
}
