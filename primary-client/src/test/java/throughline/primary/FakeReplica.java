package throughline.primary;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.net.Socket;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import throughline.identity.Fingerprint;
import throughline.identity.Identity;
import throughline.identity.TlsContexts;
import throughline.identity.Trust;
import throughline.protocol.Announcement;
import throughline.protocol.AttemptId;
import throughline.protocol.ConnectionView;
import throughline.protocol.Json;
import throughline.protocol.MalformedMessageException;
import throughline.protocol.MediaTypes;
import throughline.protocol.ReplicaView;
import throughline.protocol.SignedView;
import throughline.protocol.ViewSignature;

/** A replica by hand that speaks HTTP/1.1, for answers that a real one would not give. */
final class FakeReplica {
    private final Identity identity;
    private final SSLContext context;
    private final boolean demandsCertificate;

    FakeReplica(Identity identity, Trust trust, boolean demandsCertificate) {
        this.identity = identity;
        this.context = TlsContexts.context(identity.keyManager(), trust.trustManager());
        this.demandsCertificate = demandsCertificate;
    }

    /** The server's end of TLS; without any protocol it takes no part in ALPN. */
    SSLSocket serve(Socket raw, String... applicationProtocols) throws IOException {
        SSLSocket tls = (SSLSocket) context.getSocketFactory().createSocket(raw, null, true);
        tls.setUseClientMode(false);
        SSLParameters parameters = tls.getSSLParameters();
        parameters.setNeedClientAuth(demandsCertificate);
        parameters.setApplicationProtocols(applicationProtocols);
        tls.setSSLParameters(parameters);
        tls.startHandshake();
        return tls;
    }

    /** A conversation inside TLS. */
    FakeServer.Conversation speaking(FakeServer.Conversation inside) {
        return wire -> inside.hold(new Wire(serve(wire.socket()), wire.number()));
    }

    /** A request with its content, whose length must be given unless it has none. */
    record Request(String head, String content) {
        static Request read(Wire wire) throws IOException {
            String head = wire.head();
            int length = head.startsWith("GET ") ? 0 : Integer.parseInt(header(head, "Content-Length"));
            return new Request(head, new String(wire.socket().getInputStream().readNBytes(length), ISO_8859_1));
        }

        String header(String name) {
            return header(head, name);
        }

        private static String header(String head, String name) {
            return head.lines()
                    .filter(line -> line.regionMatches(true, 0, name + ":", 0, name.length() + 1))
                    .map(line -> line.substring(name.length() + 1).strip())
                    .findFirst()
                    .orElseThrow(() -> new IllegalStateException("no " + name + " in " + head));
        }
    }

    /** The view that a good replica would give: one connection from somewhere, of which nothing is known. */
    ReplicaView view(Request announced) throws MalformedMessageException {
        Announcement announcement = Json.plain().decode(announced.content().getBytes(ISO_8859_1), Announcement.class);
        ConnectionView connection = new ConnectionView(
                1,
                Instant.EPOCH,
                "127.0.0.1:1",
                Optional.empty(),
                ConnectionView.HandshakeOutcome.SUCCEEDED,
                Optional.empty(),
                Optional.empty(),
                ConnectionView.ClientCertificateView.notReached(),
                List.of(),
                1);
        return new ReplicaView(
                announced.header(AttemptId.HEADER),
                announcement.nonce(),
                "boot",
                Instant.EPOCH,
                Instant.EPOCH,
                List.of(Fingerprint.sha256(identity.leaf())),
                connection);
    }

    SignedView signed(ReplicaView view) {
        return ViewSignature.sign(view, identity.key(), identity.chain());
    }

    /** Answers an announcement as a good replica does. */
    void answerAnnouncement(Wire wire) throws IOException {
        answer(wire, MediaTypes.VIEW, Json.plain().encode(signed(view(Request.read(wire)))));
    }

    static void answer(Wire wire, String type, byte[] content) throws IOException {
        answer(wire, "200 OK", type, content);
    }

    static void answer(Wire wire, String status, String type, byte[] content) throws IOException {
        wire.send("HTTP/1.1 " + status + "\r\nContent-Type: " + type + "\r\nContent-Length: " + content.length
                + "\r\n\r\n");
        wire.send(content);
    }
}
