package throughline.replica;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import throughline.certs.Flaw;
import throughline.certs.LeafRequest;
import throughline.certs.TestPki;
import throughline.certs.revocation.RevocationServer;
import throughline.identity.Identity;
import throughline.identity.TlsContexts;
import throughline.identity.revocation.HttpRevocationFetch;
import throughline.identity.revocation.RevocationFetch;
import throughline.identity.revocation.RevocationPolicy;
import throughline.protocol.ConnectionView;
import throughline.protocol.ConnectionView.CertificateOutcome;
import throughline.protocol.ConnectionView.CertificateRefusal;
import throughline.protocol.ConnectionView.HandshakeOutcome;

/** A replica that asks whether a primary's certificate is revoked, and a server that answers. */
class RevokedClientTest {
    @TempDir
    Path store;

    private final RevocationServer server = RevocationServer.start(Clock.systemUTC());
    private final TestPki pki = TestPki.withRevocation(Clock.systemUTC(), server);

    @AfterEach
    void close() {
        server.close();
    }

    private Replica replica(RevocationPolicy policy) throws IOException {
        return Replica.start(
                ReplicaSettings.builder(pki.server("127.0.0.1"), pki.trust(), Admission.anyAcceptedCertificate(store))
                        .revocation(policy)
                        .build());
    }

    @ParameterizedTest
    @CsvSource({
        "REVOKED_BY_CRL,         REQUIRED,       REVOKED",
        "REVOKED_BY_CRL,         WHEN_AVAILABLE, REVOKED",
        "REVOKED_BY_CRL,         OFF,            ",
        "REVOKED_BY_OCSP,        REQUIRED,       REVOKED",
        "REVOCATION_UNREACHABLE, REQUIRED,       REVOCATION_UNKNOWN",
        "REVOCATION_UNREACHABLE, WHEN_AVAILABLE, ",
        "STALE_CRL,              REQUIRED,       REVOCATION_UNKNOWN",
        "NO_REVOCATION_SOURCE,   REQUIRED,       REVOCATION_UNKNOWN",
        "EXPIRED,                REQUIRED,       EXPIRED",
    })
    void whatIsRefusedDependsOnThePolicy(Flaw flaw, RevocationPolicy policy, CertificateRefusal refusal)
            throws Exception {
        try (Replica replica = replica(policy)) {
            String answer = announce(replica, context(pki.client("primary.test", flaw)), "TLSv1.3");

            Await.until(
                    () -> replica.connections().get(0).clientCertificate().outcome() != CertificateOutcome.NOT_REACHED);
            ConnectionView seen = replica.connections().get(0);
            assertThat(seen.clientCertificate().refusal().orElse(null)).isEqualTo(refusal);
            assertThat(answer.startsWith("HTTP/1.1 200 ")).isEqualTo(refusal == null);
        }
    }

    @Test
    void whoeverIsRefusedAnywayIsNotAskedAbout() throws Exception {
        try (Replica replica = replica(RevocationPolicy.REQUIRED)) {
            announce(replica, context(pki.client("primary.test", Flaw.EXPIRED)), "TLSv1.3");

            assertThat(server.asked()).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void aCertificateRevokedSinceDoesNotGetInByResumption(String tls) throws Exception {
        server.keepFor(Duration.ofSeconds(2));
        Identity client = pki.client("primary.test");
        InsistentKeyManager keys = new InsistentKeyManager(client);
        SSLContext context = TlsContexts.context(keys, pki.trust().trustManager());
        try (Replica replica = replica(RevocationPolicy.REQUIRED)) {
            assertThat(announce(replica, context, tls)).startsWith("HTTP/1.1 200 ");
            server.revokeByOcsp(pki.issuing(), client.leaf());
            server.revokeByCrl(pki.issuing(), client.leaf());
            // Until its nextUpdate the first answer is in force.
            Instant over = Instant.now().plusSeconds(3);
            Await.until(() -> Instant.now().isAfter(over));

            assertThat(announce(replica, context, tls))
                    .startsWith("HTTP/1.1 403 ")
                    .contains("urn:throughline:refusal:certificate-refused", "revoked");

            assertThat(keys.asked).as("the second handshake resumed").hasValue(1);
            assertThat(replica.connections().get(1).handshake()).isEqualTo(HandshakeOutcome.SUCCEEDED);
            assertThat(replica.connections().get(1).clientCertificate().refusal())
                    .contains(CertificateRefusal.REVOKED);
        }
    }

    /** Jetty swallows what a listener throws, so that what could not be judged must not count as accepted. */
    @Test
    void whatCouldNotBeJudgedIsNotAccepted() throws Exception {
        server.keepFor(Duration.ofSeconds(2));
        AtomicBoolean broken = new AtomicBoolean();
        RevocationFetch direct = new HttpRevocationFetch();
        RevocationFetch breaking = new RevocationFetch() {
            @Override
            public byte[] get(URI address) throws IOException {
                return direct.get(address);
            }

            @Override
            public byte[] post(URI address, byte[] request) throws IOException {
                if (broken.get()) {
                    throw new AssertionError("as an OutOfMemoryError would");
                }
                return direct.post(address, request);
            }
        };
        SSLContext context = context(pki.client("primary.test"));
        try (Replica replica = Replica.start(
                ReplicaSettings.builder(pki.server("127.0.0.1"), pki.trust(), Admission.anyAcceptedCertificate(store))
                        .revocation(RevocationPolicy.REQUIRED)
                        .revocationFetch(breaking)
                        .build())) {
            assertThat(announce(replica, context, "TLSv1.3")).startsWith("HTTP/1.1 200 ");
            broken.set(true);
            Instant over = Instant.now().plusSeconds(3);
            Await.until(() -> Instant.now().isAfter(over));

            assertThat(announce(replica, context, "TLSv1.3")).doesNotStartWith("HTTP/1.1 200 ");
        }
    }

    @ParameterizedTest
    @EnumSource(HttpClient.Version.class)
    void aCertificateThatExpiresOnAKeptConnectionIsRefusedThere(HttpClient.Version version) throws Exception {
        Instant end = Instant.now().plusSeconds(4);
        Identity brief = pki.issue(LeafRequest.client("primary.test")
                .withValidity(Duration.ofHours(-1), Duration.between(Instant.now(), end)));
        try (Replica replica = replica(RevocationPolicy.OFF)) {
            HttpClient client = Lab.http(context(brief), version, "TLSv1.3");
            assertThat(Lab.send(client, Lab.announcement(replica.port())).statusCode())
                    .isEqualTo(200);
            Await.until(() -> Instant.now().isAfter(end.plusSeconds(1)));

            assertThat(Lab.send(client, Lab.announcement(replica.port())).statusCode())
                    .isEqualTo(403);
            assertThat(replica.connections()).hasSize(1);
        }
    }

    private SSLContext context(Identity client) {
        return Lab.context(client, pki.trust());
    }

    private static String announce(Replica replica, SSLContext context, String tls) throws IOException {
        String body = "{\"nonce\":\"" + Lab.NONCE + "\",\"software\":\"test\"}";
        String request = "POST /v1/announce HTTP/1.1\r\nHost: replica.test\r\nConnection: close\r\n"
                + "Throughline-Attempt: " + Lab.ATTEMPT + "\r\n"
                + "Content-Type: application/vnd.throughline.announcement+json\r\n"
                + "Content-Length: " + body.length() + "\r\n\r\n" + body;
        try (SSLSocket socket = (SSLSocket)
                context.getSocketFactory().createSocket(replica.address().getAddress(), replica.port())) {
            socket.setEnabledProtocols(new String[] {tls});
            socket.setSoTimeout(60_000);
            try {
                socket.startHandshake();
                socket.getOutputStream().write(request.getBytes(US_ASCII));
            } catch (IOException refused) {
                // The client's own face of the failure; the replica's is what counts here.
            }
            return new String(Lab.readAll(socket), US_ASCII);
        }
    }
}
