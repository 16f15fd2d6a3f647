package throughline.harness.middlebox;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.security.cert.Certificate;
import java.util.Optional;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import throughline.identity.Identity;

/** A box that the replica's own operator puts before it. */
@Timeout(60)
class LoadBalancerTest {
    private static final String REQUEST = "GET /x HTTP/1.1\r\nHost: replica.test\r\nX: 1\r\n\r\n";

    @Test
    void theReplicaSeesTheRequestTheBoxAndNoCertificate() throws IOException {
        try (RecordingReplica replica = RecordingReplica.ok();
                LoadBalancer box = open(replica.tls(), Optional.empty());
                TlsClient client = new TlsClient(box.address(), Pki.laboratory()).identity(Pki.PRIMARY)) {
            TestClient session = client.handshake("replica.test");
            session.send(REQUEST);
            TestClient.Answer answer = session.readAnswer();

            assertThat(answer.body()).isEqualTo("ok");
            // RFC 9110, 7.6.3: a gateway says in requests that it was there, and may in answers.
            assertThat(answer.head()).contains("\r\nVia: 1.1 throughline-load-balancer\r\n");
            assertThat(replica.requests())
                    .containsExactly(REQUEST.replace("\r\n\r\n", "\r\nVia: 1.1 throughline-load-balancer\r\n\r\n"));
            assertThat(replica.tls().hellos().get(0).random()).isNotEqualTo(client.random());
            assertThat(replica.tls().hellos().get(0).serverName()).contains("replica.test");
            assertThat(replica.tls().clientCertificates()).containsExactly(Optional.empty());
            // Not the port that the client dialled, which is the box's.
            assertThat(box.passages().get(0).target())
                    .contains("replica.test:" + replica.tls().address().getPort());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void theClientSeesTheReplicasCertificateAndIsAskedForItsOwn(String version) throws IOException {
        try (TlsReplica replica = TlsReplica.answering(parameters -> {});
                LoadBalancer box = open(replica, Optional.empty());
                TlsClient client = new TlsClient(box.address(), Pki.laboratory())
                        .identity(Pki.PRIMARY)
                        .versions(version)) {
            TestClient session = client.handshake("replica.test");

            assertThat(TlsClient.leaf(session)).isEqualTo(Pki.REPLICA.leaf());
            assertThat(((SSLSocket) session.socket).getSession().getLocalCertificates())
                    .containsExactly(Pki.PRIMARY.chain().toArray(new Certificate[0]));
        }
    }

    @Test
    void aClientWithoutACertificateIsServedToo() throws IOException {
        try (TlsReplica replica = TlsReplica.answering(parameters -> {});
                LoadBalancer box = open(replica, Optional.empty());
                TlsClient client = new TlsClient(box.address(), Pki.laboratory())) {
            TestClient session = client.handshake("replica.test");
            session.send(REQUEST);

            assertThat(session.readAnswer().body()).isEqualTo("the replica's answer");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void aReplicaThatDemandsACertificateGetsNoneAndTheClient502(String version) throws IOException {
        try (TlsReplica replica = demanding(version);
                LoadBalancer box = open(replica, Optional.empty());
                TlsClient client = new TlsClient(box.address(), Pki.laboratory()).identity(Pki.PRIMARY)) {
            TestClient session = client.handshake("replica.test");
            session.send(REQUEST);
            TestClient.Answer answer = session.readAnswer();

            assertThat(answer.statusLine()).isEqualTo("HTTP/1.1 502 Proxy Error");
            assertThat(answer.head()).contains("\r\nVia: 1.1 throughline-load-balancer\r\n");
            assertThat(answer.body()).contains("replica.test demands a client certificate");
            assertThat(box.passages().get(0).treatment()).isEqualTo(Treatment.TERMINATED);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void aBoxWithACertificateOfItsOwnShowsThat(String version) throws IOException {
        Identity own = Pki.LABORATORY.client("balancer.test");
        try (TlsReplica replica = demanding(version);
                LoadBalancer box = open(replica, Optional.of(own));
                TlsClient client = new TlsClient(box.address(), Pki.laboratory()).identity(Pki.PRIMARY)) {
            TestClient session = client.handshake("replica.test");
            session.send(REQUEST);

            assertThat(session.readAnswer().body()).isEqualTo("the replica's answer");
            assertThat(replica.clientCertificates()).containsExactly(Optional.of(own.leaf()));
        }
    }

    @Test
    void bothSidesSpeakTheSameHttp() throws IOException {
        try (TlsReplica replica = TlsReplica.answering(parameters -> {});
                LoadBalancer box = open(replica, Optional.empty());
                TlsClient client =
                        new TlsClient(box.address(), Pki.laboratory()).applicationProtocols("h2", "http/1.1")) {
            TestClient session = client.handshake("replica.test");

            assertThat(((SSLSocket) session.socket).getApplicationProtocol()).isEqualTo("h2");
        }
        try (TlsReplica replica = TlsReplica.answering(parameters -> {});
                LoadBalancer box = open(replica, Optional.empty());
                TlsClient client = new TlsClient(box.address(), Pki.laboratory()).applicationProtocols("http/1.1")) {
            TestClient session = client.handshake("replica.test");
            session.send(REQUEST);
            session.readAnswer();

            assertThat(replica.hellos().get(0).applicationProtocols()).containsExactly("http/1.1");
        }
    }

    @Test
    void aReplicaThatIsNotTheOneGives502() throws IOException {
        try (TlsReplica other = new TlsReplica(Pki.LABORATORY.server("other.test"), parameters -> {}, socket -> {});
                LoadBalancer box = open(other, Optional.empty());
                TlsClient client = new TlsClient(box.address(), Pki.laboratory())) {
            TestClient session = client.handshake("replica.test");
            session.send(REQUEST);

            assertThat(session.readAnswer().body()).contains("could not verify the certificate of replica.test");
        }
    }

    private static TlsReplica demanding(String version) {
        return TlsReplica.answering(parameters -> {
            parameters.setNeedClientAuth(true);
            parameters.setProtocols(new String[] {version});
        });
    }

    private static LoadBalancer open(TlsReplica replica, Optional<Identity> own) {
        return LoadBalancer.open(
                new LoadBalancerSettings(
                        Routes.to("replica.test", replica.address()),
                        "replica.test",
                        Pki.REPLICA,
                        own,
                        Pki.laboratory()),
                Listening.onLoopback());
    }
}
