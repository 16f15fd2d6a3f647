package throughline.primary;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import throughline.primary.dial.PacScript;
import throughline.primary.dial.ProxyCredentials;
import throughline.primary.dial.ProxySettings;
import throughline.primary.dial.ProxySettings.FirstOf;
import throughline.primary.dial.ProxySettings.HttpConnect;
import throughline.primary.evidence.Evidence;
import throughline.primary.evidence.PathEvidence.ConnectFailed;
import throughline.primary.evidence.PathEvidence.Connected;
import throughline.primary.evidence.PathEvidence.Leg;
import throughline.primary.evidence.PathEvidence.NameResolved;
import throughline.primary.evidence.PathEvidence.TunnelAnswered;
import throughline.primary.evidence.PathEvidence.TunnelFailed;
import throughline.replica.Replica;

/** Ways that are tried one after the other, as a PAC script tells them. */
class SeveralWaysTest {
    private static final Lab LAB = new Lab();

    private static Replica replica;

    @BeforeAll
    static void open(@TempDir Path store) throws IOException {
        replica = LAB.startReplica(store);
    }

    @AfterAll
    static void shut() {
        replica.close();
    }

    @Test
    void theSecondProxyIsTakenWhereTheFirstIsNotThere() throws IOException {
        int dead = InstalledProxy.freePort();
        try (FakeServer proxy = new FakeServer(SeveralWaysTest::letThrough)) {
            Replicated replicated = Lab.works(through(http(dead), http(proxy.port())));

            assertThat(replicated.caseFile().setup().proxy())
                    .contains("127.0.0.1:" + dead + " or 127.0.0.1:" + proxy.port());
            assertThat(connections(replicated, ConnectFailed.class)).containsExactly(1);
            assertThat(connections(replicated, TunnelAnswered.class)).containsExactly(2);
        }
    }

    @Test
    void aProxyThatSaysNothingIsGoneAround() throws IOException {
        try (FakeServer silent = new FakeServer(Wire::head);
                FakeServer proxy = new FakeServer(SeveralWaysTest::letThrough)) {
            Replicated replicated = Lab.works(through(http(silent.port()), http(proxy.port())));

            assertThat(connections(replicated, TunnelFailed.class)).containsExactly(1);
            assertThat(connections(replicated, TunnelAnswered.class)).containsExactly(2);
        }
    }

    /** Companies rely on a refusal being the end of it. */
    @ParameterizedTest
    @ValueSource(strings = {"403 Forbidden", "407 Who", "502 Bad Gateway"})
    void aProxyThatHasAnsweredIsNotGoneAround(String status) throws IOException {
        try (FakeServer refusing = new FakeServer(wire -> {
                    wire.head();
                    wire.send("HTTP/1.1 " + status + "\r\nContent-Length: 0\r\n\r\n");
                });
                FakeServer other = new FakeServer(SeveralWaysTest::letThrough)) {
            ReplicationFailed failed =
                    Lab.fails(through(http(refusing.port()), http(other.port()), ProxySettings.direct()));

            assertThat(Lab.rule(failed)).startsWith("tunnel.");
            assertThat(failed)
                    .hasMessageContaining("127.0.0.1:" + refusing.port())
                    .hasMessageNotContaining("127.0.0.1:" + other.port());
            assertThat(other.accepted()).isZero();
        }
    }

    @Test
    void theReplicaIsLookedForOnlyWhenItsTurnComes() throws IOException {
        Replicated replicated = Lab.works(through(http(InstalledProxy.freePort()), ProxySettings.direct()));

        assertThat(Lab.all(replicated.caseFile(), Connected.class))
                .extracting(Connected::leg)
                .containsExactly(Leg.REPLICA);
        assertThat(Lab.all(replicated.caseFile(), NameResolved.class))
                .extracting(NameResolved::host)
                .containsExactly("127.0.0.1", Lab.HOST);
    }

    @Test
    void whereNoWayOpensTheLastIsNamed() throws IOException {
        int first = InstalledProxy.freePort();
        int second = InstalledProxy.freePort();
        ReplicationFailed failed = Lab.fails(through(http(first), http(second)));

        assertThat(Lab.rule(failed)).isEqualTo("proxy.unreachable");
        assertThat(failed).hasMessageContaining("The proxy 127.0.0.1:" + second + " cannot be reached");
        assertThat(Lab.all(failed, ConnectFailed.class)).hasSize(2);
    }

    /** The first proxy is the script's own idea: what belongs to the second is not for it. */
    @Test
    void aScriptLeadsThroughItsProxiesAndOnlyTheNamedOneIsGivenCredentials(@TempDir Path folder) throws IOException {
        try (FakeServer strange = new FakeServer(wire -> {
                    assertThat(wire.head()).doesNotContain("Proxy-Authorization");
                });
                FakeServer proxy = new FakeServer(wire -> {
                    wire.head();
                    wire.send("HTTP/1.1 407 Who\r\nProxy-Authenticate: Basic realm=\"r\"\r\nContent-Length: 0\r\n\r\n");
                    assertThat(wire.head()).contains("Proxy-Authorization: Basic YWxpY2U6c2VzYW1l");
                    wire.send("HTTP/1.1 200 OK\r\n\r\n");
                    wire.tunnelTo(replica.port());
                })) {
            Path script = Files.writeString(
                    folder.resolve("proxy.pac"),
                    "function FindProxyForURL(url, host) { return dnsDomainIs(host, '.test') ? 'PROXY 127.0.0.1:"
                            + strange.port() + "; PROXY 127.0.0.1:" + proxy.port() + "' : 'DIRECT'; }");
            ProxySettings settings = PacScript.of(script)
                    .knowing(new HttpConnect(
                            "127.0.0.1", proxy.port(), Optional.of(new ProxyCredentials("alice", "sesame"))))
                    .settings(Lab.HOST, replica.port());

            Lab.works(LAB.settings(replica.port()).proxy(settings));

            assertThat(strange.accepted()).isEqualTo(1);
        }
    }

    private static void letThrough(Wire wire) throws IOException {
        wire.head();
        wire.send("HTTP/1.1 200 OK\r\n\r\n");
        wire.tunnelTo(replica.port());
    }

    private static List<Integer> connections(Replicated replicated, Class<? extends Evidence> kind) {
        return Lab.all(replicated.caseFile(), kind).stream()
                .map(Evidence::connection)
                .toList();
    }

    private static ProxySettings http(int port) {
        return ProxySettings.httpConnect("127.0.0.1", port);
    }

    private static ClientSettings.Builder through(ProxySettings... ways) {
        return LAB.settings(replica.port()).proxy(new FirstOf(List.of(ways)));
    }
}
