package throughline.certs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.cert.X509CRL;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import throughline.identity.Fingerprint;
import throughline.identity.Identity;
import throughline.identity.IdentityFiles;
import throughline.identity.Password;
import throughline.identity.Trust;

class IdentityWriterTest {
    private static final TestPki PKI = TestPki.withIntermediate(InstantSource.system());

    private final Identity identity = PKI.client("primary.test");
    private final Password password = Password.of("correct horse".toCharArray());

    @TempDir
    Path folder;

    @BeforeEach
    void writePassword() throws IOException {
        Files.writeString(folder.resolve("password"), "correct horse\n");
    }

    @Test
    void opensslReadsTheKeyOfTheCertificate() throws IOException {
        IdentityWriter.pem(identity, folder.resolve("chain.pem"), folder.resolve("client.key"));

        OpenSsl openssl = OpenSsl.in(folder);
        assertThat(openssl.run("pkey -in client.key -pubout"))
                .startsWith("-----BEGIN PUBLIC KEY-----")
                .isEqualTo(openssl.run("x509 -in chain.pem -noout -pubkey"));
    }

    @Test
    void opensslReadsPkcs12WithKeyAndChain() throws IOException {
        IdentityWriter.pkcs12(identity, password, folder.resolve("client.p12"));

        assertThat(OpenSsl.in(folder).run("pkcs12 -info -nodes -passin file:password -in client.p12"))
                .contains("-----BEGIN PRIVATE KEY-----")
                .contains("subject=O=Throughline Lab, CN=primary.test")
                .contains("subject=O=Throughline Lab, CN=Throughline Test Intermediate")
                .contains("friendlyName: identity");
    }

    @Test
    void keytoolListsTheIdentity() throws IOException {
        IdentityWriter.pkcs12(identity, password, folder.resolve("client.p12"));

        assertThat(keytoolList("client.p12")).contains("PrivateKeyEntry").contains(Fingerprint.sha256(identity.leaf()));
    }

    @Test
    void keytoolListsTheAnchorsAsTrusted() throws IOException {
        IdentityWriter.pkcs12(PKI.trustWithInspector(), password, folder.resolve("trust.p12"));

        assertThat(keytoolList("trust.p12"))
                .containsPattern("(?s)trustedCertEntry.*trustedCertEntry")
                .contains(Fingerprint.sha256(PKI.root().certificate()))
                .contains(Fingerprint.sha256(PKI.inspector().certificate()));
    }

    @Test
    void opensslReadsTheAnchors() throws IOException {
        IdentityWriter.pem(PKI.trustWithInspector(), folder.resolve("trust.pem"));

        assertThat(OpenSsl.in(folder).run("storeutl -noout -text -certs trust.pem"))
                .contains("Subject: O=Throughline Lab, CN=Throughline Test Root")
                .contains("Subject: O=Acme Security Appliance, CN=Acme TLS Inspection CA")
                .contains("Total found: 2");
    }

    @Test
    void ourOwnCommandsReadAllOfThem() throws Exception {
        IdentityWriter.pem(identity, folder.resolve("both.pem"));
        IdentityWriter.pkcs12(identity, password, folder.resolve("client.p12"));
        IdentityWriter.pkcs12(PKI.trust(), password, folder.resolve("trust.p12"));

        Identity pem = IdentityFiles.identity(folder.resolve("both.pem"), Optional.empty(), Optional.empty());
        Identity pkcs12 = IdentityFiles.identity(folder.resolve("client.p12"), Optional.empty(), Optional.of(password));
        Trust trust = IdentityFiles.trust(folder.resolve("trust.p12"), Optional.of(password));

        assertThat(pem.chain()).isEqualTo(identity.chain());
        assertThat(pkcs12.chain()).isEqualTo(identity.chain());
        assertThat(trust.anchors()).isEqualTo(PKI.trust().anchors());
    }

    @Test
    void filesWithAKeyAreTheirOwnersAlone() throws IOException {
        assumeTrue(
                Files.getFileStore(folder).supportsFileAttributeView("posix"),
                "the file system has no POSIX permissions");
        Path key = Files.createFile(
                folder.resolve("client.key"),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-r--r--")));

        IdentityWriter.pem(identity, folder.resolve("chain.pem"), key);
        IdentityWriter.pem(identity, folder.resolve("both.pem"));
        IdentityWriter.pkcs12(identity, password, folder.resolve("client.p12"));
        IdentityWriter.password(password, folder.resolve("password.txt"));

        for (Path file : List.of(
                key, folder.resolve("both.pem"), folder.resolve("client.p12"), folder.resolve("password.txt"))) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                    .isEqualTo("rw-------");
        }
    }

    @Test
    void opensslReadsTheCrl() throws IOException {
        Instant now = Instant.now();
        X509CRL crl = PKI.root().crl(now.minusSeconds(60), now.plusSeconds(60), List.of());
        IdentityWriter.pem(crl, folder.resolve("ca.crl"));
        IdentityWriter.pem(PKI.trust(), folder.resolve("ca.pem"));

        assertThat(OpenSsl.in(folder).run("crl -in ca.crl -CAfile ca.pem -noout -issuer"))
                .contains("verify OK")
                .contains("issuer=O=Throughline Lab, CN=Throughline Test Root");
    }

    @Test
    void aPasswordIsReadBackAsItWas() throws Exception {
        try (Password written = Password.of("páss wörd€".toCharArray())) {
            IdentityWriter.password(written, folder.resolve("password.txt"));
        }

        try (Password read = Password.fromFile(folder.resolve("password.txt"))) {
            assertThat(new String(read.characters())).isEqualTo("páss wörd€");
        }
    }

    private String keytoolList(String store) {
        return OpenSsl.in(folder)
                .keytool(
                        "-J-Duser.language=en -list -keystore " + store + " -storetype pkcs12 -storepass:file password")
                .replace(":", "")
                .lines()
                .map(line -> line.matches(".*[0-9A-F]{64}.*") ? line.toLowerCase(Locale.ROOT) : line)
                .reduce("", (all, line) -> all + line + "\n");
    }
}
