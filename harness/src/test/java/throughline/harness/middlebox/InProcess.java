package throughline.harness.middlebox;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import throughline.harness.middlebox.MiddleboxContract.EchoReplica;
import throughline.identity.Trust;

/** The imitated boxes as the tests open them, by kind. */
final class InProcess {
    private static final ProxyAccount SOMEBODY = new ProxyAccount("primary", "s3cret");

    private InProcess() {}

    static Middlebox open(MiddleboxKind kind, EchoReplica behind, Listening listening) {
        return switch (kind) {
            case RELAY -> Relay.open(RelaySettings.to(behind.server().address()), listening);
            case TUNNEL -> Tunnel.open(TunnelSettings.builder(behind.routes()).build(), listening);
            case SOCKS_TUNNEL -> SocksTunnel.open(SocksSettings.open(behind.routes()), listening);
            case INSPECTOR -> Inspector.open(inspector(behind).build(), listening);
            case TRANSPARENT_INSPECTOR ->
                Inspector.open(inspector(behind).mode(InspectorMode.TRANSPARENT).build(), listening);
            case LOAD_BALANCER ->
                LoadBalancer.open(
                        new LoadBalancerSettings(
                                behind.routes(), "replica.test", Pki.REPLICA, Optional.empty(), Pki.laboratory()),
                        listening);
        };
    }

    static Optional<Middlebox> openGuarded(MiddleboxKind kind, EchoReplica behind) {
        return switch (kind) {
            case RELAY, TRANSPARENT_INSPECTOR, LOAD_BALANCER -> Optional.empty();
            case TUNNEL ->
                Optional.of(Tunnel.open(TunnelSettings.builder(behind.routes())
                        .credentials(SOMEBODY)
                        .build()));
            case SOCKS_TUNNEL ->
                Optional.of(SocksTunnel.open(
                        SocksSettings.open(behind.routes()).credentials(SOMEBODY), Listening.onLoopback()));
            case INSPECTOR ->
                Optional.of(Inspector.open(
                        inspector(behind).build(), Listening.onLoopback().with(new Adversity.DemandAuthentication())));
        };
    }

    static TestClient enter(Middlebox box) throws IOException {
        return enter(box, Duration.ofSeconds(10));
    }

    /**
     * Through the box as a client of its kind comes, and as far as TLS with a box that ends it.
     *
     * @param patience how long anything may take, now and later
     * @throws IOException with the head of the answer, where a CONNECT was refused
     */
    static TestClient enter(Middlebox box, Duration patience) throws IOException {
        return switch (box.kind()) {
            case RELAY -> plain(box, patience);
            case TUNNEL -> connected(plain(box, patience));
            case SOCKS_TUNNEL -> socks(plain(box, patience));
            case INSPECTOR ->
                tls(box, Pki.inspection(), patience).connect("replica.test:443").handshake("replica.test");
            case TRANSPARENT_INSPECTOR -> tls(box, Pki.inspection(), patience).handshake("replica.test");
            case LOAD_BALANCER -> tls(box, Pki.laboratory(), patience).handshake("replica.test");
        };
    }

    private static TestClient plain(Middlebox box, Duration patience) throws IOException {
        TestClient client = TestClient.of(box.address());
        client.socket.setSoTimeout((int) patience.toMillis());
        return client;
    }

    private static TlsClient tls(Middlebox box, Trust trust, Duration patience) throws IOException {
        return new TlsClient(box.address(), trust).patience(patience);
    }

    private static TestClient connected(TestClient client) throws IOException {
        client.send("CONNECT replica.test:443 HTTP/1.1\r\nHost: replica.test:443\r\n\r\n");
        String head = client.readHead();
        if (!head.startsWith("HTTP/1.1 200 ") || head.contains("text/html")) {
            throw new IOException(head);
        }
        return client;
    }

    /** RFC 1928, 3 and 4: no login, then CONNECT to a name. */
    private static TestClient socks(TestClient client) throws IOException {
        client.send("\5\1\0");
        if (client.socket.getInputStream().readNBytes(2)[1] != 0) {
            throw new IOException("no method is acceptable");
        }
        client.send("\5\1\0\3\14replica.test\1\273");
        assertThat(client.socket.getInputStream().readNBytes(10)).startsWith(5, 0);
        return client;
    }

    private static InspectorSettings.Builder inspector(EchoReplica behind) {
        return InspectorSettings.builder(behind.routes(), Pki.LABORATORY.inspector(), Pki.laboratory());
    }
}
