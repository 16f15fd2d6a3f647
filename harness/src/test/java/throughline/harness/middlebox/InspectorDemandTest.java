package throughline.harness.middlebox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.SocketException;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import throughline.identity.Identity;
import throughline.identity.Trust;

/** What an inspector does for a client whose replica demands a certificate; two of its ways are in {@link InspectorTest}. */
@Timeout(60)
class InspectorDemandTest {
    private static final String REQUEST = "GET / HTTP/1.1\r\nHost: replica.test\r\n\r\n";
    private static final Identity BOX = Pki.LABORATORY.client("box.test");

    private TlsReplica replica = demanding("TLSv1.3");
    private Inspector inspector = Inspector.open(settings().build());

    private static TlsReplica demanding(String version) {
        return TlsReplica.answering(parameters -> {
            parameters.setNeedClientAuth(true);
            parameters.setProtocols(new String[] {version});
        });
    }

    private InspectorSettings.Builder settings() {
        Routes toWhateverReplicaThereIs = (host, port) -> Optional.of(replica.address());
        return InspectorSettings.builder(toWhateverReplicaThereIs, Pki.LABORATORY.inspector(), Pki.laboratory());
    }

    private void open(String version, InspectorSettings.Builder settings) throws IOException {
        inspector.close();
        replica.close();
        replica = demanding(version);
        inspector = Inspector.open(settings.build());
    }

    @AfterEach
    void close() throws IOException {
        inspector.close();
        replica.close();
    }

    private TlsClient client(InspectorMode mode, Trust trust) throws IOException {
        TlsClient client = new TlsClient(inspector.address(), trust).identity(Pki.PRIMARY);
        return mode == InspectorMode.EXPLICIT ? client.connect("replica.test:443") : client;
    }

    static Stream<Arguments> demands() {
        return Stream.of("TLSv1.2", "TLSv1.3")
                .flatMap(version -> Stream.of(InspectorMode.values()).map(mode -> Arguments.of(version, mode)));
    }

    @ParameterizedTest
    @MethodSource("demands")
    void mayDropTheConnectionBehindTheHello(String version, InspectorMode mode) throws IOException {
        open(version, settings().mode(mode).whenClientCertificateDemanded(WhenClientCertificateDemanded.DROP));
        try (TestClient client = hello(mode)) {
            // An end in order: the client reads it, and not a reset.
            assertThat(client.readToEnd()).isEmpty();
        }
        noted("demands a client certificate");
    }

    @ParameterizedTest
    @MethodSource("demands")
    void mayResetTheConnectionBehindTheHello(String version, InspectorMode mode) throws IOException {
        open(version, settings().mode(mode).whenClientCertificateDemanded(WhenClientCertificateDemanded.RESET));
        try (TestClient client = hello(mode)) {
            assertThatThrownBy(() -> client.socket.getInputStream().read())
                    .isInstanceOf(SocketException.class)
                    .hasMessageContaining("reset");
        }
        noted("demands a client certificate");
    }

    /** JSSE names no server when the host has no dot, and nobody does for an address: CONNECT has said it. */
    @Test
    void mayDropAHelloThatNamesNobody() throws IOException {
        open("TLSv1.3", settings().whenClientCertificateDemanded(WhenClientCertificateDemanded.DROP));
        try (TestClient client = TestClient.of(inspector.address())) {
            client.send("CONNECT replica.test:443 HTTP/1.1\r\nHost: replica.test:443\r\n\r\n");
            assertThat(client.readHead()).startsWith("HTTP/1.1 200 ");
            client.socket.getOutputStream().write(Hellos.of("localhost"));

            assertThat(client.readToEnd()).isEmpty();
        }
        noted("demands a client certificate");
    }

    @ParameterizedTest
    @EnumSource(names = {"DROP", "RESET", "REFUSE_CONNECT", "STEP_ASIDE"})
    void whoLooksFirstInspectsWhereNothingIsDemanded(WhenClientCertificateDemanded setting) throws IOException {
        try (TlsReplica content = TlsReplica.answering(parameters -> {})) {
            inspector.close();
            inspector = Inspector.open(InspectorSettings.builder(
                            Routes.to("replica.test", content.address()), Pki.LABORATORY.inspector(), Pki.laboratory())
                    .whenClientCertificateDemanded(setting)
                    .build());
            try (TlsClient client = client(InspectorMode.EXPLICIT, Pki.inspection())) {
                TestClient session = client.handshake("replica.test");
                session.send(REQUEST);

                assertThat(session.readAnswer().body()).isEqualTo("the replica's answer");
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void mayRefuseTheTunnel(String version) throws IOException {
        open(version, settings().whenClientCertificateDemanded(WhenClientCertificateDemanded.REFUSE_CONNECT));
        try (TestClient client = TestClient.of(inspector.address())) {
            client.send("CONNECT replica.test:443 HTTP/1.1\r\nHost: replica.test:443\r\n\r\n");
            TestClient.Answer answer = client.readAnswer();

            assertThat(answer.statusLine()).isEqualTo("HTTP/1.1 502 Proxy Error");
            assertThat(answer.body()).contains("replica.test demands a client certificate");
            assertThat(client.readToEnd()).isEmpty();
        }
        assertThat(Await.onlyPassage(inspector).treatment()).isEqualTo(Treatment.REFUSED);
    }

    @ParameterizedTest
    @MethodSource("demands")
    void maySendTheRequestOnAndPassOnWhatComesOfIt(String version, InspectorMode mode) throws IOException {
        open(version, settings().mode(mode).whenClientCertificateDemanded(WhenClientCertificateDemanded.GO_ON_WITHOUT));
        try (TlsClient client = client(mode, Pki.inspection())) {
            TestClient session = client.handshake("replica.test");
            session.send(REQUEST);

            assertThat(session.readToEnd()).isEmpty();
        }
        noted("demands a client certificate");
    }

    @ParameterizedTest
    @MethodSource("demands")
    void mayPresentAnAcceptedCertificateOfItsOwn(String version, InspectorMode mode) throws IOException {
        open(version, settings().mode(mode).presentOwn(BOX));
        try (TlsClient client = client(mode, Pki.inspection())) {
            TestClient session = client.handshake("replica.test");
            session.send(REQUEST);

            assertThat(session.readAnswer().body()).isEqualTo("the replica's answer");
            // The box asks the client for nothing, and the replica sees the box.
            assertThat(session.socket)
                    .isInstanceOfSatisfying(
                            SSLSocket.class,
                            socket -> assertThat(socket.getSession().getLocalCertificates())
                                    .isNull());
            assertThat(replica.clientCertificates()).containsExactly(Optional.of(BOX.leaf()));
            assertThat(TlsClient.leaf(session).getIssuerX500Principal())
                    .isEqualTo(Pki.LABORATORY.inspector().certificate().getSubjectX500Principal());
        }
    }

    @ParameterizedTest
    @MethodSource("demands")
    void mayBeTheReplicaToTheClient(String version, InspectorMode mode) throws IOException {
        open(version, settings().mode(mode).escrow(Pki.REPLICA, BOX));
        try (TlsClient client = client(mode, Pki.laboratory())) {
            TestClient session = client.handshake("replica.test");
            session.send(REQUEST);

            assertThat(session.readAnswer().body()).isEqualTo("the replica's answer");
            // The client sees the replica's certificate and shows its own; the replica sees another hello and the
            // box's.
            assertThat(TlsClient.leaf(session)).isEqualTo(Pki.REPLICA.leaf());
            assertThat(((SSLSocket) session.socket).getSession().getLocalCertificates())
                    .containsExactly(Pki.PRIMARY.chain().toArray(new Certificate[0]));
            assertThat(replica.clientCertificates()).containsExactly(Optional.of(BOX.leaf()));
            assertThat(replica.hellos().get(0).random()).isNotEqualTo(client.random());
        }
    }

    @ParameterizedTest
    @MethodSource("demands")
    void mayStepAsideForThisSession(String version, InspectorMode mode) throws IOException {
        open(version, settings().mode(mode).whenClientCertificateDemanded(WhenClientCertificateDemanded.STEP_ASIDE));
        for (int session = 1; session <= 2; session++) {
            try (TlsClient client = client(mode, Pki.laboratory())) {
                TestClient inside = client.handshake("replica.test");
                inside.send(REQUEST);

                assertThat(inside.readAnswer().body()).isEqualTo("the replica's answer");
                assertThat(TlsClient.leaf(inside)).isEqualTo(Pki.REPLICA.leaf());
                // The box looks before each session, and then the client's own hello goes through.
                assertThat(replica.hellos()).hasSize(2 * session);
                assertThat(replica.hellos().get(2 * session - 1).random()).isEqualTo(client.random());
            }
        }
        assertThat(replica.clientCertificates()).contains(Optional.of(Pki.PRIMARY.leaf()));
        assertThat(inspector.passages()).extracting(Passage::treatment).containsOnly(Treatment.PASSED);
    }

    @Test
    void whoeverStepsAsideLeavesItToTheClientToJudgeTheReplica() throws IOException {
        inspector.close();
        inspector = Inspector.open(InspectorSettings.builder(
                        Routes.to("replica.test", replica.address()), Pki.LABORATORY.inspector(), Pki.inspection())
                .whenClientCertificateDemanded(WhenClientCertificateDemanded.STEP_ASIDE)
                .build());
        try (TlsClient client = client(InspectorMode.EXPLICIT, Pki.laboratory())) {
            TestClient session = client.handshake("replica.test");
            session.send(REQUEST);

            assertThat(session.readAnswer().body()).isEqualTo("the replica's answer");
        }
    }

    @Test
    void forwardingTheHelloShowsItToTheReplicaBeforeTheForgery() throws IOException {
        open("TLSv1.3", settings().forwardHello());
        try (TlsClient client = client(InspectorMode.EXPLICIT, Pki.inspection())) {
            TestClient session = client.handshake("replica.test");
            session.send(REQUEST);

            assertThat(session.readAnswer().statusLine()).isEqualTo("HTTP/1.1 502 Proxy Error");
            assertThat(replica.hellos()).hasSize(2);
            assertThat(replica.hellos().get(0).random()).isEqualTo(client.random());
            assertThat(replica.hellos().get(1).random()).isNotEqualTo(client.random());
        }
    }

    @Test
    void mimicryCopiesWhatAnAuthorityCanCopy() throws Exception {
        try (TlsReplica content = TlsReplica.answering(parameters -> {});
                Inspector mimic = Inspector.open(InspectorSettings.builder(
                                Routes.to("replica.test", content.address()),
                                Pki.LABORATORY.inspector(),
                                Pki.laboratory())
                        .mimicLeaf()
                        .build());
                TlsClient client = new TlsClient(mimic.address(), Pki.inspection()).connect("replica.test:443")) {
            TestClient session = client.handshake("replica.test");
            X509Certificate forged = TlsClient.leaf(session);
            X509Certificate original = Pki.REPLICA.leaf();

            assertThat(forged.getSubjectX500Principal()).isEqualTo(original.getSubjectX500Principal());
            assertThat(List.copyOf(forged.getSubjectAlternativeNames()))
                    .isEqualTo(List.copyOf(original.getSubjectAlternativeNames()));
            assertThat(forged.getNotBefore()).isEqualTo(original.getNotBefore());
            assertThat(forged.getNotAfter()).isEqualTo(original.getNotAfter());
            assertThat(forged.getIssuerX500Principal())
                    .isEqualTo(Pki.LABORATORY.inspector().certificate().getSubjectX500Principal());
            assertThat(forged.getPublicKey()).isNotEqualTo(original.getPublicKey());
            session.send(REQUEST);
            assertThat(session.readAnswer().body()).isEqualTo("the replica's answer");
        }
    }

    @Test
    void mimicryHasNothingToCopyWhereNobodyAnswers() throws IOException {
        replica.close();
        inspector.close();
        inspector = Inspector.open(settings().mimicLeaf().build());
        try (TlsClient client = client(InspectorMode.EXPLICIT, Pki.inspection())) {
            TestClient session = client.handshake("replica.test");
            session.send(REQUEST);

            assertThat(session.readAnswer().statusLine()).isEqualTo("HTTP/1.1 502 Proxy Error");
        }
    }

    /** A client that has sent its hello and waits. */
    private TestClient hello(InspectorMode mode) throws IOException {
        TestClient client = TestClient.of(inspector.address());
        if (mode == InspectorMode.EXPLICIT) {
            client.send("CONNECT replica.test:443 HTTP/1.1\r\nHost: replica.test:443\r\n\r\n");
            assertThat(client.readHead()).startsWith("HTTP/1.1 200 ");
        }
        client.socket.getOutputStream().write(Hellos.of("replica.test"));
        return client;
    }

    private void noted(String text) {
        Passage passage = Await.onlyPassage(inspector);
        assertThat(passage.treatment()).isEqualTo(Treatment.TERMINATED);
        assertThat(passage.note()).hasValueSatisfying(note -> assertThat(note).contains(text));
    }
}
