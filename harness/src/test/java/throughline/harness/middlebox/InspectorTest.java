package throughline.harness.middlebox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.SocketTimeoutException;
import java.security.cert.X509Certificate;
import java.time.InstantSource;
import java.util.Optional;
import java.util.stream.Stream;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import throughline.certs.TestPki;

/** Which TLS sessions there are, and what becomes of a demand for a client certificate. */
@Timeout(60)
class InspectorTest {
    private static final String REQUEST = "GET / HTTP/1.1\r\nHost: replica.test\r\n\r\n";

    private TlsReplica replica = TlsReplica.answering(parameters -> {});
    private Inspector inspector = Inspector.open(settings().build());

    private InspectorSettings.Builder settings() {
        return InspectorSettings.builder(
                Routes.to("replica.test", replica.address()), Pki.LABORATORY.inspector(), Pki.laboratory());
    }

    private void open(InspectorSettings.Builder settings) {
        inspector.close();
        inspector = Inspector.open(settings.build());
    }

    private void demandCertificates(String version) throws IOException {
        replica.close();
        replica = TlsReplica.answering(parameters -> {
            parameters.setNeedClientAuth(true);
            parameters.setProtocols(new String[] {version});
        });
    }

    @AfterEach
    void close() throws IOException {
        inspector.close();
        replica.close();
    }

    /** A client that comes to the box as its mode wants it, with its own certificate at hand. */
    private TlsClient client(InspectorMode mode) throws IOException {
        TlsClient client = new TlsClient(inspector.address(), Pki.inspection()).identity(Pki.PRIMARY);
        return mode == InspectorMode.EXPLICIT ? client.connect("replica.test:443") : client;
    }

    @ParameterizedTest
    @EnumSource
    void theClientSeesALeafOfTheInspectingAuthority(InspectorMode mode) throws Exception {
        open(settings().mode(mode));
        try (TlsClient client = client(mode)) {
            X509Certificate leaf = TlsClient.leaf(client.handshake("replica.test"));

            assertThat(leaf.getIssuerX500Principal())
                    .isEqualTo(Pki.LABORATORY.inspector().certificate().getSubjectX500Principal());
            // RFC 5280, 4.2.1.6: the alternative name of type 2 is a DNS name.
            assertThat(leaf.getSubjectAlternativeNames()).hasToString("[[2, replica.test]]");
        }
    }

    @ParameterizedTest
    @EnumSource
    void theReplicaSeesAnotherHelloAndNoCertificate(InspectorMode mode) throws IOException {
        replica.close();
        replica = TlsReplica.answering(parameters -> parameters.setWantClientAuth(true));
        open(settings().mode(mode));
        try (TlsClient client = client(mode)) {
            TestClient session = client.handshake("replica.test");
            session.send(REQUEST);

            assertThat(session.readAnswer().body()).isEqualTo("the replica's answer");
            assertThat(replica.hellos()).hasSize(1);
            assertThat(replica.hellos().get(0).random()).isNotEqualTo(client.random());
            assertThat(replica.hellos().get(0).serverName()).contains("replica.test");
            assertThat(replica.hellos().get(0).applicationProtocols()).containsExactly("http/1.1");
            assertThat(replica.clientCertificates()).containsExactly(Optional.empty());
        }
    }

    @Test
    void noSessionIsEverResumed() throws IOException {
        for (int connection = 0; connection < 2; connection++) {
            try (TlsClient client = client(InspectorMode.EXPLICIT)) {
                TestClient session = client.handshake("replica.test");
                session.send(REQUEST);
                session.readAnswer();
            }
        }

        assertThat(replica.hellos()).hasSize(2).noneMatch(hello -> hello.offersPreSharedKey());
    }

    @Test
    void speaksHttp11OnlyWhateverTheClientOffers() throws IOException {
        try (TlsClient client = client(InspectorMode.EXPLICIT).applicationProtocols("h2", "http/1.1")) {
            TestClient session = client.handshake("replica.test");

            assertThat(((SSLSocket) session.socket).getApplicationProtocol()).isEqualTo("http/1.1");
        }
    }

    @Test
    void aPassageHoldsWhatBothEndsSee() throws IOException {
        try (TlsClient client = client(InspectorMode.EXPLICIT)) {
            TestClient session = client.handshake("replica.test");
            session.send(REQUEST);
            session.readAnswer();
            session.socket.close();

            Passage passage = Await.onlyPassage(inspector);
            assertThat(passage.target()).contains("replica.test:443");
            assertThat(passage.treatment()).isEqualTo(Treatment.TERMINATED);
            assertThat(passage.upstreamPort())
                    .hasValue(replica.server().peerPorts().get(0));
            assertThat(passage.bytesFromClient()).isEqualTo(client.sent());
            // The passage ends with the box's goodbye, which the replica may not have read yet.
            Await.until(
                    "the replica has received as much as was sent to it: " + passage.bytesToReplica(),
                    () -> passage.bytesToReplica()
                            == replica.server().sockets().get(0).received());
            // Nobody waits for what the replica says after the goodbye.
            assertThat(passage.bytesFromReplica())
                    .isGreaterThan(500)
                    .isLessThanOrEqualTo(replica.server().sockets().get(0).sent());
            assertThat(passage.note()).isEmpty();
        }
    }

    static Stream<Arguments> demands() {
        return Stream.of("TLSv1.2", "TLSv1.3")
                .flatMap(version -> Stream.of(InspectorMode.values()).map(mode -> Arguments.of(version, mode)));
    }

    @ParameterizedTest
    @MethodSource("demands")
    void aDemandForAClientCertificateIsAnsweredInsideTheSession(String version, InspectorMode mode) throws IOException {
        demandCertificates(version);
        open(settings().mode(mode));
        try (TlsClient client = client(mode)) {
            TestClient session = client.handshake("replica.test");
            session.send(REQUEST);
            TestClient.Answer answer = session.readAnswer();

            assertThat(answer.statusLine()).isEqualTo("HTTP/1.1 502 Proxy Error");
            assertThat(answer.head()).contains("\r\nVia: 1.1 throughline-inspector\r\n");
            assertThat(answer.body()).contains("replica.test demands a client certificate", "<html");
            assertThat(session.readToEnd()).isEmpty();
        }
        Passage passage = Await.onlyPassage(inspector);
        assertThat(passage.treatment()).isEqualTo(Treatment.TERMINATED);
        assertThat(passage.note())
                .hasValueSatisfying(note -> assertThat(note).contains("replica.test demands a client certificate"));
    }

    @Test
    void theSessionEndsWithCloseNotify() throws IOException {
        demandCertificates("TLSv1.3");
        try (TlsClient client = client(InspectorMode.EXPLICIT).versions("TLSv1.2")) {
            TestClient session = client.handshake("replica.test");
            session.send(REQUEST);
            session.readAnswer();
            session.readToEnd();

            // RFC 5246, 6.2.1: 21 is an alert; a client cannot tell a cut answer from a whole one without it.
            assertThat(client.typeOfLastRecord()).isEqualTo(21);
        }
    }

    @ParameterizedTest
    @MethodSource("demands")
    void aDemandForAClientCertificateMayBeMetWithSilence(String version, InspectorMode mode) throws IOException {
        demandCertificates(version);
        open(settings().mode(mode).whenClientCertificateDemanded(WhenClientCertificateDemanded.HANG));
        try (TlsClient client = client(mode)) {
            TestClient session = client.handshake("replica.test");
            session.send(REQUEST);
            Await.until(
                    "the demand was noted",
                    () -> inspector.passages().get(0).note().isPresent());
            session.socket.setSoTimeout(150);

            assertThatThrownBy(() -> session.socket.getInputStream().read()).isInstanceOf(SocketTimeoutException.class);
            assertThat(inspector.passages().get(0).ended()).isFalse();
        }
        assertThat(Await.onlyPassage(inspector).note())
                .hasValueSatisfying(note -> assertThat(note).contains("demands a client certificate"));
    }

    @ParameterizedTest
    @MethodSource("demands")
    void theAnswerReachesAClientInTheMiddleOfALargeRequest(String version, InspectorMode mode) throws IOException {
        demandCertificates(version);
        open(settings().mode(mode));
        try (TlsClient client = client(mode)) {
            TestClient session = client.handshake("replica.test");
            session.send("POST / HTTP/1.1\r\nHost: replica.test\r\nContent-Length: 3000000\r\n\r\n");
            session.socket.getOutputStream().write(new byte[1 << 20]);

            assertThat(session.readAnswer().statusLine()).isEqualTo("HTTP/1.1 502 Proxy Error");
        }
    }

    @ParameterizedTest
    @EnumSource
    void anExemptHostShowsItsOwnLeafAndGetsTheClientsCertificate(InspectorMode mode) throws IOException {
        demandCertificates("TLSv1.3");
        open(settings().mode(mode).exempt("Replica.TEST"));
        try (TlsClient client = new TlsClient(inspector.address(), Pki.laboratory()).identity(Pki.PRIMARY)) {
            if (mode == InspectorMode.EXPLICIT) {
                client.connect("replica.test:443");
            }
            TestClient session = client.handshake("replica.test");
            session.send(REQUEST);

            assertThat(session.readAnswer().body()).isEqualTo("the replica's answer");
            assertThat(TlsClient.leaf(session)).isEqualTo(Pki.REPLICA.leaf());
            assertThat(replica.hellos().get(0).random()).isEqualTo(client.random());
            assertThat(replica.clientCertificates().get(0)).contains(Pki.PRIMARY.leaf());
            assertThat(inspector.passages().get(0).treatment()).isEqualTo(Treatment.PASSED);
        }
    }

    @ParameterizedTest
    @MethodSource("demands")
    void aClientThatDoesNotTrustTheMintedLeafIsNoted(String version, InspectorMode mode) throws IOException {
        open(settings().mode(mode));
        try (TlsClient client = new TlsClient(inspector.address(), Pki.laboratory()).versions(version)) {
            if (mode == InspectorMode.EXPLICIT) {
                client.connect("replica.test:443");
            }
            assertThatThrownBy(() -> client.handshake("replica.test")).isInstanceOf(SSLHandshakeException.class);
        }

        Passage passage = Await.onlyPassage(inspector);
        assertThat(passage.treatment()).isEqualTo(Treatment.TERMINATED);
        // The alert (RFC 8446, 6.2), or the end that follows it: what JSSE sees first depends on timing.
        assertThat(passage.note().orElseThrow())
                .startsWith("no TLS session with the client: ")
                .containsAnyOf("certificate_unknown", "Broken pipe", "Connection reset");
        assertThat(passage.upstreamPort()).isEmpty();
    }

    /** HANG is for the demand alone: whatever else fails has to be told apart from it. */
    @ParameterizedTest
    @EnumSource(names = {"ANSWER_502", "HANG", "GO_ON_WITHOUT"})
    void aReplicaThatIsNotTrustedGives502(WhenClientCertificateDemanded setting) throws IOException {
        demandCertificates("TLSv1.3");
        InspectorSettings.Builder distrusting = InspectorSettings.builder(
                Routes.to("replica.test", replica.address()),
                Pki.LABORATORY.inspector(),
                TestPki.create(InstantSource.system()).trust());
        open(distrusting.whenClientCertificateDemanded(setting));

        assertThat(answerOf502()).contains("could not verify the certificate of replica.test");
    }

    @Test
    void aReplicaWithAnotherNameGives502() throws IOException {
        open(InspectorSettings.builder(
                Routes.to("other.test", replica.address()), Pki.LABORATORY.inspector(), Pki.laboratory()));

        assertThat(answerOf502("other.test")).contains("could not verify the certificate of other.test");
    }

    @Test
    void aReplicaIsNotCheckedWhenToldSo() throws IOException {
        open(InspectorSettings.builder(
                        Routes.to("other.test", replica.address()),
                        Pki.LABORATORY.inspector(),
                        TestPki.create(InstantSource.system()).trust())
                .trustEveryReplica());
        try (TlsClient client = new TlsClient(inspector.address(), Pki.inspection()).connect("other.test:443")) {
            TestClient session = client.handshake("other.test");
            session.send(REQUEST);

            assertThat(session.readAnswer().body()).isEqualTo("the replica's answer");
        }
    }

    @Test
    void aReplicaThatCannotBeReachedGives502AfterThe200() throws IOException {
        InetSocketAddress nobody;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            nobody = new InetSocketAddress(free.getInetAddress(), free.getLocalPort());
        }
        open(InspectorSettings.builder(Routes.to("replica.test", nobody), Pki.LABORATORY.inspector(), Pki.laboratory())
                .whenClientCertificateDemanded(WhenClientCertificateDemanded.HANG));

        assertThat(answerOf502()).contains("could not connect to 127.0.0.1:" + nobody.getPort());
    }

    @Test
    void aNameThatLeadsNowhereGives502AfterThe200() throws IOException {
        assertThat(answerOf502("unknown.test")).contains("unknown.test cannot be resolved");
    }

    @Test
    void aReplicaWithoutTlsGives502() throws IOException {
        try (PlainServer echo = PlainServer.echo()) {
            open(InspectorSettings.builder(
                    Routes.to("replica.test", echo.address()), Pki.LABORATORY.inspector(), Pki.laboratory()));

            assertThat(answerOf502()).contains("could not open a TLS session with replica.test:443");
        }
    }

    private String answerOf502() throws IOException {
        return answerOf502("replica.test");
    }

    private String answerOf502(String host) throws IOException {
        try (TlsClient client = new TlsClient(inspector.address(), Pki.inspection()).connect(host + ":443")) {
            TestClient session = client.handshake(host);
            session.send(REQUEST);
            TestClient.Answer answer = session.readAnswer();
            assertThat(answer.statusLine()).isEqualTo("HTTP/1.1 502 Proxy Error");
            assertThat(answer.body()).doesNotContain("demands a client certificate");
            return answer.body();
        }
    }

    @Test
    void plainTextBehindTheTunnelIsNoted() throws IOException {
        try (TestClient client = TestClient.of(inspector.address())) {
            client.send("CONNECT replica.test:443 HTTP/1.1\r\n\r\n");
            client.readHead();
            client.send("GET / HTTP/1.1\r\n\r\n");
            client.socket.getInputStream().readAllBytes();
        }

        assertThat(Await.onlyPassage(inspector).note())
                .hasValueSatisfying(note -> assertThat(note).startsWith("no TLS session with the client: "));
    }

    @Test
    void aClientThatResetsIsNotSaidToDistrust() throws IOException {
        open(settings().mode(InspectorMode.TRANSPARENT));
        try (TestClient client = TestClient.of(inspector.address())) {
            client.socket.getOutputStream().write(Hellos.of("replica.test"));
            client.socket.getInputStream().read();
            client.socket.setSoLinger(true, 0);
        }

        assertThat(Await.onlyPassage(inspector).note())
                .hasValueSatisfying(note -> assertThat(note).startsWith("no TLS session with the client: "));
    }

    @Test
    void anAddressThatIsTakenIsNamed() {
        InetSocketAddress taken = inspector.address();

        assertThatThrownBy(() -> LoadBalancer.open(
                        new LoadBalancerSettings(
                                Routes.to("replica.test", replica.address()),
                                "replica.test",
                                Pki.REPLICA,
                                Optional.empty(),
                                Pki.laboratory()),
                        Listening.onLoopback().at(taken)))
                .hasMessageContaining("listen at 127.0.0.1:" + taken.getPort() + ": ");
    }

    @ParameterizedTest
    @CsvSource({"127.0.0.1, 127.0.0.1:443", "::1, [0:0:0:0:0:0:0:1]:443"})
    void anAddressIsShownAsInAUrl(String address, String shown) {
        assertThat(Destination.of(new InetSocketAddress(address, 443))).hasToString(shown);
    }

    @Test
    void aNameThatNoCertificateCanBearIsNoted() throws IOException {
        try (TestClient client = TestClient.of(inspector.address())) {
            client.send("CONNECT -.-:443 HTTP/1.1\r\n\r\n");
            client.readHead();

            assertThat(Await.onlyPassage(inspector).note())
                    .hasValueSatisfying(note -> assertThat(note).startsWith("no certificate can be minted"));
        }
    }

    @Test
    void aRequestThatIsNotConnectGets405() throws IOException {
        try (TestClient client = TestClient.of(inspector.address())) {
            client.send(REQUEST);

            assertThat(client.readAnswer().statusLine()).isEqualTo("HTTP/1.1 405 Method Not Allowed");
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"ANSWER_502", "HANG"})
    void closingEndsOpenConnectionsAtOnceAndLeavesNothing(WhenClientCertificateDemanded setting) throws IOException {
        demandCertificates("TLSv1.3");
        open(settings().whenClientCertificateDemanded(setting));
        try (TlsClient hanging = client(InspectorMode.EXPLICIT);
                TlsClient silent = client(InspectorMode.EXPLICIT);
                TestClient opening = TestClient.of(inspector.address())) {
            hanging.handshake("replica.test").send(REQUEST);
            Await.until(
                    "the demand was noted",
                    () -> inspector.passages().get(0).note().isPresent());
            silent.handshake("replica.test");
            Await.until("all accepted", () -> inspector.passages().size() == 3);

            Leftovers.afterClosing(inspector);

            assertThat(opening.socket.getInputStream().read()).isEqualTo(-1);
            assertThat(inspector.passages()).allMatch(Passage::ended);
        }
    }
}
