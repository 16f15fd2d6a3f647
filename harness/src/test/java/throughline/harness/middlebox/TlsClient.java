package throughline.harness.middlebox;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import throughline.identity.Identity;
import throughline.identity.TlsContexts;
import throughline.identity.Trust;
import throughline.tls.ClearTextReader;
import throughline.tls.ClientHello;
import throughline.tls.TlsMessage;

/** A JSSE client that knows the hello it sent. */
final class TlsClient implements AutoCloseable {
    private final Tap raw = new Tap();
    private final TestClient plain = new TestClient(raw);
    private final Trust trust;
    private Optional<Identity> identity = Optional.empty();
    private String[] versions = {"TLSv1.2", "TLSv1.3"};
    private String[] applicationProtocols = {};

    TlsClient(InetSocketAddress address, Trust trust) throws IOException {
        this.trust = trust;
        raw.connect(address);
        raw.setTcpNoDelay(true);
        raw.setSoTimeout(10_000);
    }

    TlsClient identity(Identity shown) {
        identity = Optional.of(shown);
        return this;
    }

    TlsClient versions(String... offered) {
        versions = offered;
        return this;
    }

    TlsClient applicationProtocols(String... offered) {
        applicationProtocols = offered;
        return this;
    }

    /** How long it waits for whatever is to come; 10 seconds unless told otherwise. */
    TlsClient patience(Duration limit) throws IOException {
        raw.setSoTimeout((int) limit.toMillis());
        return this;
    }

    /** Asks a proxy for a way. */
    TlsClient connect(String authority) throws IOException {
        plain.send("CONNECT " + authority + " HTTP/1.1\r\nHost: " + authority + "\r\n\r\n");
        String head = plain.readHead();
        if (!head.startsWith("HTTP/1.1 200 ")) {
            throw new IOException(head);
        }
        return this;
    }

    /** Finishes the handshake, name check included. */
    TestClient handshake(String host) throws IOException {
        var context = identity.isPresent()
                ? TlsContexts.context(identity.get().keyManager(), trust.trustManager())
                : TlsContexts.context(trust.trustManager());
        SSLSocket session = (SSLSocket) context.getSocketFactory().createSocket(raw, host, raw.getPort(), true);
        SSLParameters parameters = session.getSSLParameters();
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        parameters.setProtocols(versions);
        parameters.setApplicationProtocols(applicationProtocols);
        session.setSSLParameters(parameters);
        session.startHandshake();
        return new TestClient(session);
    }

    static X509Certificate leaf(TestClient session) throws IOException {
        return (X509Certificate) ((SSLSocket) session.socket).getSession().getPeerCertificates()[0];
    }

    /** The random of the hello that was sent. */
    String random() {
        return raw.messages.stream()
                .filter(ClientHello.class::isInstance)
                .map(ClientHello.class::cast)
                .map(ClientHello::random)
                .findFirst()
                .orElseThrow();
    }

    /** Bytes sent so far, CONNECT included. */
    long sent() {
        return raw.sent();
    }

    /** The content type of the last TLS record received, as it stands on the wire; under TLS 1.2 that is the real one. */
    int typeOfLastRecord() {
        byte[] bytes = raw.afterHttp.toByteArray();
        int type = -1;
        for (int at = 0; at < bytes.length; at += 5 + (((bytes[at + 3] & 0xff) << 8) | (bytes[at + 4] & 0xff))) {
            type = bytes[at];
        }
        return type;
    }

    @Override
    public void close() throws IOException {
        raw.close();
    }

    private static final class Tap extends TapSocket {
        private final ClearTextReader reader = new ClearTextReader();
        private final List<TlsMessage> messages = new CopyOnWriteArrayList<>();

        private final ByteArrayOutputStream afterHttp = new ByteArrayOutputStream();

        @Override
        void reading(byte[] bytes, int offset, int length) {
            // The answer to CONNECT comes before the own hello has been sent.
            if (!messages.isEmpty()) {
                afterHttp.write(bytes, offset, length);
            }
        }

        @Override
        void writing(byte[] bytes, int offset, int length) {
            boolean connect = length > 0 && bytes[offset] == 'C';
            if (!connect) {
                messages.addAll(reader.feed(bytes, offset, length));
            }
        }
    }
}
