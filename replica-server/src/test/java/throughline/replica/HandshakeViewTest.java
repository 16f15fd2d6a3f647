package throughline.replica;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import throughline.certs.Flaw;
import throughline.certs.LeafRequest;
import throughline.certs.TestPki;
import throughline.identity.Fingerprint;
import throughline.identity.Identity;
import throughline.identity.TlsContexts;
import throughline.identity.TlsExporter;
import throughline.protocol.ConnectionView;
import throughline.protocol.ConnectionView.CertificateOutcome;
import throughline.protocol.ConnectionView.CertificateRefusal;
import throughline.protocol.ConnectionView.HandshakeOutcome;

class HandshakeViewTest {
    @TempDir
    Path store;

    private Lab lab;

    @BeforeEach
    void open() throws Exception {
        lab = new Lab(store);
    }

    @AfterEach
    void close() {
        lab.close();
    }

    /** What a client brings to the handshake, and what the replica is to make of it. */
    private enum Client {
        GOOD(HandshakeOutcome.SUCCEEDED, CertificateOutcome.ACCEPTED),
        NO_CERTIFICATE(HandshakeOutcome.FAILED, CertificateOutcome.NONE_SENT) {
            @Override
            SSLContext context(Lab lab) {
                return TlsContexts.context(lab.pki.trust().trustManager());
            }
        },
        EXPIRED(CertificateRefusal.EXPIRED) {
            @Override
            SSLContext context(Lab lab) {
                return Lab.context(lab.pki.client("primary.test", Flaw.EXPIRED), lab.pki.trust());
            }
        },
        NOT_YET_VALID(CertificateRefusal.NOT_YET_VALID) {
            @Override
            SSLContext context(Lab lab) {
                return Lab.context(lab.pki.client("primary.test", Flaw.NOT_YET_VALID), lab.pki.trust());
            }
        },
        WRONG_USAGE(CertificateRefusal.WRONG_USAGE) {
            @Override
            SSLContext context(Lab lab) {
                return Lab.context(lab.pki.client("primary.test", Flaw.WRONG_USAGE), lab.pki.trust());
            }
        },
        /** JSSE keeps a certificate to itself that none of the named issuers made. */
        UNKNOWN_ISSUER(HandshakeOutcome.FAILED, CertificateOutcome.NONE_SENT) {
            @Override
            SSLContext context(Lab lab) {
                return Lab.context(lab.pki.client("primary.test", Flaw.UNKNOWN_ISSUER), lab.pki.trust());
            }
        },
        UNKNOWN_ISSUER_SENT(CertificateRefusal.UNKNOWN_ISSUER) {
            @Override
            SSLContext context(Lab lab) {
                return TlsContexts.context(
                        new InsistentKeyManager(lab.pki.client("primary.test", Flaw.UNKNOWN_ISSUER)),
                        lab.pki.trust().trustManager());
            }
        },
        MISSING_INTERMEDIATE(CertificateRefusal.UNKNOWN_ISSUER) {
            @Override
            SSLContext context(Lab lab) {
                return TlsContexts.context(
                        new InsistentKeyManager(lab.client.key(), List.of(lab.client.leaf())),
                        lab.pki.trust().trustManager());
            }
        },
        /** The chain is good, but is not the client's. */
        STOLEN_CHAIN(HandshakeOutcome.FAILED, CertificateOutcome.ACCEPTED) {
            @Override
            SSLContext context(Lab lab) {
                return TlsContexts.context(
                        new InsistentKeyManager(lab.pki.client("other.test").key(), lab.client.chain()),
                        lab.pki.trust().trustManager());
            }
        },
        TRUSTS_SOMEBODY_ELSE(HandshakeOutcome.FAILED, CertificateOutcome.NOT_REACHED) {
            @Override
            SSLContext context(Lab lab) {
                return Lab.context(lab.client, TestPki.create(Clock.systemUTC()).trust());
            }
        },
        TRUSTS_SOMEBODY_ELSE_AND_HAS_NO_CERTIFICATE(HandshakeOutcome.FAILED, CertificateOutcome.NOT_REACHED) {
            @Override
            SSLContext context(Lab lab) {
                return TlsContexts.context(
                        TestPki.create(Clock.systemUTC()).trust().trustManager());
            }
        };

        final HandshakeOutcome handshake;
        final CertificateOutcome certificate;
        final Optional<CertificateRefusal> refusal;

        Client(HandshakeOutcome handshake, CertificateOutcome certificate) {
            this.handshake = handshake;
            this.certificate = certificate;
            this.refusal = Optional.empty();
        }

        Client(CertificateRefusal refusal) {
            this.handshake = HandshakeOutcome.FAILED;
            this.certificate = CertificateOutcome.REFUSED;
            this.refusal = Optional.of(refusal);
        }

        SSLContext context(Lab lab) {
            return lab.context();
        }
    }

    static Stream<Arguments> clients() {
        return Stream.of("TLSv1.2", "TLSv1.3")
                .flatMap(tls -> Arrays.stream(Client.values()).map(client -> Arguments.of(tls, client)));
    }

    @ParameterizedTest(name = "{0} {1}")
    @MethodSource("clients")
    void theReplicaKnowsWhatBecameOfTheHandshake(String tls, Client client) throws Exception {
        try (SSLSocket socket = lab.socket(client.context(lab), tls)) {
            exchange(socket);
        }

        ConnectionView seen = lab.connection(HandshakeViewTest::ended);
        assertThat(seen.handshake()).as("%s", seen).isEqualTo(client.handshake);
        assertThat(seen.clientCertificate().outcome()).as("%s", seen).isEqualTo(client.certificate);
        assertThat(seen.clientCertificate().refusal()).isEqualTo(client.refusal);
        assertThat(seen.hello()).isPresent();
        assertThat(seen.session().isPresent()).isEqualTo(client.handshake == HandshakeOutcome.SUCCEEDED);
        assertThat(seen.failure().isPresent()).isEqualTo(client.handshake == HandshakeOutcome.FAILED);
    }

    @Test
    void aRefusedCertificateIsNamed() throws Exception {
        var expired = lab.pki.client("primary.test", Flaw.EXPIRED);
        try (SSLSocket socket = lab.socket(Lab.context(expired, lab.pki.trust()), "TLSv1.3")) {
            exchange(socket);
        }

        ConnectionView seen = lab.connection(HandshakeViewTest::ended);
        assertThat(seen.clientCertificate().subject()).contains("CN=primary.test,O=Throughline Lab");
        assertThat(seen.clientCertificate().sha256()).contains(Fingerprint.sha256(expired.leaf()));
    }

    @Test
    void aClientWithoutACommonVersionDidNotComeToItsCertificate() throws Exception {
        lab.close();
        lab = new Lab(store, settings -> settings.tlsVersions(List.of("TLSv1.3")));
        try (SSLSocket socket = lab.socket(TlsContexts.context(lab.pki.trust().trustManager()), "TLSv1.2")) {
            exchange(socket);
        }

        ConnectionView seen = lab.connection(HandshakeViewTest::ended);
        assertThat(seen.handshake()).isEqualTo(HandshakeOutcome.FAILED);
        assertThat(seen.clientCertificate().outcome()).isEqualTo(CertificateOutcome.NOT_REACHED);
        assertThat(seen.hello().orElseThrow().versions()).containsExactly(0x0303);
    }

    /** Behind the ServerHello, where a certificate is due: a record that cannot be decrypted, and a Finished out of turn. */
    @ParameterizedTest(name = "{0}")
    @ValueSource(strings = {"TLSv1.2 1603030010" + "1400000c000000000000000000000000", "TLSv1.3 1703030020"})
    void garbageInPlaceOfACertificateIsNotAMissingOne(String garbage) throws Exception {
        String[] parts = garbage.split(" ", 2);
        byte[] record = Arrays.copyOf(HexFormat.of().parseHex(parts[1]), parts[1].length() == 10 ? 37 : 21);
        try (Socket socket = new Socket(lab.replica.address().getAddress(), lab.replica.port())) {
            socket.getOutputStream().write(hello(parts[0]));
            assertThat(socket.getInputStream().read()).isEqualTo(0x16);
            socket.getOutputStream().write(record);
            drain(socket.getInputStream());
        }

        ConnectionView seen = lab.connection(HandshakeViewTest::ended);
        assertThat(seen.handshake()).isEqualTo(HandshakeOutcome.FAILED);
        assertThat(seen.clientCertificate().outcome())
                .as("%s", seen.failure())
                .isEqualTo(CertificateOutcome.NOT_REACHED);
    }

    static Stream<Arguments> openings() throws Exception {
        byte[] hello = hello("TLSv1.3");
        return Stream.of(
                Arguments.of("nothing", new byte[0], HandshakeOutcome.NO_HELLO),
                Arguments.of("60 bytes of a hello", Arrays.copyOf(hello, 60), HandshakeOutcome.NO_HELLO),
                Arguments.of("a hello", hello, HandshakeOutcome.UNFINISHED),
                Arguments.of(
                        "plain HTTP", "GET / HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(US_ASCII), HandshakeOutcome.NOT_TLS),
                Arguments.of("one byte that is not TLS", "G".getBytes(US_ASCII), HandshakeOutcome.NOT_TLS));
    }

    @ParameterizedTest(name = "{0}, then the end")
    @MethodSource("openings")
    void aConnectionThatDoesNotGetFarIsRemembered(String what, byte[] sent, HandshakeOutcome outcome) throws Exception {
        try (Socket socket = new Socket(lab.replica.address().getAddress(), lab.replica.port())) {
            socket.getOutputStream().write(sent);
            socket.shutdownOutput();
            drain(socket.getInputStream());
        }

        ConnectionView seen = lab.connection(connection -> true);
        assertThat(seen.handshake()).isEqualTo(outcome);
        assertThat(seen.clientCertificate().outcome()).isEqualTo(CertificateOutcome.NOT_REACHED);
        assertThat(seen.hello().isPresent()).isEqualTo(outcome == HandshakeOutcome.UNFINISHED);
        assertThat(seen.requests()).isZero();
    }

    @Test
    void aHelloThatComesByteByByteIsOneHello() throws Exception {
        try (Socket socket = new Socket(lab.replica.address().getAddress(), lab.replica.port())) {
            socket.setTcpNoDelay(true);
            for (byte part : hello("TLSv1.3")) {
                socket.getOutputStream().write(part);
            }
            assertThat(socket.getInputStream().read()).isEqualTo(0x16);
        }

        assertThat(lab.connection(connection -> true).hello()).isPresent();
    }

    @Test
    void theHelloSaysWhatTheClientAskedFor() throws Exception {
        try (SSLSocket socket = lab.socket(lab.context(), "TLSv1.3")) {
            SSLParameters parameters = socket.getSSLParameters();
            parameters.setServerNames(List.of(new SNIHostName("replica.test")));
            parameters.setApplicationProtocols(new String[] {"http/1.1", "spdy/3"});
            socket.setSSLParameters(parameters);
            exchange(socket);
        }

        ConnectionView.HelloView hello =
                lab.connection(HandshakeViewTest::ended).hello().orElseThrow();
        assertThat(hello.serverName()).contains("replica.test");
        assertThat(hello.applicationProtocols()).containsExactly("http/1.1", "spdy/3");
        assertThat(hello.versions()).containsExactly(0x0304);
        assertThat(hello.preSharedKey()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void aResumedSessionStillShowsTheClientCertificate(String tls) throws Exception {
        InsistentKeyManager keys = new InsistentKeyManager(lab.client);
        SSLContext context = TlsContexts.context(keys, lab.pki.trust().trustManager());
        for (int i = 0; i < 2; i++) {
            try (SSLSocket socket = lab.socket(context, tls)) {
                assertThat(exchange(socket)).startsWith("HTTP/1.1 200 ");
            }
        }

        assertThat(keys.asked).as("the second handshake resumed").hasValue(1);
        ConnectionView second = lab.connection(connection -> connection.id() == 2);
        assertThat(second.clientCertificate().outcome()).isEqualTo(CertificateOutcome.ACCEPTED);
        assertThat(second.clientCertificate().sha256()).contains(Fingerprint.sha256(lab.client.leaf()));
        assertThat(second.hello().orElseThrow().preSharedKey()).isEqualTo(tls.equals("TLSv1.3"));
    }

    /** JSSE asks no trust manager about a resumed session. */
    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void aCertificateThatHasExpiredSinceDoesNotGetInByResumption(String tls) throws Exception {
        Instant end = Instant.now().plusSeconds(3);
        Identity brief = lab.pki
                .issuing()
                .issue(LeafRequest.client("primary.test")
                        .withValidity(Duration.ofHours(-1), Duration.between(Instant.now(), end)));
        InsistentKeyManager keys = new InsistentKeyManager(brief);
        SSLContext context = TlsContexts.context(keys, lab.pki.trust().trustManager());
        try (SSLSocket socket = lab.socket(context, tls)) {
            assertThat(exchange(socket)).startsWith("HTTP/1.1 200 ");
        }
        Await.until(() -> Instant.now().isAfter(end.plusSeconds(1)));

        try (SSLSocket socket = lab.socket(context, tls)) {
            assertThat(exchange(socket))
                    .startsWith("HTTP/1.1 403 ")
                    .contains("urn:throughline:refusal:certificate-refused", "CN=primary.test", "expired");
        }

        assertThat(keys.asked).as("the second handshake resumed").hasValue(1);
        ConnectionView second = lab.connection(connection -> connection.id() == 2);
        assertThat(second.handshake()).isEqualTo(HandshakeOutcome.SUCCEEDED);
        assertThat(second.clientCertificate().outcome()).isEqualTo(CertificateOutcome.REFUSED);
        assertThat(second.clientCertificate().refusal()).contains(CertificateRefusal.EXPIRED);
    }

    /** Absent on both ends before JDK 25, which has no exporter. */
    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void theChannelBindingIsTheClients(String tls) throws Exception {
        Optional<byte[]> own;
        try (SSLSocket socket = lab.socket(lab.context(), tls)) {
            exchange(socket);
            own = TlsExporter.channelBinding(socket.getSession());
        }

        ConnectionView seen = lab.connection(HandshakeViewTest::ended);
        MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
        assertThat(seen.session().orElseThrow().channelBinding())
                .isEqualTo(own.map(value -> HexFormat.of().formatHex(sha256.digest(value))));
        assertThat(own.isPresent()).isEqualTo(Runtime.version().feature() >= 25);
    }

    @Test
    void connectionsAreCountedFromOneInOrderOfAcceptance() throws Exception {
        for (int i = 0; i < 3; i++) {
            try (SSLSocket socket = lab.socket(lab.context(), "TLSv1.3")) {
                exchange(socket);
            }
        }

        assertThat(lab.replica.connections()).extracting(ConnectionView::id).containsExactly(1L, 2L, 3L);
    }

    private static boolean ended(ConnectionView connection) {
        return connection.handshake() == HandshakeOutcome.FAILED
                || (connection.handshake() == HandshakeOutcome.SUCCEEDED && connection.requests() > 0);
    }

    /** An announcement in HTTP/1.1, as far as it gets; the answer, as far as it came. */
    private static String exchange(SSLSocket socket) {
        try {
            String body = "{\"nonce\":\"" + Lab.NONCE + "\",\"software\":\"test\"}";
            String request = "POST /v1/announce HTTP/1.1\r\nHost: replica.test\r\nConnection: close\r\n"
                    + "Throughline-Attempt: " + Lab.ATTEMPT + "\r\n"
                    + "Content-Type: application/vnd.throughline.announcement+json\r\n"
                    + "Content-Length: " + body.length() + "\r\n\r\n" + body;
            socket.startHandshake();
            socket.getOutputStream().write(request.getBytes(US_ASCII));
        } catch (IOException refused) {
            // The client's own face of the failure; the replica's is what counts here.
        }
        return new String(Lab.readAll(socket), US_ASCII);
    }

    private static void drain(InputStream in) {
        try {
            in.readAllBytes();
        } catch (IOException reset) {
            // An end like any other.
        }
    }

    /** A ClientHello that the replica can answer. */
    private static byte[] hello(String tls) throws Exception {
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, null, null);
        SSLEngine engine = context.createSSLEngine();
        engine.setUseClientMode(true);
        engine.setEnabledProtocols(new String[] {tls});
        ByteBuffer hello = ByteBuffer.allocate(engine.getSession().getPacketBufferSize());
        engine.wrap(ByteBuffer.allocate(0), hello);
        return Arrays.copyOf(hello.array(), hello.position());
    }
}
