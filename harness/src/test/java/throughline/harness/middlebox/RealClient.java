package throughline.harness.middlebox;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.Base64;
import java.util.Optional;
import throughline.identity.Trust;

/** Through a real box as a client of its kind comes, and as far as TLS with a box that ends it. */
final class RealClient {
    private RealClient() {}

    /**
     * Logs in where that is asked for.
     *
     * @param port of the replica: a box that is asked leads its name there
     */
    static TestClient enter(Middlebox box, int port, Optional<ProxyAccount> login) throws IOException {
        String authority = "replica.test:" + port;
        return switch (box.kind()) {
            case RELAY -> introduced(TestClient.of(box.address()));
            case TUNNEL -> introduced(connected(TestClient.of(box.address()), authority, login));
            case SOCKS_TUNNEL -> socks(TestClient.of(box.address()), port);
            case INSPECTOR -> tls(box, Pki.inspection()).connect(authority).handshake("replica.test");
            case TRANSPARENT_INSPECTOR -> tls(box, Pki.inspection()).handshake("replica.test");
            case LOAD_BALANCER -> tls(box, Pki.laboratory()).handshake("replica.test");
        };
    }

    private static TlsClient tls(Middlebox box, Trust trust) throws IOException {
        return new TlsClient(box.address(), trust);
    }

    private static TestClient connected(TestClient client, String authority, Optional<ProxyAccount> login)
            throws IOException {
        String account = login.map(known -> known.user() + ":" + known.password())
                .map(pair -> Base64.getEncoder().encodeToString(pair.getBytes(US_ASCII)))
                .map(encoded -> "Proxy-Authorization: Basic " + encoded + "\r\n")
                .orElse("");
        client.send("CONNECT " + authority + " HTTP/1.1\r\nHost: " + authority + "\r\n" + account + "\r\n");
        String head = client.readHead();
        if (!head.matches("(?s)HTTP/1\\.[01] 200 .*")) {
            throw new IOException(head);
        }
        return client;
    }

    /** A real box may want to see a hello first, even where it passes bytes; the replica sends it back as everything else. */
    private static TestClient introduced(TestClient client) throws IOException {
        byte[] hello = Hellos.of("replica.test");
        client.socket.getOutputStream().write(hello);
        assertThat(client.socket.getInputStream().readNBytes(hello.length)).isEqualTo(hello);
        return client;
    }

    /** RFC 1928, 3 and 4: no login, then CONNECT to a name. */
    private static TestClient socks(TestClient client, int port) throws IOException {
        client.send("\5\1\0");
        assertThat(client.socket.getInputStream().readNBytes(2)).containsExactly(5, 0);
        client.send("\5\1\0\3\14replica.test" + (char) (port >> 8) + (char) (port & 0xff));
        assertThat(client.socket.getInputStream().readNBytes(10)).startsWith(5, 0);
        return client;
    }
}
