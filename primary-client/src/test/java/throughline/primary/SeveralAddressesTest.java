package throughline.primary;

import static org.assertj.core.api.Assertions.assertThat;
import static throughline.primary.diagnosis.Confidence.CERTAIN;
import static throughline.primary.diagnosis.Confidence.LIKELY;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import throughline.certs.Flaw;
import throughline.primary.FakeServer.Conversation;
import throughline.primary.evidence.FailureKind;
import throughline.primary.evidence.PathEvidence.ConnectFailed;
import throughline.primary.evidence.PathEvidence.Connected;
import throughline.primary.evidence.TlsEvidence.HandshakeFailed;
import throughline.primary.evidence.TlsEvidence.HandshakeFinished;
import throughline.replica.Replica;

/** Several connections in one call, whether for several addresses or because the first handshake failed: one verdict. */
class SeveralAddressesTest {
    private static final Lab LAB = new Lab();

    @TempDir
    Path store;

    @Test
    void theNextAddressIsTakenWhenTheFirstRefuse() throws IOException {
        try (Replica replica = LAB.startReplica(store)) {
            Replicated replicated = Lab.works(
                    LAB.settings(replica.port()).resolver(Lab.resolvingTo("127.0.0.2", "127.0.0.3", "127.0.0.1")));

            assertThat(Lab.all(replicated.caseFile(), ConnectFailed.class))
                    .extracting(piece -> piece.failure().kind())
                    .containsExactly(FailureKind.REFUSED, FailureKind.REFUSED);
            assertThat(Lab.all(replicated.caseFile(), Connected.class))
                    .extracting(Connected::address)
                    .containsExactly("127.0.0.1:" + replica.port());
            assertThat(replicated.verdict().findings()).isEmpty();
        }
    }

    @Test
    void everyAddressThatWasTriedIsNamed() throws IOException {
        int port;
        try (ServerSocket free = new ServerSocket(0)) {
            port = free.getLocalPort();
        }

        ReplicationFailed failed =
                Lab.fails(LAB.settings(port).resolver(Lab.resolvingTo("127.0.0.2", "127.0.0.3", "127.0.0.1")));

        assertThat(Lab.rule(failed)).isEqualTo("replica.unreachable");
        assertThat(failed.verdict().confidence()).contains(CERTAIN);
        assertThat(Lab.all(failed, ConnectFailed.class))
                .extracting(ConnectFailed::address)
                .containsExactly("127.0.0.2:" + port, "127.0.0.3:" + port, "127.0.0.1:" + port);
    }

    /** A node that does not answer is left behind, which is no failure. */
    @Test
    void aDeadNodeDoesNotHoldUpAGoodOne() throws IOException {
        try (Replica replica = LAB.startReplica(store);
                FullBacklog dead = new FullBacklog("127.0.0.2", replica.port())) {
            Replicated replicated =
                    Lab.works(LAB.settings(dead.port()).resolver(Lab.resolvingTo("127.0.0.2", "127.0.0.1")));

            assertThat(replicated.caseFile().took()).isLessThan(Lab.LIMIT.dividedBy(2));
            assertThat(Lab.all(replicated.caseFile(), ConnectFailed.class))
                    .singleElement()
                    .satisfies(piece -> {
                        assertThat(piece.address()).isEqualTo("127.0.0.2:" + replica.port());
                        assertThat(piece.failure().kind()).isEqualTo(FailureKind.CANCELLED);
                        assertThat(piece.adverse()).isFalse();
                    });
        }
    }

    /** Every node rejects; each is asked once, and the answer is one. */
    @ParameterizedTest
    @CsvSource({"TLSv1.2, false", "TLSv1.2, true", "TLSv1.3, false", "TLSv1.3, true"})
    void nodesThatAllRejectGiveOneVerdict(String version, boolean http2) throws IOException {
        List<Replica> nodes = new ArrayList<>();
        try {
            nodes.add(LAB.startReplica(store));
            int port = nodes.get(0).port();
            for (String address : List.of("127.0.0.2", "127.0.0.3")) {
                nodes.add(Replica.start(LAB.replica(store.resolve(address))
                        .listen(new InetSocketAddress(InetAddress.getByName(address), port))
                        .build()));
            }

            ReplicationFailed failed = Lab.fails(LAB.settings(port)
                    .identity(LAB.pki.client("primary.test", Flaw.EXPIRED))
                    .tlsVersions(version)
                    .http2(http2)
                    .resolver(Lab.resolvingTo("127.0.0.2", "127.0.0.3", "127.0.0.1")));

            assertThat(Lab.rule(failed)).isEqualTo("mtls.certificate-rejected");
            assertThat(failed.verdict().confidence()).contains(LIKELY);
            assertThat(nodes).allSatisfy(node -> assertThat(node.connections()).hasSizeLessThanOrEqualTo(1));
        } finally {
            nodes.forEach(Replica::close);
        }
    }

    /** The first of two nodes fails the handshake in some way, the second is good. */
    @ParameterizedTest
    @ValueSource(strings = {"alert", "close", "reset", "no TLS"})
    void aNodeWhoseHandshakeFailsDoesNotMatterWhereAnotherIsGood(String way) throws IOException {
        try (Replica replica = LAB.startReplica(store);
                FakeServer bad = new FakeServer("127.0.0.2", replica.port(), failing(way))) {
            Replicated replicated =
                    Lab.works(LAB.settings(replica.port()).resolver(Lab.resolvingTo("127.0.0.2", "127.0.0.1")));

            assertThat(bad.accepted()).isEqualTo(1);
            assertThat(Lab.all(replicated.caseFile(), HandshakeFailed.class)).hasSize(1);
            assertThat(Lab.all(replicated.caseFile(), HandshakeFinished.class)).hasSize(1);
            assertThat(replicated.verdict().findings()).isEmpty();
        }
    }

    /** Of two nodes the first fails the handshake, the second rejects: the one that got further is the one to heed. */
    @ParameterizedTest
    @CsvSource({
        "alert, TLSv1.2",
        "close, TLSv1.2",
        "reset, TLSv1.2",
        "alert, TLSv1.3",
        "close, TLSv1.3",
        "reset, TLSv1.3"
    })
    void theConnectionThatGotFurthestDecides(String way, String version) throws IOException {
        try (Replica replica = LAB.startReplica(store);
                FakeServer bad = new FakeServer("127.0.0.2", replica.port(), failing(way))) {
            ReplicationFailed failed = Lab.fails(LAB.settings(replica.port())
                    .identity(LAB.pki.client("primary.test", Flaw.EXPIRED))
                    .tlsVersions(version)
                    .resolver(Lab.resolvingTo("127.0.0.2", "127.0.0.1")));

            assertThat(bad.accepted()).isEqualTo(1);
            assertThat(Lab.rule(failed)).isEqualTo("mtls.certificate-rejected");
            assertThat(failed.verdict().confidence()).contains(LIKELY);
        }
    }

    /** One address, whose first connection fails in the handshake: OkHttp may try again, and must not be led astray. */
    @ParameterizedTest
    @ValueSource(strings = {"alert", "close", "reset", "no TLS"})
    void aSecondHandshakeWithTheSameNodeGivesTheVerdictOfOne(String way) throws IOException {
        Conversation bad = failing(way);
        try (Replica replica = LAB.startReplica(store);
                FakeServer once = new FakeServer(wire -> {
                    if (wire.number() == 1) {
                        bad.hold(wire);
                    } else {
                        wire.tunnelTo(replica.port());
                    }
                });
                FakeServer always = new FakeServer(bad);
                PrimaryClient primary =
                        new PrimaryClient(LAB.settings(once.port()).build())) {
            ReplicationFailed first = Lab.fails(primary);
            ReplicationFailed every = Lab.fails(LAB.settings(always.port()));

            assertThat(Lab.rule(first))
                    .isEqualTo(Lab.rule(every))
                    .isEqualTo(way.equals("no TLS") ? "replica.not-tls" : "unexplained");
            assertThat(once.accepted()).isEqualTo(1);
            assertThat(Lab.works(primary).verdict().findings()).isEmpty();
        }
    }

    /** After the first byte of the ClientHello. */
    private static Conversation failing(String way) {
        return wire -> {
            byte[] hello = new byte[16 << 10];
            assertThat(wire.socket().getInputStream().read(hello)).isPositive();
            switch (way) {
                case "alert" -> wire.send(new byte[] {0x15, 3, 3, 0, 2, 2, 40});
                case "no TLS" -> wire.send("HTTP/1.1 400 Bad Request\r\n\r\n");
                case "reset" -> wire.reset();
                case "close" -> {}
                default -> throw new IllegalArgumentException(way);
            }
        };
    }
}
