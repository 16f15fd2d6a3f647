package throughline.harness.middlebox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.SocketTimeoutException;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import throughline.certs.CertificateAuthority;
import throughline.harness.middlebox.persona.Persona;
import throughline.harness.middlebox.persona.Personas;
import throughline.identity.Trust;

/**
 * What a client sees through each persona before a JSSE replica that demands a certificate, as recorded from the products
 * with such a replica. Only what a recording or a documentation says is compared.
 */
@Timeout(60)
class PersonaFaceTest {
    private static final String REQUEST = "GET / HTTP/1.1\r\nHost: replica.test\r\n\r\n";
    private static final String CONNECT = "CONNECT replica.test:443 HTTP/1.1\r\nHost: replica.test:443\r\n\r\n";

    /** One for all tests: an RSA key takes a while. */
    private static final CertificateAuthority UNNAMED = CertificateAuthority.root("A box's", InstantSource.system());

    private TlsReplica replica = TlsReplica.answering(parameters -> {});
    private Persona persona = Personas.find("mitmproxy").orElseThrow();
    private CertificateAuthority authority = UNNAMED;
    private Inspector inspector = Inspector.open(settings().build());

    private InspectorSettings.Builder settings() {
        InspectorSettings.Builder builder =
                InspectorSettings.builder(Routes.to("replica.test", replica.address()), authority, Pki.laboratory());
        return persona.setUp(builder)
                .mode(persona.box() == MiddleboxKind.INSPECTOR ? InspectorMode.EXPLICIT : InspectorMode.TRANSPARENT);
    }

    private void open(String name, String version, String... exempt) throws IOException {
        replica.close();
        replica = TlsReplica.answering(parameters -> {
            parameters.setNeedClientAuth(true);
            parameters.setProtocols(new String[] {version});
        });
        persona = Personas.find(name).orElseThrow();
        authority = UNNAMED;
        inspector.close();
        InspectorSettings.Builder builder = settings();
        Set.of(exempt).forEach(builder::exempt);
        inspector = Inspector.open(builder.build());
    }

    private TlsClient client() throws Exception {
        TlsClient client = new TlsClient(inspector.address(), Trust.of(List.of(authority.certificate())));
        return persona.box() == MiddleboxKind.INSPECTOR ? client.connect("replica.test:443") : client;
    }

    @AfterEach
    void close() throws IOException {
        inspector.close();
        replica.close();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "squid-bump  | TLSv1.2 | 503 Service Unavailable | X-Squid-Error: ERR_SECURE_CONNECT_FAIL 0 | CN=replica.test | 3",
                "squid-bump  | TLSv1.3 | 502 Bad Gateway         | X-Squid-Error: ERR_ZERO_SIZE_OBJECT 0    | CN=replica.test | 3",
                "squid-stare | TLSv1.2 | 503 Service Unavailable | X-Squid-Error: ERR_SECURE_CONNECT_FAIL 0 | CN=replica.test | 3",
                "squid-peek  | TLSv1.2 | 503 Service Unavailable | X-Squid-Error: ERR_SECURE_CONNECT_FAIL 0 | CN=replica.test | 3",
                "mitmproxy   | TLSv1.2 | 502 Bad Gateway         | Server: mitmproxy 8.1.1                  | CN=replica.test | 1",
            })
    void aPageInsideTheSession(String name, String version, String status, String field, String subject, int chain)
            throws Exception {
        open(name, version);
        try (TlsClient client = client()) {
            TestClient session = client.handshake("replica.test");
            session.send(REQUEST);

            TestClient.Answer answer = session.readAnswer();
            assertThat(answer.statusLine()).isEqualTo("HTTP/1.1 " + status);
            assertThat(answer.head()).contains("\r\n" + field + "\r\n");
            if (name.startsWith("squid")) {
                assertThat(answer.head())
                        .contains("\r\nServer: squid/5.7\r\n", "\r\nVia: 1.1 localhost (squid/5.7)\r\n");
            }
            X509Certificate leaf = TlsClient.leaf(session);
            assertThat(leaf.getSubjectX500Principal().getName()).isEqualTo(subject);
            assertThat(sent(session)).hasSize(chain);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "squid-stare | CN=replica.test,O=Throughline Lab | 3",
                "squid-peek  | CN=replica.test,O=Throughline Lab | 3",
                "mitmproxy   | O=Throughline Lab,CN=replica.test | 1",
            })
    void aTrustedHandshakeThenSilence(String name, String subject, int chain) throws Exception {
        open(name, "TLSv1.3");
        try (TlsClient client = client()) {
            TestClient session = client.handshake("replica.test");
            session.send(REQUEST);
            Await.until(
                    "the demand was noted",
                    () -> inspector.passages().get(0).note().isPresent());
            session.socket.setSoTimeout(50);

            assertThatThrownBy(() -> session.socket.getInputStream().read()).isInstanceOf(SocketTimeoutException.class);
            X509Certificate leaf = TlsClient.leaf(session);
            assertThat(leaf.getSubjectX500Principal().getName()).isEqualTo(subject);
            assertThat(sent(session)).hasSize(chain);
            boolean squid = name.startsWith("squid");
            assertThat(leaf.getNotAfter()
                            .toInstant()
                            .equals(Pki.REPLICA.leaf().getNotAfter().toInstant()))
                    .isEqualTo(squid);
            assertThat(leaf.getKeyUsage() != null).isEqualTo(squid);
        }
    }

    private static Certificate[] sent(TestClient session) throws IOException {
        return ((SSLSocket) session.socket).getSession().getPeerCertificates();
    }

    @ParameterizedTest
    @ValueSource(strings = {"squid-bump", "squid-stare", "squid-peek", "mitmproxy"})
    void theAnswerToConnectNamesNobody(String name) throws Exception {
        open(name, "TLSv1.3");
        try (TestClient client = TestClient.of(inspector.address())) {
            client.send(CONNECT);

            assertThat(client.readHead()).isEqualTo("HTTP/1.1 200 Connection established\r\n\r\n");
        }
    }

    @Test
    void thePeekingOneHasSentTheHelloOn() throws Exception {
        open("squid-peek", "TLSv1.3");
        try (TlsClient client = client()) {
            client.handshake("replica.test");

            assertThat(replica.hellos()).anyMatch(hello -> hello.random().equals(client.random()));
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "forefront-tmg-2010               | TLSv1.3 | inspected | 502 Proxy Error ( The Web site requires a client",
                "forefront-tmg-2010               | TLSv1.2 | inspected | 502 Proxy Error ( The Web site requires a client",
                "forefront-tmg-2010               | TLSv1.2 | exempt    | 200 ",
                "forefront-tmg-2010-no-validation | TLSv1.2 | inspected | 502 Proxy Error ( The Web site requires a client",
                "forefront-tmg-2010-no-validation | TLSv1.2 | exempt    | 200 ",
                "forefront-tmg-2010-rtm           | TLSv1.2 | exempt    | 502 Proxy Error ( The message received was unexp",
                // It refuses behind the handshake, which the probe does not see.
                "forefront-tmg-2010-rtm           | TLSv1.3 | exempt    | 200 ",
            })
    void forefrontLooksBeforeItAnswersConnect(String name, String version, String how, String status) throws Exception {
        open(name, version, how.equals("exempt") ? "replica.test" : "other.test");
        try (TestClient client = TestClient.of(inspector.address())) {
            client.send(CONNECT);

            assertThat(client.readAnswer().statusLine()).startsWith("HTTP/1.1 " + status);
            // Its own, without a certificate, in every case.
            assertThat(replica.hellos()).hasSize(1);
        }
    }

    @Test
    void fortigateStepsAside() throws Exception {
        open("fortigate-bypass", "TLSv1.3");
        try (TlsClient client = new TlsClient(inspector.address(), Pki.laboratory()).identity(Pki.PRIMARY)) {
            TestClient session = client.handshake("replica.test");
            session.send(REQUEST);

            assertThat(session.readAnswer().body()).isEqualTo("the replica's answer");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"fortigate-block", "palo-alto"})
    void aBlockedClientSeesTheEndBehindItsHello(String name) throws Exception {
        open(name, "TLSv1.3");
        try (TlsClient client = client().patience(Duration.ofSeconds(10))) {
            assertThatThrownBy(() -> client.handshake("replica.test")).isInstanceOf(IOException.class);
            assertThat(inspector.passages().get(0).note()).contains("the replica demands a client certificate");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "fortigate-inspect | CN=FortiGate CA,O=Fortinet",
                "zscaler           | CN=Zscaler Intermediate Root CA (zscloud.net) (t),OU=Zscaler Inc.,O=Zscaler Inc.,ST=California,C=US",
                "mitmproxy         | CN=mitmproxy,O=mitmproxy",
            })
    void theIssuerIsTheProducts(String name, String issuer) {
        CertificateAuthority named = Personas.find(name).orElseThrow().authority(InstantSource.system());

        assertThat(named.certificate().getSubjectX500Principal().getName()).isEqualTo(issuer);
    }
}
