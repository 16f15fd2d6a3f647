package throughline.harness.middlebox;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSocket;
import throughline.identity.Identity;
import throughline.identity.TlsContexts;
import throughline.tls.ClearTextReader;
import throughline.tls.ClientHello;

/** A JSSE server that remembers what each client said in its hello and whether it showed a certificate. */
final class TlsReplica implements AutoCloseable {
    private final Identity identity;
    private final Consumer<SSLParameters> tuning;
    private final PlainServer.Conversation inside;
    private final PlainServer server;
    private final List<ClientHello> hellos = new CopyOnWriteArrayList<>();
    private final List<Optional<X509Certificate>> clientCertificates = new CopyOnWriteArrayList<>();

    /** @param inside is given the session's socket once the handshake is done */
    TlsReplica(Identity identity, Consumer<SSLParameters> tuning, PlainServer.Conversation inside) {
        this(PlainServer.LOOPBACK, identity, tuning, inside);
    }

    TlsReplica(
            InetSocketAddress at, Identity identity, Consumer<SSLParameters> tuning, PlainServer.Conversation inside) {
        this.identity = identity;
        this.tuning = tuning;
        this.inside = inside;
        this.server = new PlainServer(at, this::converse);
    }

    /** Asks for no certificate and sends back what it gets. */
    static TlsReplica echo() {
        return new TlsReplica(
                Pki.REPLICA, parameters -> {}, socket -> socket.getInputStream().transferTo(socket.getOutputStream()));
    }

    /** The same, and ends the handshake of a client without a certificate. */
    static TlsReplica demanding() {
        return new TlsReplica(
                Pki.REPLICA,
                parameters -> parameters.setNeedClientAuth(true),
                socket -> socket.getInputStream().transferTo(socket.getOutputStream()));
    }

    /** Answers requests that have no body, one after another. */
    static TlsReplica answering(Consumer<SSLParameters> tuning) {
        return new TlsReplica(Pki.REPLICA, tuning, socket -> {
            TestClient peer = new TestClient(socket);
            while (!peer.readHead().isEmpty()) {
                peer.send("HTTP/1.1 200 OK\r\nContent-Length: 20\r\n\r\nthe replica's answer");
            }
        });
    }

    InetSocketAddress address() {
        return server.address();
    }

    PlainServer server() {
        return server;
    }

    /** The hello of every connection, in order. */
    List<ClientHello> hellos() {
        return hellos;
    }

    /** Of every connection whose handshake was done on this side, in order. */
    List<Optional<X509Certificate>> clientCertificates() {
        return clientCertificates;
    }

    @Override
    public void close() throws IOException {
        server.close();
    }

    private void converse(Socket raw) throws IOException {
        ClearTextReader reader = new ClearTextReader();
        SSLSocket session = (SSLSocket)
                TlsContexts.context(identity.keyManager(), Pki.laboratory().trustManager())
                        .getSocketFactory()
                        .createSocket(raw, hello(raw, reader), true);
        SSLParameters parameters = session.getSSLParameters();
        tuning.accept(parameters);
        session.setSSLParameters(parameters);
        session.startHandshake();
        clientCertificates.add(shown(session));
        inside.with(session);
        session.close();
    }

    private InputStream hello(Socket raw, ClearTextReader reader) throws IOException {
        byte[] bytes = new byte[16 << 10];
        while (true) {
            int length = raw.getInputStream().read(bytes);
            if (length < 0) {
                throw new IOException("no hello");
            }
            for (var message : reader.feed(bytes, 0, length)) {
                hellos.add((ClientHello) message);
                return new ByteArrayInputStream(reader.kept());
            }
        }
    }

    private static Optional<X509Certificate> shown(SSLSocket session) {
        try {
            return Optional.of((X509Certificate) session.getSession().getPeerCertificates()[0]);
        } catch (SSLPeerUnverifiedException none) {
            return Optional.empty();
        }
    }
}
