package throughline.primary;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static throughline.primary.diagnosis.Confidence.CERTAIN;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import throughline.primary.dial.NameResolver;
import throughline.primary.dial.ProxySettings;
import throughline.primary.dial.TimeLimits;
import throughline.primary.evidence.FailureKind;
import throughline.primary.evidence.PathEvidence.ConnectFailed;
import throughline.primary.evidence.PathEvidence.Connected;
import throughline.primary.evidence.PathEvidence.Leg;
import throughline.primary.evidence.PathEvidence.NameResolved;
import throughline.primary.evidence.PathEvidence.NameUnresolved;
import throughline.replica.Replica;

/** The way to the proxy: its name and its addresses. */
class ProxyReachTest {
    private static final Lab LAB = new Lab();
    private static final String PROXY = "proxy.test";

    private static Replica replica;

    @BeforeAll
    static void open(@TempDir Path store) throws IOException {
        replica = LAB.startReplica(store);
    }

    @AfterAll
    static void close() {
        replica.close();
    }

    @Test
    void aProxyThatNobodyRunsIsUnreachable() throws IOException {
        int port = freePort();

        ReplicationFailed failed = Lab.fails(settings(port));

        assertThat(Lab.rule(failed)).isEqualTo("proxy.unreachable");
        assertThat(failed.verdict().confidence()).contains(CERTAIN);
        assertThat(Lab.all(failed, ConnectFailed.class)).singleElement().satisfies(piece -> {
            assertThat(piece.leg()).isEqualTo(Leg.PROXY);
            assertThat(piece.address()).isEqualTo("127.0.0.1:" + port);
            assertThat(piece.failure().kind()).isEqualTo(FailureKind.REFUSED);
        });
        assertThat(failed).hasMessageContaining(PROXY + ":" + port);
    }

    @Test
    void anUnknownProxyNameIsTheProxysFault() {
        ReplicationFailed failed = Lab.fails(settings(1).resolver(host -> {
            throw new UnknownHostException(host);
        }));

        assertThat(Lab.rule(failed)).isEqualTo("proxy.unreachable");
        assertThat(failed.verdict().confidence()).contains(CERTAIN);
        assertThat(Lab.all(failed, NameUnresolved.class)).singleElement().satisfies(piece -> {
            assertThat(piece.leg()).isEqualTo(Leg.PROXY);
            assertThat(piece.host()).isEqualTo(PROXY);
            assertThat(piece.failure().kind()).isEqualTo(FailureKind.NAME_UNKNOWN);
        });
    }

    @Test
    void aResolverThatBreaksIsAnUnknownName() {
        ReplicationFailed failed = Lab.fails(settings(1).resolver(host -> {
            throw new IllegalStateException("broken");
        }));

        assertThat(Lab.rule(failed)).isEqualTo("proxy.unreachable");
    }

    @Test
    void aResolverThatHangsEndsAtItsLimit() {
        Duration limit = Duration.ofMillis(300);
        CountDownLatch never = new CountDownLatch(1);
        try {
            ReplicationFailed failed = Lab.fails(settings(1)
                    .limits(new TimeLimits(limit, Lab.LIMIT, Lab.LIMIT, Lab.LIMIT, Lab.LIMIT, Lab.LIMIT))
                    .resolver(host -> loopbackAfter(never, Duration.ofMinutes(1))));

            assertThat(Lab.rule(failed)).isEqualTo("proxy.unreachable");
            assertThat(Lab.all(failed, NameUnresolved.class)).singleElement().satisfies(piece -> {
                assertThat(piece.leg()).isEqualTo(Leg.PROXY);
                assertThat(piece.failure().kind()).isEqualTo(FailureKind.TIMED_OUT);
            });
            assertThat(failed.caseFile().took()).isBetween(limit, limit.plusSeconds(2));
        } finally {
            never.countDown();
        }
    }

    /** 127.0.0.2 is loopback too, and nothing listens there. */
    @Test
    void theNextAddressIsTriedWhenTheFirstRefuses() throws IOException {
        try (FakeServer proxy = new FakeServer(wire -> {
            wire.head();
            wire.send("HTTP/1.1 200 OK\r\n\r\n");
            wire.tunnelTo(replica.port());
        })) {
            Replicated replicated =
                    Lab.works(settings(proxy.port()).resolver(Lab.resolvingTo("127.0.0.2", "127.0.0.3", "127.0.0.1")));

            assertThat(Lab.all(replicated.caseFile(), NameResolved.class))
                    .singleElement()
                    .satisfies(piece ->
                            assertThat(piece.addresses()).containsExactly("127.0.0.2", "127.0.0.3", "127.0.0.1"));
            assertThat(Lab.all(replicated.caseFile(), ConnectFailed.class))
                    .extracting(piece -> piece.failure().kind())
                    .containsExactly(FailureKind.REFUSED, FailureKind.REFUSED);
            assertThat(Lab.all(replicated.caseFile(), Connected.class))
                    .extracting(Connected::address)
                    .containsExactly("127.0.0.1:" + proxy.port());
        }
    }

    /** RFC 8305 section 5: one that is silent holds nobody up, and is no failure. */
    @Test
    void aDeadAddressDoesNotHoldUpAGoodOne() throws IOException {
        try (FakeServer proxy = new FakeServer(wire -> {
                    wire.head();
                    wire.send("HTTP/1.1 200 OK\r\n\r\n");
                    wire.tunnelTo(replica.port());
                });
                FullBacklog dead = new FullBacklog("127.0.0.2", proxy.port())) {
            Replicated replicated =
                    Lab.works(settings(dead.port()).resolver(Lab.resolvingTo("127.0.0.2", "127.0.0.1")));

            assertThat(replicated.caseFile().took()).isLessThan(Lab.LIMIT.dividedBy(2));
            assertThat(Lab.all(replicated.caseFile(), ConnectFailed.class))
                    .singleElement()
                    .satisfies(piece -> {
                        assertThat(piece.leg()).isEqualTo(Leg.PROXY);
                        assertThat(piece.address()).isEqualTo("127.0.0.2:" + proxy.port());
                        assertThat(piece.failure().kind()).isEqualTo(FailureKind.CANCELLED);
                        assertThat(piece.adverse()).isFalse();
                    });
            assertThat(Lab.all(replicated.caseFile(), Connected.class))
                    .extracting(Connected::address)
                    .containsExactly("127.0.0.1:" + proxy.port());
        }
    }

    /** Each has its limit from when it is begun, and they run beside each other. */
    @Test
    void addressesThatAreAllSilentEndTogether() throws IOException {
        Duration limit = Duration.ofMillis(600);
        try (FullBacklog one = new FullBacklog("127.0.0.1", 0);
                FullBacklog two = new FullBacklog("127.0.0.2", one.port())) {
            ReplicationFailed failed = Lab.fails(settings(two.port())
                    .limits(new TimeLimits(Lab.LIMIT, limit, Lab.LIMIT, Lab.LIMIT, Lab.LIMIT, Lab.LIMIT))
                    .resolver(Lab.resolvingTo("127.0.0.1", "127.0.0.2")));

            assertThat(Lab.all(failed, ConnectFailed.class))
                    .hasSize(2)
                    .allMatch(piece -> piece.failure().kind() == FailureKind.TIMED_OUT);
            assertThat(Lab.rule(failed)).isEqualTo("proxy.unreachable");
            assertThat(failed.caseFile().took()).isLessThan(limit.plusSeconds(3));
        }
    }

    @Test
    void closingTheClientEndsEveryAttempt() throws Exception {
        Await.until("those of other tests have ended", () -> connecting() == 0);
        try (FullBacklog one = new FullBacklog("127.0.0.1", 0);
                FullBacklog two = new FullBacklog("127.0.0.2", one.port())) {
            PrimaryClient primary = new PrimaryClient(settings(two.port())
                    .resolver(Lab.resolvingTo("127.0.0.1", "127.0.0.2"))
                    .build());
            Thread closing = new Thread(() -> {
                Await.until("both are tried", () -> connecting() == 2);
                primary.close();
            });
            closing.start();

            ReplicationFailed failed = Lab.fails(primary);

            closing.join();
            // The call does not wait for attempts that are ending: how many are in the case is chance.
            assertThat(Lab.all(failed, ConnectFailed.class))
                    .allMatch(piece -> piece.failure().kind() == FailureKind.CANCELLED);
            assertThat(failed.caseFile().took()).isLessThan(Lab.LIMIT);
            Await.until("no thread is left", () -> connecting() == 0);
        }
    }

    private static long connecting() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().equals("throughline-connect"))
                .count();
    }

    @Test
    void aProxyMayBeGivenAsAnIpv6Address() throws IOException {
        assumeThat(hasIpv6()).as("IPv6 on loopback").isTrue();
        try (FakeServer proxy = new FakeServer("::1", 0, wire -> {
            wire.head();
            wire.send("HTTP/1.1 200 OK\r\n\r\n");
            wire.tunnelTo(replica.port());
        })) {
            Replicated replicated = Lab.works(LAB.settings(replica.port())
                    .resolver(NameResolver.system())
                    .proxy(ProxySettings.parse("http://[::1]:" + proxy.port())));

            assertThat(replicated.caseFile().setup().proxy()).contains("[::1]:" + proxy.port());
            assertThat(Lab.all(replicated.caseFile(), Connected.class))
                    .extracting(Connected::address)
                    .containsExactly("[0:0:0:0:0:0:0:1]:" + proxy.port());
        }
    }

    private static boolean hasIpv6() {
        try (ServerSocket socket = new ServerSocket()) {
            byte[] loopback = new byte[16];
            loopback[15] = 1;
            socket.bind(new InetSocketAddress(InetAddress.getByAddress(loopback), 0));
            return true;
        } catch (IOException none) {
            return false;
        }
    }

    /** RFC 5890: what goes out, and is resolved, is the form for DNS. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aProxyMayHaveANameThatIsNotAscii(boolean fromUrl) throws IOException {
        List<String> resolved = new CopyOnWriteArrayList<>();
        try (FakeServer proxy = new FakeServer(wire -> {
            wire.head();
            wire.send("HTTP/1.1 200 OK\r\n\r\n");
            wire.tunnelTo(replica.port());
        })) {
            Lab.works(LAB.settings(replica.port())
                    .resolver(host -> {
                        resolved.add(host);
                        return List.of(InetAddress.getLoopbackAddress());
                    })
                    .proxy(
                            fromUrl
                                    ? ProxySettings.parse("http://b\u00fccher.test:" + proxy.port())
                                    : ProxySettings.httpConnect("b\u00fccher.test", proxy.port())));

            assertThat(resolved).containsExactly("xn--bcher-kva.test");
        }
    }

    @Test
    void aReplicaMayHaveANameThatIsNotAscii() throws IOException {
        List<String> heads = new CopyOnWriteArrayList<>();
        try (FakeServer proxy = new FakeServer(wire -> {
            heads.add(wire.head());
            wire.send("HTTP/1.1 403 No\r\n\r\n");
        })) {
            ClientSettings.Builder settings = ClientSettings.to(URI.create("https://b\u00fccher.test:8443"))
                    .resolver(Lab.LOOPBACK)
                    .proxy(ProxySettings.httpConnect("127.0.0.1", proxy.port()));

            assertThat(settings.build().host()).isEqualTo("xn--bcher-kva.test");
            assertThat(Lab.rule(Lab.fails(settings))).isEqualTo("tunnel.refused");
            assertThat(heads).singleElement().asString().startsWith("CONNECT xn--bcher-kva.test:8443 HTTP/1.1\r\n");
        }
    }

    @Test
    void everyAddressThatWasTriedIsNamed() throws IOException {
        int port = freePort();

        ReplicationFailed failed = Lab.fails(settings(port).resolver(Lab.resolvingTo("127.0.0.2", "127.0.0.1")));

        assertThat(Lab.rule(failed)).isEqualTo("proxy.unreachable");
        assertThat(failed).hasMessageContaining("127.0.0.2:" + port).hasMessageContaining("127.0.0.1:" + port);
    }

    /** The replica's name is the proxy's business: ours may not even know it. */
    @Test
    void theReplicasNameIsNotResolvedHere() throws IOException {
        try (FakeServer proxy = new FakeServer(wire -> {
            wire.head();
            wire.send("HTTP/1.1 200 OK\r\n\r\n");
            wire.tunnelTo(replica.port());
        })) {
            NameResolver knowsOnlyTheProxy = host -> {
                if (host.equals(PROXY)) {
                    return List.of(InetAddress.getLoopbackAddress());
                }
                throw new UnknownHostException(host);
            };

            assertThat(Lab.works(settings(proxy.port()).resolver(knowsOnlyTheProxy))
                            .receipt())
                    .isEmpty();
        }
    }

    /** The limit for the answer to CONNECT begins when CONNECT is sent. */
    @Test
    void findingTheProxyDoesNotUseUpTheTimeForItsAnswer() throws IOException {
        Duration limit = Duration.ofMillis(500);
        CountDownLatch never = new CountDownLatch(1);
        try (FakeServer proxy = new FakeServer(wire -> {
            wire.head();
            wire.send("HTTP/1.1 200 OK\r\n\r\n");
            wire.tunnelTo(replica.port());
        })) {
            Lab.works(settings(proxy.port())
                    .limits(new TimeLimits(Lab.LIMIT, Lab.LIMIT, limit, Lab.LIMIT, Lab.LIMIT, Lab.LIMIT))
                    .resolver(host -> loopbackAfter(never, limit.plusMillis(100))));
        }
    }

    private static ClientSettings.Builder settings(int proxyPort) {
        return LAB.settings(replica.port()).proxy(ProxySettings.httpConnect(PROXY, proxyPort));
    }

    private static List<InetAddress> loopbackAfter(CountDownLatch event, Duration atMost) {
        try {
            event.await(atMost.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return List.of(InetAddress.getLoopbackAddress());
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }
}
