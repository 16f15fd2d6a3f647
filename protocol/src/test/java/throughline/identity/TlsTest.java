package throughline.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSession;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Identities and trust in real handshakes over loopback. */
class TlsTest {
    @TempDir
    static Path folder;

    private static OpenSsl openssl;

    @BeforeAll
    static void makeIdentities() {
        openssl = OpenSsl.in(folder);
        openssl.selfSigned("ec", "ec -pkeyopt ec_paramgen_curve:P-256");
        openssl.selfSigned("other", "ec -pkeyopt ec_paramgen_curve:P-256");
        openssl.selfSigned("rsa", "rsa:2048").selfSigned("ed25519", "ed25519");
    }

    @ParameterizedTest
    @CsvSource({
        "ec,TLSv1.3",
        "ec,TLSv1.2",
        "rsa,TLSv1.3",
        "rsa,TLSv1.2",
        "ed25519,TLSv1.3",
        "ed25519,TLSv1.2",
    })
    void bothEndsShowTheirIdentity(String name, String version) throws Exception {
        SSLContext context =
                TlsContexts.context(identity(name).keyManager(), trust(name).trustManager());

        Sessions sessions = handshake(context, context, version);

        assertThat(sessions.client().getPeerCertificates()[0])
                .isEqualTo(identity(name).leaf());
        assertThat(sessions.server().getPeerCertificates()[0])
                .isEqualTo(identity(name).leaf());
    }

    @Test
    void aContextWithoutIdentityShowsNone() throws Exception {
        SSLContext server =
                TlsContexts.context(identity("ec").keyManager(), trust("ec").trustManager());

        Sessions sessions = handshake(TlsContexts.context(trust("ec").trustManager()), server, "TLSv1.3");

        assertThatThrownBy(() -> sessions.server().getPeerCertificates())
                .isInstanceOf(SSLPeerUnverifiedException.class);
    }

    @Test
    void onlyTheAnchorsAreTrusted() throws Exception {
        SSLContext server =
                TlsContexts.context(identity("ec").keyManager(), trust("ec").trustManager());
        SSLContext client = TlsContexts.context(trust("other").trustManager());

        assertThatThrownBy(() -> handshake(client, server, "TLSv1.3"))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("unable to find valid certification path");
    }

    @Test
    void trustInNobodyIsRefused() {
        assertThatThrownBy(() -> Trust.of(List.of()))
                .isInstanceOf(UnusableIdentityException.class)
                .hasMessage("Trust needs at least one certificate, but none was given.");
    }

    @Test
    void thePlatformTrustsWhatItsTrustManagerAccepts() {
        Trust platform = Trust.platform();

        assertThat(platform.anchors()).containsExactly(platform.trustManager().getAcceptedIssuers());
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.3", "TLSv1.2"})
    void bothEndsOfOneSessionHaveTheSameChannelBinding(String version) throws Exception {
        assumeTrue(Runtime.version().feature() >= 25, "keying material exporters came with JDK 25");
        SSLContext context =
                TlsContexts.context(identity("ec").keyManager(), trust("ec").trustManager());

        Sessions first = handshake(context, context, version);
        Sessions second = handshake(context, context, version);

        byte[] binding = TlsExporter.channelBinding(first.client()).orElseThrow();
        assertThat(binding).hasSize(32);
        assertThat(TlsExporter.channelBinding(first.server())).hasValue(binding);
        assertThat(TlsExporter.channelBinding(second.client()).orElseThrow()).isNotEqualTo(binding);
    }

    @Test
    void channelBindingIsAbsentBelowJdk25() throws Exception {
        assumeTrue(Runtime.version().feature() < 25, "keying material exporters came with JDK 25");
        SSLContext context =
                TlsContexts.context(identity("ec").keyManager(), trust("ec").trustManager());

        assertThat(TlsExporter.channelBinding(
                        handshake(context, context, "TLSv1.3").client()))
                .isEmpty();
    }

    @Test
    void channelBindingIsAbsentBeforeTheHandshake() throws Exception {
        SSLContext context = TlsContexts.context(trust("ec").trustManager());

        assertThat(TlsExporter.channelBinding(context.createSSLEngine().getSession()))
                .isEmpty();
    }

    @Test
    void opensslExportsTheSameChannelBinding() throws Exception {
        assumeTrue(Runtime.version().feature() >= 25, "keying material exporters came with JDK 25");
        Process server = new ProcessBuilder(
                        ("openssl s_server -accept 127.0.0.1:0 -cert ec.pem -key ec.key -tls1_3 -naccept 1"
                                        + " -keymatexport EXPORTER-Channel-Binding -keymatexportlen 32")
                                .split(" "))
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .start();
        try (BufferedReader output = server.inputReader(StandardCharsets.US_ASCII)) {
            String accept = lineWith("ACCEPT", output);
            int port = Integer.parseInt(
                    accept.substring(accept.lastIndexOf(':') + 1).strip());
            SSLContext context = TlsContexts.context(trust("ec").trustManager());
            try (SSLSocket socket = connect(context, port)) {
                socket.startHandshake();
                byte[] binding = TlsExporter.channelBinding(socket.getSession()).orElseThrow();

                assertThat(lineWith("Keying material: ", output))
                        .endsWithIgnoringCase(HexFormat.of().formatHex(binding));
            }
        } finally {
            server.destroy();
            assertThat(server.waitFor(10, TimeUnit.SECONDS)).isTrue();
        }
    }

    private record Sessions(SSLSession client, SSLSession server) {}

    private static Sessions handshake(SSLContext client, SSLContext server, String version) throws Exception {
        try (SSLServerSocket listener = (SSLServerSocket)
                server.getServerSocketFactory().createServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            listener.setSoTimeout(10_000);
            listener.setWantClientAuth(true);
            listener.setEnabledProtocols(new String[] {version});
            CompletableFuture<SSLSession> accepted = CompletableFuture.supplyAsync(() -> accept(listener));
            SSLSession session = askOnce(client, listener.getLocalPort());
            return new Sessions(session, accepted.get(10, TimeUnit.SECONDS));
        }
    }

    /** Under TLS 1.3 the server is done only when it has read the client's last flight, so its answer is awaited. */
    private static SSLSession askOnce(SSLContext context, int port) throws IOException {
        try (SSLSocket socket = connect(context, port)) {
            socket.startHandshake();
            assertThat(socket.getInputStream().read()).isEqualTo('!');
            return socket.getSession();
        }
    }

    private static SSLSession accept(SSLServerSocket listener) {
        try (SSLSocket socket = (SSLSocket) listener.accept()) {
            socket.setSoTimeout(10_000);
            socket.startHandshake();
            socket.getOutputStream().write('!');
            return socket.getSession();
        } catch (IOException failed) {
            throw new IllegalStateException(failed);
        }
    }

    private static SSLSocket connect(SSLContext context, int port) throws IOException {
        SSLSocket socket = (SSLSocket) context.getSocketFactory().createSocket(InetAddress.getLoopbackAddress(), port);
        socket.setSoTimeout(10_000);
        return socket;
    }

    private static String lineWith(String start, BufferedReader output) throws IOException {
        String line = output.readLine();
        while (line != null && !line.strip().startsWith(start.strip())) {
            line = output.readLine();
        }
        assertThat(line).as("a line of openssl with %s", start).isNotNull();
        return line.strip();
    }

    private static Identity identity(String name) throws UnusableIdentityException {
        return IdentityFiles.identity(
                folder.resolve(name + ".pem"), Optional.of(folder.resolve(name + ".key")), Optional.empty());
    }

    private static Trust trust(String name) throws UnusableIdentityException {
        return IdentityFiles.trust(folder.resolve(name + ".pem"), Optional.empty());
    }
}
