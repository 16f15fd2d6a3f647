package throughline.certs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.security.cert.X509Certificate;
import java.time.InstantSource;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import throughline.identity.Identity;
import throughline.identity.TlsContexts;

/** Each flaw is seen for what it is by openssl and by JSSE, and for nothing else. */
class FlawTest {
    private static final TestPki PKI = TestPki.create(InstantSource.system());
    private static final TestPki DEEPER = TestPki.withIntermediate(InstantSource.system());

    @TempDir
    Path folder;

    /**
     * The flaw; the number of X509_V_ERR in openssl verify, without and with the name compared (none: it verifies); what
     * JSSE's trust manager throws in the end.
     */
    static Stream<Arguments> flaws() {
        return Stream.of(
                Arguments.of(
                        Flaw.EXPIRED,
                        "error 10 at 0 depth",
                        "error 10 at 0 depth",
                        CertificateExpiredException.class,
                        ""),
                Arguments.of(
                        Flaw.NOT_YET_VALID,
                        "error 9 at 0 depth",
                        "error 9 at 0 depth",
                        CertificateNotYetValidException.class,
                        ""),
                Arguments.of(Flaw.WRONG_NAME, "leaf.pem: OK", "error 62 at 0 depth", null, ""),
                Arguments.of(
                        Flaw.WRONG_USAGE,
                        "error 26 at 0 depth",
                        "error 26 at 0 depth",
                        CertificateException.class,
                        "Extended key usage does not permit use for TLS"),
                Arguments.of(
                        Flaw.UNKNOWN_ISSUER,
                        "error 20 at 0 depth",
                        "error 20 at 0 depth",
                        CertPathBuilderException.class,
                        "unable to find valid certification path"));
    }

    @ParameterizedTest
    @MethodSource("flaws")
    void opensslNamesTheFlaw(
            Flaw flaw, String verdict, String verdictWithName, @Nullable Class<?> unused, String alsoUnused)
            throws IOException {
        for (TestPki pki : new TestPki[] {PKI, DEEPER}) {
            assertThat(verify(pki, pki.server("replica.test", flaw), "sslserver"))
                    .contains(verdict);
            assertThat(verify(pki, pki.client("replica.test", flaw), "sslclient"))
                    .contains(verdict);
            assertThat(verify(pki, pki.server("replica.test", flaw), "sslserver -verify_hostname replica.test"))
                    .contains(verdictWithName);
            assertThat(verify(pki, pki.client("replica.test", flaw), "sslclient -verify_hostname replica.test"))
                    .contains(verdictWithName);
        }
    }

    @ParameterizedTest
    @MethodSource("flaws")
    void jsseRefusesTheFlaw(
            Flaw flaw, String unused, String alsoUnused, @Nullable Class<? extends Throwable> cause, String text) {
        for (TestPki pki : new TestPki[] {PKI, DEEPER}) {
            for (Throwable refusal : new Throwable[] {
                judgedAsServer(pki, pki.server("replica.test", flaw)),
                judgedAsClient(pki, pki.client("primary.test", flaw))
            }) {
                if (cause == null) {
                    assertThat(refusal).isNull();
                } else {
                    assertThat(root(refusal)).isInstanceOf(cause).hasMessageContaining(text);
                }
            }
        }
    }

    @Test
    void theGoodOnesAreAcceptedByBoth() throws IOException {
        for (TestPki pki : new TestPki[] {PKI, DEEPER}) {
            assertThat(verify(pki, pki.server("replica.test"), "sslserver -verify_hostname replica.test -x509_strict"))
                    .contains("leaf.pem: OK");
            assertThat(verify(pki, pki.client("primary.test"), "sslclient -verify_hostname primary.test -x509_strict"))
                    .contains("leaf.pem: OK");
            assertThat(judgedAsServer(pki, pki.server("replica.test"))).isNull();
            assertThat(judgedAsClient(pki, pki.client("primary.test"))).isNull();
        }
    }

    @ParameterizedTest
    @EnumSource(Flaw.class)
    void everyFlawFailsAHandshakeThatComparesNames(Flaw flaw) throws Exception {
        SSLHandshakeException refusal = catchThrowableOfType(
                SSLHandshakeException.class, () -> handshake(PKI.server("replica.test", flaw), "replica.test"));

        assertThat(refusal).isNotNull();
        if (flaw == Flaw.WRONG_NAME) {
            assertThat(root(refusal))
                    .isInstanceOf(CertificateException.class)
                    .hasMessage("No subject alternative DNS name matching replica.test found.");
        }
    }

    @Test
    void theGoodServerPassesAHandshakeThatComparesNames() throws Exception {
        handshake(PKI.server("replica.test"), "replica.test");
        handshake(PKI.server("127.0.0.1"), "127.0.0.1");
    }

    @Test
    void anUnknownIssuerHasAnotherName() {
        X509Certificate flawed = PKI.server("replica.test", Flaw.UNKNOWN_ISSUER).leaf();

        assertThat(flawed.getIssuerX500Principal())
                .isNotEqualTo(PKI.root().certificate().getSubjectX500Principal());
    }

    private String verify(TestPki pki, Identity identity, String purpose) throws IOException {
        IdentityWriter.pem(pki.trust(), folder.resolve("root.pem"));
        IdentityWriter.pem(identity, folder.resolve("leaf.pem"), folder.resolve("leaf.key"));
        return OpenSsl.in(folder)
                .verify("-CAfile root.pem -no-CApath -untrusted leaf.pem -purpose " + purpose + " leaf.pem");
    }

    private static @Nullable Throwable judgedAsServer(TestPki pki, Identity identity) {
        X509ExtendedTrustManager judge = pki.trust().trustManager();
        return catchThrowable(
                () -> judge.checkServerTrusted(identity.chain().toArray(new X509Certificate[0]), "ECDHE_ECDSA"));
    }

    private static @Nullable Throwable judgedAsClient(TestPki pki, Identity identity) {
        X509ExtendedTrustManager judge = pki.trust().trustManager();
        return catchThrowable(() -> judge.checkClientTrusted(identity.chain().toArray(new X509Certificate[0]), "EC"));
    }

    private static Throwable root(@Nullable Throwable refusal) {
        Throwable cause = Objects.requireNonNull(refusal, "accepted, where a refusal was expected");
        while (cause.getCause() != null) {
            cause = cause.getCause();
        }
        return cause;
    }

    /** As far as the client: throws what its side of the handshake throws. */
    private static void handshake(Identity server, String name) throws Exception {
        SSLContext serving =
                TlsContexts.context(server.keyManager(), PKI.trust().trustManager());
        try (SSLServerSocket listener = (SSLServerSocket)
                serving.getServerSocketFactory().createServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            listener.setSoTimeout(10_000);
            CompletableFuture<Void> served = CompletableFuture.runAsync(() -> serve(listener));
            SSLContext asking = TlsContexts.context(PKI.trust().trustManager());
            try (Socket raw = new Socket(InetAddress.getLoopbackAddress(), listener.getLocalPort());
                    SSLSocket socket = (SSLSocket) asking.getSocketFactory().createSocket(raw, name, 443, true)) {
                SSLParameters parameters = socket.getSSLParameters();
                parameters.setEndpointIdentificationAlgorithm("HTTPS");
                socket.setSSLParameters(parameters);
                socket.setSoTimeout(10_000);
                socket.startHandshake();
            } finally {
                served.get(10, TimeUnit.SECONDS);
            }
        }
    }

    private static void serve(SSLServerSocket listener) {
        try (SSLSocket socket = (SSLSocket) listener.accept()) {
            socket.setSoTimeout(10_000);
            socket.startHandshake();
        } catch (IOException refusedByTheClient) {
            // Only what the client says counts here.
        }
    }
}
