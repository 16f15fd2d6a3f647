package throughline.identity;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.security.KeyStore;
import java.security.Principal;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.Optional;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.X509ExtendedKeyManager;
import javax.security.auth.x500.X500Principal;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The choices, each held against the platform's SunX509 over a key store with the same identity. */
class IdentityKeyManagerTest {
    @TempDir
    static Path folder;

    @BeforeAll
    static void makeIdentities() {
        OpenSsl openssl = OpenSsl.in(folder);
        openssl.selfSigned("root", "rsa:2048");
        openssl.issued("intermediate", "root", true).issued("ec", "intermediate", false);
        openssl.write("ec.pem", openssl.text("ec.pem") + openssl.text("intermediate.pem"));
        openssl.issued("short", "root", false);
        openssl.selfSigned("rsa", "rsa:2048").selfSigned("pss", "rsa-pss -pkeyopt rsa_keygen_bits:2048");
        openssl.selfSigned("ed25519", "ed25519");
    }

    @ParameterizedTest(name = "{0}: asked for {1} by {2}: {3}")
    @CsvSource({
        // Issuers: "null" is TLS 1.3 without certificate_authorities, "" is an empty list of TLS 1.2
        "ec,      EC,            null,                        true",
        "ec,      EC,            '',                          true",
        "ec,      EC,            CN=intermediate,             true",
        "ec,      EC,            CN=root,                     true",
        "ec,      EC,            CN=foreign;CN=root,          true",
        "ec,      EC,            CN=ROOT,                     true",
        "ec,      EC,            CN=foreign,                  false",
        "ec,      EC,            CN=ec,                       false",
        "ec,      EC,            'CN=root,O=elsewhere',       false",
        // Key types
        "ec,      RSA,           null,                        false",
        "ec,      RSA;EC,        null,                        true",
        "ec,      RSA;EdDSA,     null,                        false",
        "ec,      '',            null,                        false",
        "rsa,     RSA,           null,                        true",
        "rsa,     RSASSA-PSS,    null,                        false",
        "pss,     RSASSA-PSS,    null,                        true",
        "pss,     RSA,           null,                        false",
        "ed25519, EdDSA,         null,                        true",
        "ed25519, EC,            CN=ed25519,                  false",
        // TLS 1.2 names for an EC key under a certificate signed with …: by the issuer's key, else by the leaf's
        // signature
        "ec,      EC_EC,         null,                        true",
        "ec,      EC_RSA,        null,                        false",
        "short,   EC_RSA,        null,                        true",
        "short,   EC_EC,         null,                        false",
    })
    void choosesAsSunX509Does(String name, String keyTypes, String issuers, boolean chosen) throws Exception {
        Identity identity = identity(name);
        String[] types = list(keyTypes);
        Principal[] named = issuers.equals("null")
                ? null
                : Arrays.stream(list(issuers)).map(X500Principal::new).toArray(Principal[]::new);

        for (X509ExtendedKeyManager manager : new X509ExtendedKeyManager[] {identity.keyManager(), sunX509(identity)}) {
            assertThat(manager.chooseClientAlias(types, named, null) != null)
                    .as("client, socket, %s", manager)
                    .isEqualTo(chosen);
            assertThat(manager.chooseEngineClientAlias(types, named, null) != null)
                    .as("client, engine, %s", manager)
                    .isEqualTo(chosen);
            assertThat(Arrays.stream(types).anyMatch(type -> manager.chooseServerAlias(type, named, null) != null))
                    .as("server, socket, %s", manager)
                    .isEqualTo(chosen);
            assertThat(Arrays.stream(types)
                            .anyMatch(type -> manager.chooseEngineServerAlias(type, named, null) != null))
                    .as("server, engine, %s", manager)
                    .isEqualTo(chosen);
            assertThat(Arrays.stream(types).anyMatch(type -> manager.getClientAliases(type, named) != null))
                    .as("client aliases, %s", manager)
                    .isEqualTo(chosen);
            assertThat(Arrays.stream(types).anyMatch(type -> manager.getServerAliases(type, named) != null))
                    .as("server aliases, %s", manager)
                    .isEqualTo(chosen);
        }
    }

    @Test
    void theChosenAliasGivesTheChainAndTheKey() throws Exception {
        Identity identity = identity("ec");
        X509ExtendedKeyManager manager = identity.keyManager();

        String alias = manager.chooseClientAlias(new String[] {"EC"}, null, null);

        assertThat(manager.getCertificateChain(alias))
                .isEqualTo(identity.chain().toArray(new X509Certificate[0]));
        assertThat(manager.getPrivateKey(alias)).isEqualTo(identity.key());
    }

    @Test
    void anyOtherAliasGivesNothing() throws Exception {
        X509ExtendedKeyManager manager = identity("ec").keyManager();

        assertThat(manager.getCertificateChain("another")).isNull();
        assertThat(manager.getPrivateKey("another")).isNull();
        assertThat(manager.getPrivateKey(null)).isNull();
    }

    private static X509ExtendedKeyManager sunX509(Identity identity) throws Exception {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        store.setKeyEntry("one", identity.key(), new char[0], identity.chain().toArray(new X509Certificate[0]));
        KeyManagerFactory factory = KeyManagerFactory.getInstance("SunX509");
        factory.init(store, new char[0]);
        return (X509ExtendedKeyManager) factory.getKeyManagers()[0];
    }

    private static String[] list(String separated) {
        return separated.isEmpty() ? new String[0] : separated.split(";");
    }

    private static Identity identity(String name) throws UnusableIdentityException {
        return IdentityFiles.identity(
                folder.resolve(name + ".pem"), Optional.of(folder.resolve(name + ".key")), Optional.empty());
    }
}
