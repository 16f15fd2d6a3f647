package throughline.certs;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.InstantSource;
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

    /** Signature and key as openssl names them, and the key usages (RFC 5280, 4.2.1.3). RSA 4096 takes seconds to make. */
    @ParameterizedTest
    @CsvSource({
        "EC_P256,  ecdsa-with-SHA256,       (256 bit),  Digital Signature X509v3",
        "EC_P384,  ecdsa-with-SHA384,       (384 bit),  Digital Signature X509v3",
        "RSA_2048, sha256WithRSAEncryption, (2048 bit), 'Digital Signature, Key Encipherment X509v3'",
        "RSA_3072, sha256WithRSAEncryption, (3072 bit), 'Digital Signature, Key Encipherment X509v3'",
        "RSA_4096, sha256WithRSAEncryption, (4096 bit), 'Digital Signature, Key Encipherment X509v3'",
        "ED25519,  ED25519,                 ED25519 Public-Key, Digital Signature X509v3",
    })
    void authoritiesAndLeavesHaveTheKeyThatWasAskedFor(KeyType type, String signature, String key, String usage)
            throws Exception {
        TestPki pki = TestPki.create(InstantSource.system(), type);
        Identity server = pki.server(NAME);
        Identity client = pki.client(NAME);
        IdentityWriter.pem(server, folder.resolve("leaf.pem"), folder.resolve("leaf.key"));

        assertThat(OpenSsl.in(folder).run("x509 -noout -text -in leaf.pem").replaceAll("\\s+", " "))
                .contains("Signature Algorithm: " + signature)
                .contains(key)
                .contains("X509v3 Key Usage: critical " + usage);
        assertThat(JsseJudge.plain(pki).answer(server, Usage.SERVER, NAME)).isEqualTo("accepted");
        assertThat(JsseJudge.plain(pki).answer(client, Usage.CLIENT, NAME)).isEqualTo("accepted");
        assertThat(OpenSslJudge.plain(pki, folder).handshake(server, Usage.SERVER, NAME))
                .isEqualTo("accepted");
        assertThat(OpenSslJudge.plain(pki, folder).handshake(client, Usage.CLIENT, NAME))
                .isEqualTo("accepted");
        assertThat(KeyType.of(server.leaf().getPublicKey())).contains(type);
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
