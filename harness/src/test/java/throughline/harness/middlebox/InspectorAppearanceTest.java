package throughline.harness.middlebox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Optional;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import throughline.certs.ForgedLeaf;
import throughline.certs.TestPki;

/** What products say and do beside the sessions themselves: wordings, probes, limits, header fields, leaves. */
@Timeout(60)
class InspectorAppearanceTest {
    private static final String REQUEST = "GET / HTTP/1.1\r\nHost: replica.test\r\n\r\n";
    private static final String CONNECT = "CONNECT replica.test:443 HTTP/1.1\r\nHost: replica.test:443\r\n\r\n";

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

    private void demand(String version) throws IOException {
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

    private TlsClient client() throws IOException {
        return new TlsClient(inspector.address(), Pki.inspection()).connect("replica.test:443");
    }

    private String answerToConnect() throws IOException {
        try (TestClient client = TestClient.of(inspector.address())) {
            client.send(CONNECT);
            return client.readAnswer().statusLine();
        }
    }

    @ParameterizedTest
    @CsvSource({"TLSv1.2, HTTP/1.1 503 In time, early", "TLSv1.3, HTTP/1.1 502 Too late, late"})
    void whatIsAnsweredDependsOnWhenTheReplicaRefuses(String version, String status, String field) throws IOException {
        demand(version);
        open(settings()
                .wording(
                        ReplicaFault.DEMANDED,
                        said -> said.answer(503, "In time").with(new HeaderField("X-When", "early")))
                .wording(
                        ReplicaFault.DEMANDED_LATE,
                        said -> said.answer(502, "Too late")
                                .with(new HeaderField("X-When", "late"))
                                .page("for {host}:{port}")));
        try (TlsClient client = client()) {
            TestClient session = client.handshake("replica.test");
            session.send(REQUEST);

            TestClient.Answer answer = session.readAnswer();
            assertThat(answer.statusLine()).isEqualTo(status);
            assertThat(answer.head()).contains("\r\nX-When: " + field + "\r\n");
            assertThat(answer.body())
                    .contains(field.equals("late") ? "for replica.test:443" : "demands a client certificate");
        }
    }

    @Test
    void aRefusalBehindTheHandshakeCanBeMetWithSilence() throws IOException {
        demand("TLSv1.3");
        open(settings().whenDemandedLate(WhenClientCertificateDemanded.HANG));
        try (TlsClient client = client()) {
            TestClient session = client.handshake("replica.test");
            session.send(REQUEST);
            Await.until(
                    "the demand was noted",
                    () -> inspector.passages().get(0).note().isPresent());
            session.socket.setSoTimeout(50);

            assertThatThrownBy(() -> session.socket.getInputStream().read())
                    .isInstanceOf(java.net.SocketTimeoutException.class);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"DROP", "PRESENT_OWN", "REFUSE_CONNECT"})
    void whatHasToBeKnownBeforeIsNoWayBehindTheHandshake(WhenClientCertificateDemanded way) {
        InspectorSettings.Builder builder = settings().whenDemandedLate(way);

        assertThatThrownBy(builder::build)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(way.word() + " behind the handshake; accepted are answer-502, hang, go-on-without");
    }

    @Test
    void anAnswerToConnectCanBeASentence() throws IOException {
        demand("TLSv1.3");
        open(settings()
                .whenClientCertificateDemanded(WhenClientCertificateDemanded.REFUSE_CONNECT)
                .wording(ReplicaFault.DEMANDED, said -> said.answer(502, "Proxy Error ( {host} wants one. )")));

        assertThat(answerToConnect()).isEqualTo("HTTP/1.1 502 Proxy Error ( replica.test wants one. )");
    }

    @Test
    void consentingItMayKeepItsNameToItself() throws IOException {
        open(settings().connectReason("Connection established").agent(Optional.empty()));
        try (TestClient client = TestClient.of(inspector.address())) {
            client.send(CONNECT);

            assertThat(client.readHead()).isEqualTo("HTTP/1.1 200 Connection established\r\n\r\n");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "NONE,      good,      200, 0",
        "UNCHECKED, good,      200, 1",
        "CHECKED,   good,      200, 1",
        "REQUIRED,  good,      200, 1",
        "UNCHECKED, stranger,  200, 1",
        "CHECKED,   stranger,  502, 1",
        "REQUIRED,  stranger,  502, 1",
        "CHECKED,   demanding, 200, 1",
        "REQUIRED,  demanding, 502, 1"
    })
    void anExemptHostIsProbedAsSet(Probe probe, String kind, int status, int handshakes) throws IOException {
        replica.close();
        replica = new TlsReplica(
                kind.equals("stranger")
                        ? TestPki.create(java.time.InstantSource.system()).server("replica.test")
                        : Pki.REPLICA,
                parameters -> {
                    parameters.setNeedClientAuth(kind.equals("demanding"));
                    parameters.setProtocols(new String[] {"TLSv1.2"});
                },
                socket -> {});
        open(settings().exempt("replica.test").probe(probe));

        assertThat(answerToConnect()).startsWith("HTTP/1.1 " + status + " ");
        assertThat(replica.hellos()).hasSize(handshakes);
    }

    @ParameterizedTest
    @CsvSource({"10, 200 OK", "11, 400 Bad Request"})
    void aRequestThatSaysItIsTooLongIsRefused(int length, String status) throws IOException {
        open(settings().longestDeclared(new Appearance.LongestDeclared(10, Wording.OWN.answer(400, "Bad Request"))));
        try (TlsClient client = client()) {
            TestClient session = client.handshake("replica.test");
            session.send("POST / HTTP/1.1\r\nHost: replica.test\r\nContent-Length: " + length + "\r\n\r\n");

            assertThat(session.readAnswer().statusLine()).isEqualTo("HTTP/1.1 " + status);
        }
    }

    @Test
    void requestsAndAnswersGetFieldsOfTheirOwn() throws IOException {
        replica.close();
        replica = new TlsReplica(Pki.REPLICA, parameters -> {}, socket -> {
            TestClient peer = new TestClient(socket);
            String head = peer.readHead();
            peer.send("HTTP/1.1 200 OK\r\nContent-Length: " + head.length() + "\r\n\r\n" + head);
        });
        open(settings()
                .addRequestHeader("Cache-Control", "max-age=259200")
                .addAnswerHeader("X-Cache", "MISS from localhost")
                .forwardClientAddress());
        try (TlsClient client = client()) {
            TestClient session = client.handshake("replica.test");
            session.send(REQUEST);

            TestClient.Answer answer = session.readAnswer();
            assertThat(answer.head()).contains("X-Cache: MISS").doesNotContain("Cache-Control", "X-Forwarded-For");
            assertThat(answer.body())
                    .contains("Cache-Control: max-age=259200", "X-Forwarded-For: 127.0.0.1")
                    .doesNotContain("X-Cache");
        }
    }

    @ParameterizedTest
    @CsvSource({"TLSv1.2, CN=replica.test, 2", "TLSv1.3, 'CN=replica.test,O=Throughline Lab', 2"})
    void aLeafCopiesAReplicaThatFinishedItsHandshake(String version, String subject, int copies) throws IOException {
        demand(version);
        open(settings()
                .leaf(shape -> shape.subject(ForgedLeaf.Subject.AS_SERVER).authorityCopies(copies)));
        try (TlsClient client = client()) {
            TestClient session = client.handshake("replica.test");

            assertThat(TlsClient.leaf(session).getSubjectX500Principal().getName())
                    .isEqualTo(subject);
            X509Certificate[] chain = (X509Certificate[])
                    ((SSLSocket) session.socket).getSession().getPeerCertificates();
            assertThat(chain).hasSize(1 + copies);
        }
    }

    @Test
    void aPageInHttp2HasItsFields() throws IOException {
        demand("TLSv1.2");
        open(settings()
                .http(InspectorHttp.AS_CLIENT)
                .withoutVia()
                .wording(ReplicaFault.DEMANDED, said -> said.with(new HeaderField("Server", "mitmproxy 8.1.1"))));
        try (TlsClient client = client().applicationProtocols("h2").patience(Duration.ofSeconds(10))) {
            TestClient session = client.handshake("replica.test");
            // RFC 9113, 3.4: the preface, SETTINGS; then HEADERS of stream 1 that ends it, here with an empty block.
            session.send("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\4\0\0\0\0\0\0\0\0\1\5\0\0\0\1");

            assertThat(session.readToEnd()).contains("\0\6server\17mitmproxy 8.1.1");
        }
    }
}
