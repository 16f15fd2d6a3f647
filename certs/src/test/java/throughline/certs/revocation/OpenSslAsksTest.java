package throughline.certs.revocation;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.time.InstantSource;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import throughline.certs.CertificateAuthority;
import throughline.certs.LeafRequest;
import throughline.identity.revocation.HttpRevocationFetch;

/** What openssl makes of the same answers. */
class OpenSslAsksTest {
    private final InstantSource clock = InstantSource.system();
    private final RevocationServer server = RevocationServer.start(clock);
    private final CertificateAuthority authority = CertificateAuthority.root("Asked Root", clock);

    @TempDir
    private Path folder;

    private OpenSslRun openSsl;
    private X509Certificate leaf;

    @BeforeEach
    void files() throws CertificateEncodingException {
        openSsl = OpenSslRun.in(folder);
        leaf = authority
                .issue(LeafRequest.server("a.test")
                        .withRevocationSources(Optional.of(server.crl(authority)), Optional.of(server.ocsp(authority))))
                .leaf();
        openSsl.pem("root.pem", authority.certificate());
        openSsl.pem("leaf.pem", leaf);
    }

    @AfterEach
    void close() {
        server.close();
    }

    static Stream<Arguments> ocspAnswers() {
        return Stream.of(
                Arguments.of(OcspAnswer.TRUTH, List.of("Response verify OK", "leaf.pem: good")),
                Arguments.of(OcspAnswer.UNKNOWN, List.of("Response verify OK", "leaf.pem: unknown")),
                Arguments.of(OcspAnswer.TRY_LATER, List.of("Responder Error: trylater (3)")),
                Arguments.of(OcspAnswer.UNAUTHORIZED, List.of("Responder Error: unauthorized (6)")),
                Arguments.of(OcspAnswer.STALE, List.of("Status times invalid", "status expired")),
                Arguments.of(OcspAnswer.WRONG_SIGNER, List.of("Response Verify Failure")),
                Arguments.of(OcspAnswer.OTHER_CERTIFICATE, List.of("No Status found")),
                Arguments.of(OcspAnswer.MALFORMED, List.of("Error querying OCSP responder")),
                Arguments.of(OcspAnswer.NOT_FOUND, List.of("Error querying OCSP responder")));
    }

    @ParameterizedTest
    @MethodSource("ocspAnswers")
    void ocspAnswer(OcspAnswer answer, List<String> said) {
        server.answerOcsp(authority, answer);

        assertThat(ocsp()).contains(said);
    }

    @Test
    void revocationByOcsp() {
        server.revokeByOcsp(authority, leaf);

        assertThat(ocsp()).contains("Response verify OK", "leaf.pem: revoked", "Reason: keyCompromise");
    }

    @Test
    void delegateIsVerified() {
        server.delegateOcsp(authority);

        assertThat(ocsp()).contains("Response verify OK", "leaf.pem: good");
    }

    @Test
    void nonceComesBack() {
        assertThat(ocsp()).doesNotContain("no nonce");
    }

    @Test
    void requestMayComeByGet() throws IOException {
        openSsl.run("ocsp -issuer root.pem -cert leaf.pem -no_nonce -reqout request.der");
        byte[] request = Files.readAllBytes(folder.resolve("request.der"));
        String base64 =
                Base64.getEncoder().encodeToString(request).replace("+", "%2B").replace("/", "%2F");

        openSsl.write(
                "answer.der",
                new HttpRevocationFetch().get(URI.create(server.ocsp(authority) + "/" + base64.replace("=", "%3D"))));

        assertThat(openSsl.run("ocsp -respin answer.der -issuer root.pem -cert leaf.pem -CAfile root.pem -no_nonce"))
                .contains("Response verify OK", "leaf.pem: good");
    }

    @Test
    void crlIsReadAndVerified() throws IOException {
        openSsl.write("list.der", new HttpRevocationFetch().get(server.crl(authority)));

        assertThat(openSsl.run("crl -inform DER -in list.der -CAfile root.pem -noout -issuer -nextupdate"))
                .contains("verify OK", "Asked Root", "nextUpdate=");
    }

    static Stream<Arguments> crlAnswers() {
        return Stream.of(
                Arguments.of(CrlAnswer.TRUTH, "leaf.pem: OK"),
                Arguments.of(CrlAnswer.STALE, "CRL has expired"),
                // Its authority key identifier is of the other key, so that openssl does not even try the signature.
                Arguments.of(CrlAnswer.WRONG_SIGNER, "unable to get certificate CRL"),
                Arguments.of(CrlAnswer.OTHER_ISSUER, "unable to get certificate CRL"));
    }

    @ParameterizedTest
    @MethodSource("crlAnswers")
    void crlAnswer(CrlAnswer answer, String said) throws IOException {
        server.answerCrl(authority, answer);

        assertThat(verify()).contains(said);
    }

    @Test
    void revocationByCrl() throws IOException {
        server.revokeByCrl(authority, leaf);

        assertThat(verify()).contains("certificate revoked");
    }

    private String ocsp() {
        return openSsl.run("ocsp -issuer root.pem -cert leaf.pem -CAfile root.pem -url " + server.ocsp(authority));
    }

    private String verify() throws IOException {
        openSsl.pem("list.pem", "X509 CRL", new HttpRevocationFetch().get(server.crl(authority)));
        return openSsl.run("verify -crl_check -CRLfile list.pem -CAfile root.pem leaf.pem");
    }
}
