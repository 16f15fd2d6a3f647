package throughline.primary;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import throughline.certs.TestPki;
import throughline.identity.Identity;
import throughline.primary.FakeServer.Conversation;
import throughline.primary.dial.ProxyCredentials;
import throughline.primary.dial.ProxySettings;
import throughline.primary.dial.ProxySettings.Chain;
import throughline.primary.dial.ProxySettings.Hop;
import throughline.primary.dial.ProxySettings.HttpConnect;
import throughline.primary.dial.ProxyTls;
import throughline.primary.evidence.PathEvidence.Connected;
import throughline.primary.evidence.PathEvidence.SocksAnswered;
import throughline.primary.evidence.PathEvidence.SocksStep;
import throughline.primary.evidence.PathEvidence.TunnelAnswered;
import throughline.replica.Replica;

/** Two proxies, one behind the other. */
class ProxyChainTest {
    private static final Lab LAB = new Lab();
    private static final String SECOND = "second.test";
    private static final TestPki COMPANY = TestPki.create(Clock.systemUTC());
    private static final Identity CERTIFICATE = COMPANY.server(SECOND);

    private static Replica replica;

    @BeforeAll
    static void open(@TempDir Path store) throws IOException {
        replica = LAB.startReplica(store);
    }

    @AfterAll
    static void close() {
        replica.close();
    }

    private enum Kind {
        HTTP,
        HTTPS,
        SOCKS;

        /** Opens a tunnel to a port of loopback, whatever name is asked for. */
        Conversation leadingTo(int port) {
            return switch (this) {
                case HTTP ->
                    wire -> {
                        wire.head();
                        wire.send("HTTP/1.1 200 OK\r\n\r\n");
                        wire.tunnelTo(port);
                    };
                case HTTPS -> new FakeReplica(CERTIFICATE, COMPANY.trust(), false).speaking(HTTP.leadingTo(port));
                case SOCKS ->
                    wire -> {
                        new FakeSocks(wire).serve(Optional.empty());
                        wire.tunnelTo(port);
                    };
            };
        }

        Hop at(String host, int port) {
            ProxySettings settings =
                    switch (this) {
                        case HTTP -> ProxySettings.httpConnect(host, port);
                        case HTTPS -> ProxySettings.httpsConnect(host, port, ProxyTls.trusting(COMPANY.trust()));
                        case SOCKS -> ProxySettings.socks5(host, port);
                    };
            return (Hop) settings;
        }
    }

    static Stream<Arguments> pairs() {
        return Stream.of(Kind.values())
                .flatMap(first -> Stream.of(Kind.values()).map(second -> Arguments.of(first, second)));
    }

    @ParameterizedTest
    @MethodSource("pairs")
    void everyPairOfKindsLeadsThrough(Kind first, Kind second) throws IOException {
        try (FakeServer outer = new FakeServer(second.leadingTo(replica.port()));
                FakeServer inner = new FakeServer(first.leadingTo(outer.port()))) {
            Replicated replicated = Lab.works(LAB.settings(replica.port())
                    .proxy(new Chain(first.at(SECOND, inner.port()), second.at(SECOND, outer.port()))));

            assertThat(Lab.all(replicated.caseFile(), Connected.class))
                    .extracting(Connected::address)
                    .containsExactly("127.0.0.1:" + inner.port());
            assertThat(inner.accepted()).isEqualTo(1);
            assertThat(outer.accepted()).isEqualTo(1);
        }
    }

    /** What it says is kept, whatever leads to it: status, headers, the first 4 KiB of its page, the time it took. */
    @Test
    void oneAnswerIsTheSameEvidenceOnEveryWay() throws IOException {
        Map<String, String> kept = Map.of(
                "server", "squid/5.7",
                "via", "1.1 box (squid/5.7), 1.1 other",
                "proxy-status", "box; error=destination_ip_prohibited",
                "proxy-authenticate", "Basic realm=\"box\", Negotiate",
                "x-squid-error", "ERR_ACCESS_DENIED 0",
                "content-length", "6000");
        Conversation refusal = wire -> {
            wire.head();
            wire.send("HTTP/1.1 403 Not today\r\nServer: squid/5.7\r\nVia: 1.1 box (squid/5.7)\r\nVia: 1.1 other\r\n"
                    + "Proxy-Status: box; error=destination_ip_prohibited\r\nX-Squid-Error: ERR_ACCESS_DENIED 0\r\n"
                    + "Proxy-Authenticate: Basic realm=\"box\"\r\nProxy-Authenticate: Negotiate\r\n"
                    + "X-Client: 10.1.2.3\r\nContent-Length: 6000\r\n\r\n" + "x".repeat(6000));
        };
        try (FakeServer plain = new FakeServer(refusal);
                FakeServer secured =
                        new FakeServer(new FakeReplica(CERTIFICATE, COMPANY.trust(), false).speaking(refusal));
                FakeServer viaHttp = new FakeServer(Kind.HTTP.leadingTo(plain.port()));
                FakeServer viaHttps = new FakeServer(Kind.HTTPS.leadingTo(secured.port()));
                FakeServer viaSocks = new FakeServer(Kind.SOCKS.leadingTo(plain.port()))) {
            for (ProxySettings way : List.of(
                    Kind.HTTP.at(SECOND, plain.port()),
                    Kind.HTTPS.at(SECOND, secured.port()),
                    new Chain(Kind.HTTP.at(SECOND, viaHttp.port()), Kind.HTTP.at(SECOND, plain.port())),
                    new Chain(Kind.HTTPS.at(SECOND, viaHttps.port()), Kind.HTTPS.at(SECOND, secured.port())),
                    new Chain(Kind.SOCKS.at(SECOND, viaSocks.port()), Kind.HTTP.at(SECOND, plain.port())))) {
                ReplicationFailed failed =
                        Lab.fails(LAB.settings(replica.port()).proxy(way));

                assertThat(Lab.last(failed, TunnelAnswered.class)).hasValueSatisfying(answer -> {
                    assertThat(answer.status()).isEqualTo(403);
                    assertThat(answer.reason()).isEqualTo("Not today");
                    assertThat(answer.headers()).isEqualTo(kept);
                    assertThat(answer.body()).startsWith("x".repeat(4000)).hasSizeLessThanOrEqualTo(4097);
                    assertThat(answer.took()).isPositive();
                });
            }
        }
    }

    @Test
    void oneReplyOfSocksIsTheSameEvidenceOnEveryWay() throws IOException {
        try (FakeServer socks = new FakeServer(wire -> {
                    FakeSocks speaking = new FakeSocks(wire);
                    speaking.methods();
                    speaking.send(5, 0);
                    speaking.target();
                    speaking.send(5, 2, 0, 1, 0, 0, 0, 0, 0, 0);
                });
                FakeServer first = new FakeServer(Kind.HTTPS.leadingTo(socks.port()))) {
            Hop last = Kind.SOCKS.at(SECOND, socks.port());
            for (ProxySettings way : List.of(last, new Chain(Kind.HTTPS.at(SECOND, first.port()), last))) {
                ReplicationFailed failed =
                        Lab.fails(LAB.settings(replica.port()).proxy(way));

                assertThat(Lab.last(failed, SocksAnswered.class)).hasValueSatisfying(answer -> {
                    assertThat(answer.step()).isEqualTo(SocksStep.CONNECT);
                    assertThat(answer.code()).isEqualTo(2);
                    assertThat(answer.target()).isEqualTo(Lab.HOST + ":" + replica.port());
                    assertThat(answer.took()).isPositive();
                });
            }
        }
    }

    @Test
    void theFirstThatRefusesIsNamed() throws IOException {
        try (FakeServer first = new FakeServer(wire -> {
            wire.head();
            wire.send("HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n");
        })) {
            ReplicationFailed failed = Lab.fails(through(first, 3128));

            assertThat(Lab.rule(failed)).isEqualTo("tunnel.refused");
            assertThat(failed)
                    .hasMessageContaining(
                            "The proxy 127.0.0.1:" + first.port() + " does not open a tunnel to " + SECOND + ":3128");
        }
    }

    @Test
    void theSecondThatRefusesIsNamed() throws IOException {
        try (FakeServer second = new FakeServer(wire -> {
                    wire.head();
                    wire.send("HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n");
                });
                FakeServer first = new FakeServer(Kind.HTTP.leadingTo(second.port()))) {
            ReplicationFailed failed = Lab.fails(through(first, second.port()));

            assertThat(Lab.rule(failed)).isEqualTo("tunnel.refused");
            assertThat(failed)
                    .hasMessageContaining("The proxy " + SECOND + ":" + second.port() + " does not open a tunnel to "
                            + Lab.HOST + ":" + replica.port());
        }
    }

    /** A proxy that closes behind its 407 is connected anew, and with it the way to it. */
    @Test
    void eachProxyGetsItsOwnCredentialsAndNoOther() throws IOException {
        List<String> atFirst = new CopyOnWriteArrayList<>();
        List<String> atSecond = new CopyOnWriteArrayList<>();
        try (FakeServer second = new FakeServer(wire -> demandOnce(wire, atSecond, replica.port()));
                FakeServer first = new FakeServer(wire -> demandOnce(wire, atFirst, second.port()))) {
            Replicated replicated = Lab.works(LAB.settings(replica.port())
                    .proxy(new Chain(
                            new HttpConnect("127.0.0.1", first.port(), credentials("one")),
                            new HttpConnect(SECOND, second.port(), credentials("two")))));

            // printf 'one:one' | base64, and the same with two.
            assertThat(atFirst).anyMatch(head -> head.contains("Basic b25lOm9uZQ==\r\n"));
            assertThat(atFirst).noneMatch(head -> head.contains("dHdvOnR3bw=="));
            assertThat(atSecond).anyMatch(head -> head.contains("Basic dHdvOnR3bw==\r\n"));
            assertThat(atSecond).noneMatch(head -> head.contains("b25lOm9uZQ=="));
            assertThat(Lab.all(replicated.caseFile(), TunnelAnswered.class))
                    .extracting(TunnelAnswered::status)
                    .containsExactly(407, 200, 407, 200, 200);
        }
    }

    private static void demandOnce(Wire wire, List<String> heads, int port) throws IOException {
        String head = wire.head();
        heads.add(head);
        if (head.contains("Proxy-Authorization")) {
            wire.send("HTTP/1.1 200 OK\r\n\r\n");
            wire.tunnelTo(port);
        } else {
            wire.send("HTTP/1.1 407 Who\r\nProxy-Authenticate: Basic\r\nConnection: close\r\n\r\n");
        }
    }

    private static Optional<ProxyCredentials> credentials(String name) {
        return Optional.of(new ProxyCredentials(name, name));
    }

    private static ClientSettings.Builder through(FakeServer first, int secondPort) {
        return LAB.settings(replica.port())
                .proxy(new Chain((Hop) ProxySettings.httpConnect("127.0.0.1", first.port()), (Hop)
                        ProxySettings.httpConnect(SECOND, secondPort)));
    }
}
