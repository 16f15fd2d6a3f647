package throughline.identity;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.Locale;
import java.util.Optional;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class IdentityFilesTest {
    private static final String P256 = "ec -pkeyopt ec_paramgen_curve:P-256";

    @TempDir
    static Path folder;

    private static OpenSsl openssl;

    @BeforeAll
    static void makeFiles() {
        openssl = OpenSsl.in(folder);
        openssl.selfSigned("root", P256).issued("intermediate", "root", true).issued("leaf", "intermediate", false);
        openssl.selfSigned("ec", P256);
        openssl.selfSigned("ec521", "ec -pkeyopt ec_paramgen_curve:P-521");
        openssl.selfSigned("rsa", "rsa:2048");
        openssl.selfSigned("pss", "rsa-pss -pkeyopt rsa_keygen_bits:2048");
        openssl.selfSigned("ed25519", "ed25519");
        openssl.selfSigned("ed448", "ed448");
        openssl.write("windows-password", "correct horse\r\nsecond line\n");
        openssl.write("ascii-password", "correct horse\n");

        openssl.run("ec -in ec.key -out ec-rfc5915.key");
        openssl.run("ecparam -name prime256v1 -out ec-parameters");
        openssl.write("ec-with-parameters.key", openssl.text("ec-parameters") + openssl.text("ec-rfc5915.key"));
        openssl.run("rsa -traditional -in rsa.key -out rsa-pkcs1.key");
        openssl.run("pkcs8 -topk8 -in ec.key -out ec-encrypted.key -passout file:ascii-password");
        openssl.run("pkcs8 -topk8 -in rsa.key -out rsa-encrypted.key -v2 aes-128-cbc -passout file:ascii-password");
        openssl.run("pkcs8 -topk8 -in ec.key -out ec-pbes1.key -v1 PBE-SHA1-3DES -passout file:ascii-password");
        openssl.write("ec-key-first.pem", openssl.text("ec.key") + openssl.text("ec.pem"));
        openssl.write("ec-key-last.pem", openssl.text("ec.pem") + openssl.text("ec-rfc5915.key"));
        openssl.write("ec-windows.pem", openssl.text("ec-key-first.pem").replace("\n", "\r\n"));
        openssl.run("x509 -in ec.pem -text -out ec-text.pem");
        openssl.run("pkcs12 -export -in ec.pem -inkey ec.key -out ec.p12 -passout file:ascii-password");
        openssl.run("pkcs12 -export -in ec.pem -inkey ec.key -out named-wrongly.pem -passout file:ascii-password");
        openssl.run("pkcs12 -export -in ec.pem -inkey ec.key -out ec-empty.p12 -passout pass:");
        openssl.run("pkcs12 -export -in rsa.pem -inkey rsa.key -out rsa.p12 -passout file:ascii-password");
        openssl.keytool("-importkeystore -srckeystore ec.p12 -srcstoretype pkcs12 -srcstorepass:file ascii-password"
                + " -destkeystore keytool.p12 -deststoretype pkcs12 -deststorepass:file ascii-password");
    }

    @ParameterizedTest(name = "{0} {1} {2}")
    @CsvSource({
        // --cert, --key, --password-file, the certificate it must be
        "ec.pem,                ec.key,                 ,               ec.pem",
        "ec.pem,                ec-rfc5915.key,         ,               ec.pem",
        "ec.pem,                ec-with-parameters.key, ,               ec.pem",
        "ec.pem,                ec-encrypted.key,       ascii-password, ec.pem",
        "ec.pem,                ec-pbes1.key,           ascii-password, ec.pem",
        "ec.pem,                ec-key-first.pem,       ,               ec.pem",
        "ec-text.pem,           ec.key,                 ascii-password, ec.pem",
        "ec-key-first.pem,      ,                       ,               ec.pem",
        "ec-key-last.pem,       ,                       ,               ec.pem",
        "ec-windows.pem,        ,                       ,               ec.pem",
        "ec521.pem,             ec521.key,              ,               ec521.pem",
        "rsa.pem,               rsa.key,                ,               rsa.pem",
        "rsa.pem,               rsa-pkcs1.key,          ,               rsa.pem",
        "rsa.pem,               rsa-encrypted.key,      ascii-password, rsa.pem",
        "pss.pem,               pss.key,                ,               pss.pem",
        "ed25519.pem,           ed25519.key,            ,               ed25519.pem",
        "ed448.pem,             ed448.key,              ,               ed448.pem",
        "ec.p12,                ,                       ascii-password, ec.pem",
        "named-wrongly.pem,     ,                       ascii-password, ec.pem",
        "keytool.p12,           ,                       ascii-password, ec.pem",
        "ec-empty.p12,          ,                       ,               ec.pem",
        "rsa.p12,               ,                       windows-password, rsa.pem",
    })
    void readsWhatOpensslAndKeytoolWrite(Path certificate, Path key, Path passwordFile, String expected)
            throws UnusableIdentityException {
        Identity identity = IdentityFiles.identity(
                folder.resolve(certificate), Optional.ofNullable(key).map(folder::resolve), password(passwordFile));

        assertThat(Fingerprint.sha256(identity.leaf())).isEqualTo(opensslFingerprint(expected));
    }

    @Test
    void theLeafIsTheCertificateOfTheKeyAndTheRestFollowsByIssuer() throws UnusableIdentityException {
        openssl.write(
                "shuffled.pem",
                openssl.text("ec.pem")
                        + openssl.text("root.pem")
                        + openssl.text("leaf.pem")
                        + openssl.text("intermediate.pem")
                        + openssl.text("leaf.pem")
                        + openssl.text("leaf.key"));

        Identity identity = IdentityFiles.identity(folder.resolve("shuffled.pem"), Optional.empty(), Optional.empty());

        assertThat(identity.chain())
                .extracting(certificate -> certificate.getSubjectX500Principal().getName())
                .containsExactly("CN=leaf", "CN=intermediate", "CN=root", "CN=ec");
    }

    @Test
    void aPkcs12FileKeepsItsWholeChain() throws UnusableIdentityException {
        openssl.write("chain.pem", openssl.text("intermediate.pem") + openssl.text("root.pem"));
        openssl.run("pkcs12 -export -in leaf.pem -inkey leaf.key -certfile chain.pem -out chain.p12"
                + " -passout file:ascii-password");

        Identity identity = IdentityFiles.identity(
                folder.resolve("chain.p12"), Optional.empty(), password(Path.of("ascii-password")));

        assertThat(identity.chain())
                .extracting(certificate -> certificate.getSubjectX500Principal().getName())
                .containsExactly("CN=leaf", "CN=intermediate", "CN=root");
    }

    @Test
    void aTrustFileIsABundleOfCertificates() throws UnusableIdentityException {
        openssl.write("bundle.pem", openssl.text("root.pem") + openssl.text("ec.pem") + openssl.text("root.pem"));

        assertThat(IdentityFiles.trust(folder.resolve("bundle.pem"), Optional.empty())
                        .anchors())
                .extracting(X509Certificate::getSubjectX500Principal)
                .extracting(Object::toString)
                .containsExactly("CN=root", "CN=ec");
    }

    @Test
    void aTrustFileIsAPkcs12FileOfKeytool() throws UnusableIdentityException {
        openssl.keytool("-importcert -noprompt -alias root -file root.pem -keystore trust.p12 -storetype pkcs12"
                + " -storepass:file ascii-password");

        assertThat(IdentityFiles.trust(folder.resolve("trust.p12"), password(Path.of("ascii-password")))
                        .anchors())
                .extracting(Fingerprint::sha256)
                .containsExactly(opensslFingerprint("root.pem"));
    }

    @Test
    void thePinOfAKeyIsTheDigestOfWhatOpensslCallsItsPublicKey() throws Exception {
        openssl.run("x509 -in rsa.pem -pubkey -noout -out rsa.pub");
        openssl.run("pkey -pubin -in rsa.pub -outform DER -out rsa.spki");
        String digest = openssl.run("dgst -sha256 -r rsa.spki");

        X509Certificate certificate = Pem.certificates(openssl.text("rsa.pem")).get(0);

        assertThat(Fingerprint.keySha256(certificate.getPublicKey())).isEqualTo(digest.substring(0, 64));
    }

    @ParameterizedTest
    @CsvSource({"ec", "rsa", "ed25519"})
    void opensslReadsWhatPemEncodes(String name) throws UnusableIdentityException {
        Identity identity = IdentityFiles.identity(
                folder.resolve(name + ".pem"), Optional.of(folder.resolve(name + ".key")), Optional.empty());
        openssl.write("encoded.pem", Pem.encode(identity.chain()));
        openssl.write("encoded.key", Pem.encode(identity.key()));

        assertThat(openssl.run("pkey -in encoded.key -pubout"))
                .isEqualTo(openssl.run("x509 -in encoded.pem -noout -pubkey"));
        assertThat(opensslFingerprint("encoded.pem")).isEqualTo(opensslFingerprint(name + ".pem"));
    }

    private static Optional<Password> password(Path file) throws UnusableIdentityException {
        return file == null ? Optional.empty() : Optional.of(Password.fromFile(folder.resolve(file)));
    }

    private static String opensslFingerprint(String certificate) {
        String line = openssl.run("x509 -noout -fingerprint -sha256 -in " + certificate)
                .strip();
        return line.substring(line.indexOf('=') + 1).replace(":", "").toLowerCase(Locale.ROOT);
    }
}
