package throughline.harness.middlebox;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** TCP has two directions, and each ends by itself (RFC 9293, 3.6): through every box that passes bytes. */
@Timeout(60)
class HalfCloseTest {
    private final Deque<AutoCloseable> opened = new ArrayDeque<>();

    /** Ways through boxes that pass bytes. */
    enum Way {
        RELAY,
        /** With its bytes behind gates, which are threads and not a selector. */
        SLOW_RELAY,
        TUNNEL,
        SLOW_TUNNEL,
        TLS_TUNNEL,
        CHAIN,
        SOCKS,
        EXEMPT,
        PROXY_PROTOCOL
    }

    @AfterEach
    void close() throws Exception {
        while (!opened.isEmpty()) {
            opened.pop().close();
        }
    }

    @ParameterizedTest
    @EnumSource
    void aClientThatHasFinishedStillGetsTheAnswer(Way way) throws IOException {
        PlainServer counting = keep(new PlainServer(socket -> {
            int length = socket.getInputStream().readAllBytes().length;
            socket.getOutputStream().write(("got " + length).getBytes(UTF_8));
        }));
        TestClient client = enter(way, counting.address());
        client.send("12345");
        client.socket.shutdownOutput();

        assertThat(client.readToEnd()).isEqualTo(way == Way.PROXY_PROTOCOL ? "got 33" : "got 5");
        assertThat(counting.failures()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void aReplicaThatHasFinishedStillGetsTheRest(Way way) throws IOException {
        int header = way == Way.PROXY_PROTOCOL ? 28 : 0;
        StringBuilder received = new StringBuilder();
        PlainServer greeting = keep(new PlainServer(socket -> {
            socket.getInputStream().skipNBytes(header);
            socket.getOutputStream().write("bye".getBytes(UTF_8));
            socket.shutdownOutput();
            String rest = new String(socket.getInputStream().readAllBytes(), UTF_8);
            synchronized (received) {
                received.append(rest).append('.');
            }
        }));
        TestClient client = enter(way, greeting.address());
        assertThat(client.readToEnd()).isEqualTo("bye");
        client.send("and still more");
        client.socket.shutdownOutput();

        Await.until("the replica has all of it", () -> {
            synchronized (received) {
                return received.toString().equals("and still more.");
            }
        });
        assertThat(greeting.failures()).isEmpty();
    }

    private TestClient enter(Way way, InetSocketAddress replica) throws IOException {
        Routes routes = Routes.to("replica.test", replica);
        Listening plain = Listening.onLoopback();
        // Slow by nothing: enough to put the bytes behind gates.
        Listening slow = plain.with(new Adversity.Slow(Duration.ofMillis(1), Duration.ZERO, 0));
        return switch (way) {
            case RELAY -> into(Relay.open(RelaySettings.to(replica), plain));
            case SLOW_RELAY -> into(Relay.open(RelaySettings.to(replica), slow));
            case PROXY_PROTOCOL -> into(Relay.open(RelaySettings.to(replica).announcing(ProxyProtocol.V2), plain));
            case TUNNEL -> into(Tunnel.open(TunnelSettings.builder(routes).build(), plain));
            case SLOW_TUNNEL -> into(Tunnel.open(TunnelSettings.builder(routes).build(), slow));
            case CHAIN -> {
                Tunnel parent = keep(Tunnel.open(TunnelSettings.builder(routes).build()));
                yield into(Tunnel.open(TunnelSettings.builder(routes)
                        .parent(new ParentProxy(parent.address(), Optional.empty()))
                        .build()));
            }
            case SOCKS -> into(SocksTunnel.open(SocksSettings.open(routes), plain));
            case EXEMPT ->
                connected(keep(
                        Inspector.open(InspectorSettings.builder(routes, Pki.LABORATORY.inspector(), Pki.laboratory())
                                .exempt("replica.test")
                                .build())));
            case TLS_TUNNEL -> {
                Tunnel box = keep(Tunnel.open(TunnelSettings.builder(routes)
                        .tls(Pki.LABORATORY.server("proxy.test"))
                        .build()));
                // Under TLS 1.2 Java answers the end of one direction with the end of both (RFC 5246, 7.2.1).
                TlsClient raw = keep(new TlsClient(box.address(), Pki.laboratory()).versions("TLSv1.3"));
                yield asked(raw.handshake("proxy.test"));
            }
        };
    }

    private TestClient into(Middlebox box) throws IOException {
        return keep(InProcess.enter(keep(box)));
    }

    private TestClient connected(Middlebox box) throws IOException {
        return asked(keep(TestClient.of(box.address())));
    }

    private static TestClient asked(TestClient client) throws IOException {
        client.send("CONNECT replica.test:443 HTTP/1.1\r\nHost: replica.test:443\r\n\r\n");
        assertThat(client.readHead()).startsWith("HTTP/1.1 200 ");
        return client;
    }

    private <T extends AutoCloseable> T keep(T resource) {
        opened.push(resource);
        return resource;
    }
}
