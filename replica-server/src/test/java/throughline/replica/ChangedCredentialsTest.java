package throughline.replica;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.SubmissionPublisher;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import throughline.certs.TestPki;
import throughline.identity.Credentials;
import throughline.identity.CredentialsSource;
import throughline.identity.Fingerprint;
import throughline.identity.Identity;
import throughline.identity.UnusableIdentityException;
import throughline.protocol.AttemptId;
import throughline.protocol.ConnectionView.CertificateOutcome;
import throughline.protocol.Json;
import throughline.protocol.MediaTypes;
import throughline.protocol.SignedView;
import throughline.protocol.ViewSignature;

/** Identity and trust that change while a replica serves. */
class ChangedCredentialsTest {
    private static final TestPki PKI = TestPki.create(Clock.systemUTC());
    private static final Identity OLD = PKI.server("127.0.0.1");
    private static final Identity RENEWED = PKI.server("127.0.0.1");
    private static final Identity CLIENT = PKI.client("primary.test");
    private static final String DECLARATION = "{\"epoch\":1,\"disks\":[{\"disk\":\"c\",\"size\":4096}]}";

    @TempDir
    Path store;

    private volatile CredentialsSource source = CredentialsSource.fixed(Credentials.of(OLD, PKI.trust()));
    private volatile Instant now = Instant.parse("2026-11-22T08:00:00Z");
    private Replica replica;

    @BeforeEach
    void open() throws IOException {
        replica = Replica.start(ReplicaSettings.builder(() -> source.current(), Admission.anyAcceptedCertificate(store))
                .clock(() -> now)
                .build());
    }

    @AfterEach
    void close() {
        replica.close();
    }

    /** The client would resume: it has sessions of the old context. */
    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void newConnectionsAreShownTheNewCertificateAndResumeNothing(String version) throws Exception {
        SSLContext context = Lab.context(CLIENT, PKI.trust());
        try (SSLSocket first = socket(context, version)) {
            announce(first, "close");
            assertThat(shown(first)).isEqualTo(OLD.leaf());
        }

        renew();

        try (SSLSocket second = socket(context, version)) {
            announce(second, "close");
            assertThat(shown(second)).isEqualTo(RENEWED.leaf());
        }
        assertThat(replica.connections().get(1).session().orElseThrow().certificate())
                .isEqualTo(Fingerprint.sha256(RENEWED.leaf()));
    }

    @Test
    void anIdleConnectionIsClosedWhenTheNextOneArrives() throws Exception {
        try (SSLSocket idle = socket(Lab.context(CLIENT, PKI.trust()), "TLSv1.3")) {
            assertThat(announce(idle, "keep-alive")).startsWith("HTTP/1.1 200");
            renew();

            try (SSLSocket next = socket(Lab.context(CLIENT, PKI.trust()), "TLSv1.3")) {
                next.startHandshake();
                assertThat(Lab.readAll(idle)).isEmpty();
            }
        }
    }

    @Test
    void anIdleConnectionIsClosedWhenTheReplicaIsToldToLook() throws Exception {
        try (SSLSocket idle = socket(Lab.context(CLIENT, PKI.trust()), "TLSv1.3")) {
            announce(idle, "keep-alive");
            renew();

            replica.lookAtCredentials();

            assertThat(Lab.readAll(idle)).isEmpty();
        }
    }

    @Test
    void aConnectionWithoutAnyRequestYetBringsItsFirst() throws Exception {
        try (SSLSocket fresh = socket(Lab.context(CLIENT, PKI.trust()), "TLSv1.3")) {
            fresh.startHandshake();
            renew();
            replica.lookAtCredentials();

            assertThat(announce(fresh, "keep-alive"))
                    .startsWith("HTTP/1.1 200")
                    .containsIgnoringCase("Connection: close");
        }
    }

    @Test
    void aBusyConnectionGetsItsAnswerAndIsClosedThen() throws Exception {
        try (SSLSocket busy = socket(Lab.context(CLIENT, PKI.trust()), "TLSv1.3")) {
            busy.getOutputStream()
                    .write(head("PUT /v1/machines/a", MediaTypes.MACHINE, DECLARATION.length(), "keep-alive"));
            busy.getOutputStream().write(DECLARATION.substring(0, 5).getBytes(US_ASCII));
            awaitRequest();
            renew();
            replica.lookAtCredentials();

            busy.getOutputStream().write(DECLARATION.substring(5).getBytes(US_ASCII));

            assertThat(new String(Lab.readAll(busy), US_ASCII))
                    .startsWith("HTTP/1.1 200")
                    .containsIgnoringCase("Connection: close")
                    .endsWith("}");
        }
    }

    @Test
    void aBusyHttp2ConnectionGetsItsAnswerAndIsNotUsedAgain() throws Exception {
        HttpClient client = Lab.http(Lab.context(CLIENT, PKI.trust()), HttpClient.Version.HTTP_2, "TLSv1.3");
        SubmissionPublisher<ByteBuffer> body = new SubmissionPublisher<>();
        HttpRequest declaration = Lab.request(replica.port(), "/v1/machines/a", MediaTypes.MACHINE)
                .PUT(HttpRequest.BodyPublishers.fromPublisher(body))
                .build();
        CompletableFuture<HttpResponse<byte[]>> answer =
                client.sendAsync(declaration, HttpResponse.BodyHandlers.ofByteArray());
        awaitRequest();
        renew();
        replica.lookAtCredentials();

        body.submit(ByteBuffer.wrap(DECLARATION.getBytes(US_ASCII)));
        body.close();

        assertThat(answer.get(60, TimeUnit.SECONDS).statusCode()).isEqualTo(200);
        HttpResponse<byte[]> next = announceUntilNew(client);
        assertThat(next.version()).isEqualTo(HttpClient.Version.HTTP_2);
        assertThat(next.sslSession().orElseThrow().getPeerCertificates()[0]).isEqualTo(RENEWED.leaf());
    }

    @ParameterizedTest
    @EnumSource(HttpClient.Version.class)
    void anIdleClientConnectsAnewWithoutNoticing(HttpClient.Version version) throws Exception {
        HttpClient client = Lab.http(Lab.context(CLIENT, PKI.trust()), version, "TLSv1.3");
        assertThat(Lab.send(client, Lab.announcement(replica.port())).statusCode())
                .isEqualTo(200);
        renew();
        replica.lookAtCredentials();

        HttpResponse<byte[]> next = announceUntilNew(client);

        assertThat(next.statusCode()).isEqualTo(200);
        assertThat(next.sslSession().orElseThrow().getPeerCertificates()[0]).isEqualTo(RENEWED.leaf());
    }

    /** The request that brings the news on an old connection is still answered there. */
    @ParameterizedTest
    @EnumSource(HttpClient.Version.class)
    void viewsAreSignedByTheIdentityInForceAndNameTheCertificateOfTheOldConnectionToo(HttpClient.Version version)
            throws Exception {
        HttpClient client = Lab.http(Lab.context(CLIENT, PKI.trust()), version, "TLSv1.3");
        Lab.send(client, Lab.announcement(replica.port()));
        renew();

        HttpResponse<byte[]> response = Lab.send(client, Lab.announcement(replica.port()));

        assertThat(response.sslSession().orElseThrow().getPeerCertificates()[0]).isEqualTo(OLD.leaf());
        ViewSignature.Opened opened = ViewSignature.open(Json.plain().decode(response.body(), SignedView.class));
        assertThat(opened.signer()).isEqualTo(RENEWED.chain());
        assertThat(opened.view().servedCertificates())
                .containsExactly(Fingerprint.sha256(RENEWED.leaf()), Fingerprint.sha256(OLD.leaf()));
        assertThat(opened.view().connection().session().orElseThrow().certificate())
                .isEqualTo(Fingerprint.sha256(OLD.leaf()));
    }

    @Test
    void theFormerCertificateIsServedForAnHour() {
        renew();
        replica.lookAtCredentials();
        now = now.plus(Duration.ofMinutes(59));
        assertThat(replica.servedCertificates()).hasSize(2);

        now = now.plus(Duration.ofMinutes(1));

        assertThat(replica.servedCertificates()).containsExactly(Fingerprint.sha256(RENEWED.leaf()));
    }

    @Test
    void anotherTrustAcceptsOtherClientsOnNewConnections() throws Exception {
        TestPki others = TestPki.create(Clock.systemUTC());
        source = CredentialsSource.fixed(Credentials.of(OLD, others.trust()));

        HttpClient stranger = Lab.http(Lab.context(CLIENT, PKI.trust()), HttpClient.Version.HTTP_1_1, "TLSv1.2");
        HttpClient known = Lab.http(
                Lab.context(others.client("primary.test"), PKI.trust()), HttpClient.Version.HTTP_1_1, "TLSv1.2");

        assertThatThrownBy(() -> Lab.send(stranger, Lab.announcement(replica.port())))
                .isInstanceOf(IOException.class);
        assertThat(replica.connections().get(0).clientCertificate().outcome())
                .isNotEqualTo(CertificateOutcome.ACCEPTED);
        assertThat(Lab.send(known, Lab.announcement(replica.port())).statusCode())
                .isEqualTo(200);
    }

    @Test
    void aSourceThatFailsKeepsTheOldOnesInForce() throws Exception {
        source = () -> {
            throw new UnusableIdentityException("The key is damaged.");
        };

        try (SSLSocket socket = socket(Lab.context(CLIENT, PKI.trust()), "TLSv1.3")) {
            assertThat(announce(socket, "keep-alive"))
                    .startsWith("HTTP/1.1 200")
                    .doesNotContainIgnoringCase("close");
            assertThat(shown(socket)).isEqualTo(OLD.leaf());
        }
    }

    @Test
    void credentialsWithoutAnIdentityDoNotComeIntoForce() throws Exception {
        source = CredentialsSource.fixed(Credentials.withoutIdentity(PKI.trust()));

        replica.lookAtCredentials();

        assertThat(replica.servedCertificates()).containsExactly(Fingerprint.sha256(OLD.leaf()));
    }

    @Test
    void aReplicaDoesNotStartWithoutAnIdentity() {
        ReplicaSettings settings = ReplicaSettings.builder(
                        CredentialsSource.fixed(Credentials.withoutIdentity(PKI.trust())),
                        Admission.anyAcceptedCertificate(store))
                .build();

        assertThatThrownBy(() -> Replica.start(settings))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("a replica needs a certificate with its key, but the source of its credentials has none");
    }

    private void renew() {
        source = CredentialsSource.fixed(Credentials.of(RENEWED, PKI.trust()));
    }

    private SSLSocket socket(SSLContext context, String version) throws IOException {
        SSLSocket socket = (SSLSocket)
                context.getSocketFactory().createSocket(replica.address().getAddress(), replica.port());
        socket.setEnabledProtocols(new String[] {version});
        socket.setSoTimeout(60_000);
        socket.setTcpNoDelay(true);
        return socket;
    }

    private static X509Certificate shown(SSLSocket socket) throws IOException {
        return (X509Certificate) socket.getSession().getPeerCertificates()[0];
    }

    private static byte[] head(String request, String type, int length, String connection) {
        return String.join(
                        "\r\n",
                        request + " HTTP/1.1",
                        "Host: 127.0.0.1",
                        AttemptId.HEADER + ": " + Lab.ATTEMPT,
                        "Content-Type: " + type,
                        "Content-Length: " + length,
                        "Connection: " + connection,
                        "",
                        "")
                .getBytes(US_ASCII);
    }

    /** The answer's head; its content is read, too. */
    private static String announce(SSLSocket socket, String connection) throws IOException {
        byte[] content =
                "{\"nonce\":\"%s\",\"software\":\"test\"}".formatted(Lab.NONCE).getBytes(US_ASCII);
        socket.getOutputStream().write(head("POST /v1/announce", MediaTypes.ANNOUNCEMENT, content.length, connection));
        socket.getOutputStream().write(content);
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            int next = socket.getInputStream().read();
            assertThat(next).as("after %s", head).isNotNegative();
            head.append((char) next);
        }
        int length = head.toString()
                .lines()
                .filter(line -> line.startsWith("Content-Length: "))
                .mapToInt(line -> Integer.parseInt(line.substring("Content-Length: ".length())))
                .findFirst()
                .orElseThrow();
        assertThat(socket.getInputStream().readNBytes(length)).hasSize(length);
        return head.toString();
    }

    private void awaitRequest() {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (replica.connections().stream().allMatch(connection -> connection.requests() == 0)) {
            assertThat(System.nanoTime()).as("no request").isLessThan(deadline);
            Thread.onSpinWait();
        }
    }

    /**
     * The client learns of the end of its old connection a moment later, and may take it once more until then. One of Java 17
     * may not get over that at all and fails from then on: another one takes its place.
     */
    private HttpResponse<byte[]> announceUntilNew(HttpClient first) throws Exception {
        HttpClient client = first;
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (true) {
            try {
                HttpResponse<byte[]> response = Lab.send(client, Lab.announcement(replica.port()));
                if (replica.connections().size() > 1) {
                    return response;
                }
            } catch (IOException ended) {
                client = Lab.http(Lab.context(CLIENT, PKI.trust()), first.version(), "TLSv1.3");
            }
            assertThat(System.nanoTime()).as("no new connection").isLessThan(deadline);
        }
    }
}
