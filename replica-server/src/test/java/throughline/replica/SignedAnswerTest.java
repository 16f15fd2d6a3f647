package throughline.replica;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import javax.net.ssl.SSLSession;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import throughline.identity.Fingerprint;
import throughline.protocol.ConnectionView;
import throughline.protocol.Json;
import throughline.protocol.MalformedMessageException;
import throughline.protocol.MediaTypes;
import throughline.protocol.ReplicaView;
import throughline.protocol.SignedView;
import throughline.protocol.ViewSignature;

class SignedAnswerTest {
    private static final String OTHER_CERTIFICATE = "ab".repeat(32);
    private static final Instant NOW = Instant.parse("2026-11-22T08:00:05.250Z");

    @TempDir
    Path store;

    private Lab lab;

    @BeforeEach
    void open() throws Exception {
        lab = new Lab(
                store,
                settings -> settings.otherServedCertificates(List.of(OTHER_CERTIFICATE))
                        .clock(() -> NOW));
    }

    @AfterEach
    void close() {
        lab.close();
    }

    @ParameterizedTest
    @CsvSource({"HTTP_1_1, TLSv1.2", "HTTP_1_1, TLSv1.3", "HTTP_2, TLSv1.2", "HTTP_2, TLSv1.3"})
    void anAnnouncementIsAnsweredWithTheReplicasView(HttpClient.Version version, String tls) throws Exception {
        HttpResponse<byte[]> response = Lab.send(Lab.http(lab.context(), version, tls), lab.announcement());

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.version()).isEqualTo(version);
        assertThat(response.headers().firstValue("Content-Type")).contains(MediaTypes.VIEW);
        ViewSignature.Opened opened = ViewSignature.open(signed(response));
        assertThat(opened.signer()).isEqualTo(lab.server.chain());
        String leaf = Fingerprint.sha256(lab.server.leaf());
        ReplicaView view = opened.view();
        ConnectionView connection = lab.replica.connections().get(0);
        assertThat(view)
                .isEqualTo(new ReplicaView(
                        Lab.ATTEMPT.toString(),
                        Lab.NONCE,
                        lab.replica.bootId(),
                        NOW,
                        NOW,
                        List.of(leaf, OTHER_CERTIFICATE),
                        connection));
        assertThat(lab.replica.servedCertificates()).containsExactly(leaf, OTHER_CERTIFICATE);
        assertThat(connection.handshake()).isEqualTo(ConnectionView.HandshakeOutcome.SUCCEEDED);
        assertThat(connection.requests()).isEqualTo(1);
        assertThat(connection.attempts()).containsExactly(Lab.ATTEMPT.toString());
        ConnectionView.SessionView session = connection.session().orElseThrow();
        assertThat(session.version()).isEqualTo(tls);
        assertThat(session.certificate()).isEqualTo(leaf);
        SSLSession own = response.sslSession().orElseThrow();
        assertThat(session.cipherSuite()).isEqualTo(own.getCipherSuite());
    }

    @Test
    void oneChangedByteOfTheViewIsNoticed() throws Exception {
        SignedView signed = signed(Lab.send(lab.http(HttpClient.Version.HTTP_2), lab.announcement()));
        byte[] view = Base64.getDecoder().decode(signed.view());
        view[view.length / 2] ^= 1;

        assertThatThrownBy(() -> ViewSignature.open(new SignedView(
                        Base64.getEncoder().encodeToString(view),
                        signed.certificates(),
                        signed.algorithm(),
                        signed.signature())))
                .isInstanceOf(MalformedMessageException.class);
    }

    @Test
    void requestsOfOneConnectionAreCountedTogether() throws Exception {
        HttpClient client = lab.http(HttpClient.Version.HTTP_2);
        for (int i = 0; i < 3; i++) {
            Lab.send(client, lab.announcement());
        }

        assertThat(lab.replica.connections()).hasSize(1);
        assertThat(lab.replica.connections().get(0).requests()).isEqualTo(3);
        assertThat(lab.replica.connections().get(0).attempts()).containsExactly(Lab.ATTEMPT.toString());
    }

    /** The random stands behind record header (5 bytes), message header (4) and version (2): RFC 8446 sections 4, 5.1. */
    @Test
    void theHelloInTheViewIsTheOneThatTheClientSent() throws Exception {
        try (ServerSocket relay = new ServerSocket(0, 1, lab.replica.address().getAddress())) {
            CompletableFuture<byte[]> sent = new CompletableFuture<>();
            thread(() -> relay(relay, sent));

            HttpResponse<byte[]> response =
                    Lab.send(lab.http(HttpClient.Version.HTTP_1_1), Lab.announcement(relay.getLocalPort()));

            ReplicaView view = ViewSignature.open(signed(response)).view();
            assertThat(view.connection().hello().orElseThrow().random())
                    .isEqualTo(HexFormat.of().formatHex(Arrays.copyOfRange(sent.get(), 11, 43)));
        }
    }

    @Test
    void theLogOutlivesTheReplica() throws Exception {
        Lab.send(lab.http(HttpClient.Version.HTTP_1_1), lab.announcement());
        lab.close();

        assertThat(lab.replica.connections()).hasSize(1);
    }

    /** Passes one connection on, and tells what its client sent first. */
    private void relay(ServerSocket relay, CompletableFuture<byte[]> sent) {
        try (Socket client = relay.accept();
                Socket replica = new Socket(lab.replica.address().getAddress(), lab.replica.port())) {
            byte[] first = client.getInputStream().readNBytes(43);
            sent.complete(first);
            replica.getOutputStream().write(first);
            thread(() -> {
                try {
                    client.getInputStream().transferTo(replica.getOutputStream());
                } catch (IOException closed) {
                    // The other direction ended first.
                }
            });
            replica.getInputStream().transferTo(client.getOutputStream());
        } catch (IOException e) {
            sent.completeExceptionally(e);
        }
    }

    private static void thread(Runnable task) {
        Thread thread = new Thread(task, "test-relay");
        thread.setDaemon(true);
        thread.start();
    }

    private static SignedView signed(HttpResponse<byte[]> response) throws IOException {
        return Json.plain().decode(response.body(), SignedView.class);
    }
}
