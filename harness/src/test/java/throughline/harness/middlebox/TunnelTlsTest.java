package throughline.harness.middlebox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import javax.net.ssl.SSLHandshakeException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A forward proxy whose clients speak TLS to it (RFC 9110, 4.2.2, with a proxy as the origin). */
@Timeout(60)
class TunnelTlsTest {
    private static final String CONNECT = "CONNECT replica.test:443 HTTP/1.1\r\nHost: replica.test:443\r\n\r\n";

    private final PlainServer replica = PlainServer.echo();
    private Tunnel tunnel = open(Duration.ofSeconds(10));

    private Tunnel open(Duration patience) {
        return Tunnel.open(
                TunnelSettings.builder(Routes.to("replica.test", replica.address()))
                        .tls(Pki.LABORATORY.server("proxy.test"))
                        .credentials(new ProxyAccount("primary", "s3cret"))
                        .build(),
                patience);
    }

    @AfterEach
    void close() throws IOException {
        tunnel.close();
        replica.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void everythingIsSaidInsideTheSession(String version) throws IOException {
        try (TlsClient raw = new TlsClient(tunnel.address(), Pki.laboratory()).versions(version)) {
            TestClient client = raw.handshake("proxy.test");
            client.send(CONNECT);
            assertThat(client.readAnswer().statusLine()).startsWith("HTTP/1.1 407 ");
            // "primary:s3cret"
            client.send(
                    "CONNECT replica.test:443 HTTP/1.1\r\nProxy-Authorization: Basic cHJpbWFyeTpzM2NyZXQ=\r\n\r\neager");
            assertThat(client.readHead()).startsWith("HTTP/1.1 200 ");

            assertThat(client.read(5)).isEqualTo("eager");
            // The box is asked for no certificate and asks for none; the replica has no part in the session.
            assertThat(TlsClient.leaf(client).getSubjectX500Principal().getName())
                    .contains("proxy.test");
            client.socket.shutdownOutput();
            assertThat(client.readToEnd()).isEmpty();
        }
        Passage passage = Await.onlyPassage(tunnel);
        assertThat(passage.treatment()).isEqualTo(Treatment.PASSED);
        assertThat(passage.note()).isEmpty();
        assertThat(passage.bytesToReplica()).isEqualTo(5);
    }

    @Test
    void aTlsSessionInsideTheTlsSessionIsPassedUntouched() throws Exception {
        try (TlsReplica inner = TlsReplica.demanding();
                Tunnel outer = Tunnel.open(TunnelSettings.builder(Routes.to("replica.test", inner.address()))
                        .tls(Pki.LABORATORY.server("proxy.test"))
                        .build());
                TlsClient raw = new TlsClient(outer.address(), Pki.laboratory())) {
            TestClient client = raw.handshake("proxy.test");
            client.send(CONNECT);
            client.readHead();
            var context = throughline.identity.TlsContexts.context(
                    Pki.PRIMARY.keyManager(), Pki.laboratory().trustManager());
            try (TestClient session =
                    new TestClient(context.getSocketFactory().createSocket(client.socket, "replica.test", 443, true))) {
                session.send("to and fro");

                assertThat(session.read(10)).isEqualTo("to and fro");
                assertThat(inner.clientCertificates().get(0)).contains(Pki.PRIMARY.leaf());
            }
        }
    }

    @Test
    void aClientThatDoesNotTrustItIsNoted() throws IOException {
        try (TlsClient raw = new TlsClient(tunnel.address(), Pki.inspection())) {
            assertThatThrownBy(() -> raw.handshake("proxy.test")).isInstanceOf(SSLHandshakeException.class);
        }

        Passage passage = Await.onlyPassage(tunnel);
        assertThat(passage.treatment()).isEqualTo(Treatment.REFUSED);
        assertThat(passage.note())
                .hasValueSatisfying(note -> assertThat(note).startsWith("no TLS session with the client"));
    }

    @Test
    void aClientThatSpeaksInTheClearGetsNoHttp() throws IOException {
        try (TestClient client = TestClient.of(tunnel.address())) {
            client.send(CONNECT);

            assertThat(client.readToEnd()).doesNotContain("HTTP/");
        }
        assertThat(Await.onlyPassage(tunnel).note())
                .hasValueSatisfying(note -> assertThat(note).startsWith("no TLS session with the client"));
    }

    @Test
    void aClientThatNeverFinishesItsHelloIsSentAwayInTime() throws IOException {
        tunnel.close();
        tunnel = open(Duration.ofMillis(50));
        try (TestClient client = TestClient.of(tunnel.address())) {
            client.send("\26\3\1\2\0\1");

            client.readToEnd();
            assertThat(Await.onlyPassage(tunnel).treatment()).isEqualTo(Treatment.REFUSED);
        }
    }

    @Test
    void aClientThatSaysNothingInItsSessionIsSentAwayInTime() throws IOException {
        tunnel.close();
        tunnel = open(Duration.ofMillis(500));
        try (TlsClient raw = new TlsClient(tunnel.address(), Pki.laboratory())) {
            TestClient client = raw.handshake("proxy.test");
            client.send("CONNECT replica.test");

            assertThat(client.readToEnd()).isEmpty();
            assertThat(Await.onlyPassage(tunnel).note())
                    .hasValueSatisfying(note -> assertThat(note).contains("500 ms"));
        }
    }
}
