package throughline.harness.middlebox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import throughline.identity.Trust;

/** A transparent inspector before a hello that names nobody: JSSE sends no name for an address or a host without a dot. */
@Timeout(60)
class InspectorUnnamedTest {
    private static final String REQUEST = "GET / HTTP/1.1\r\nHost: replica\r\n\r\n";

    @ParameterizedTest
    @ValueSource(strings = {"localhost", "127.0.0.1"})
    void itIsInspectedByTheNameOfTheTargetThatTheBoxWasTold(String host) throws IOException {
        try (TlsReplica replica = replica(host);
                Inspector box = Inspector.open(settings(host, replica).build());
                TlsClient client = client(box, Pki.inspection())) {
            TestClient session = client.handshake(host);
            session.send(REQUEST);

            assertThat(session.readAnswer().body()).isEqualTo("ok");
            assertThat(TlsClient.leaf(session).getIssuerX500Principal())
                    .isEqualTo(Pki.LABORATORY.inspector().certificate().getSubjectX500Principal());
            assertThat(box.passages().get(0).target())
                    .contains(host + ":" + replica.address().getPort());
        }
    }

    @Test
    void anExemptTargetIsPassedUntouched() throws IOException {
        try (TlsReplica replica = replica("localhost");
                Inspector box = Inspector.open(
                        settings("localhost", replica).exempt("localhost").build());
                TlsClient client = client(box, Pki.laboratory())) {
            TestClient session = client.handshake("localhost");
            session.send(REQUEST);

            assertThat(session.readAnswer().body()).isEqualTo("ok");
            assertThat(replica.clientCertificates()).containsExactly(Optional.of(Pki.PRIMARY.leaf()));
            assertThat(box.passages().get(0).treatment()).isEqualTo(Treatment.PASSED);
        }
    }

    @Test
    void aNamedHelloLeadsWhereItsNameDoes() throws IOException {
        try (TlsReplica replica = replica("replica.test");
                Inspector box = Inspector.open(settings("localhost", replica).build());
                TlsClient client = client(box, Pki.inspection())) {
            client.handshake("replica.test");

            assertThat(box.passages().get(0).target())
                    .contains("replica.test:" + box.address().getPort());
        }
    }

    @Test
    void withoutATargetItIsClosed() throws IOException {
        try (TlsReplica replica = replica("localhost");
                Inspector box = Inspector.open(InspectorSettings.builder(
                                (name, port) -> Optional.of(replica.address()),
                                Pki.LABORATORY.inspector(),
                                Pki.laboratory())
                        .mode(InspectorMode.TRANSPARENT)
                        .build());
                TlsClient client = client(box, Pki.inspection())) {
            assertThatThrownBy(() -> client.handshake("localhost")).isInstanceOf(IOException.class);
        }
    }

    private static TlsReplica replica(String name) {
        return new TlsReplica(Pki.LABORATORY.server(name), parameters -> parameters.setWantClientAuth(true), socket -> {
            TestClient peer = new TestClient(socket);
            peer.readHead();
            peer.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
        });
    }

    private static InspectorSettings.Builder settings(String host, TlsReplica replica) {
        return InspectorSettings.builder(
                        (name, port) -> Optional.of(replica.address()), Pki.LABORATORY.inspector(), Pki.laboratory())
                .mode(InspectorMode.TRANSPARENT)
                .unnamedTo(new InetSocketAddress(host, replica.address().getPort()));
    }

    private static TlsClient client(Inspector box, Trust trust) throws IOException {
        return new TlsClient(box.address(), trust).identity(Pki.PRIMARY);
    }
}
