package throughline.harness.middlebox;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;
import throughline.tls.ClearTextReader;
import throughline.tls.ClientHello;
import throughline.tls.Malformed;
import throughline.tls.NotTls;
import throughline.tls.TlsMessage;

/** A client's ClientHello, which tells a box that is not asked where the client wants to go (RFC 6066, 3). */
final class OpeningHello {
    /** {@link ClearTextReader#kept} keeps everything as long as no piece is larger. */
    private static final int CHUNK = 16 << 10;

    private OpeningHello() {}

    /**
     * The server name as sent, and the port that the client dialled. The socket can be read from the beginning afterwards.
     *
     * @throws IOException when there is no hello or no name in it, and says why
     */
    static Destination destination(CountedSocket client) throws IOException {
        return destination(client, Optional.empty());
    }

    /** The same; a hello that names nobody leads where the box was told, if it was. */
    static Destination destination(CountedSocket client, Optional<InetSocketAddress> unnamed) throws IOException {
        Optional<String> name = read(client).serverName();
        if (name.isEmpty() && unnamed.isPresent()) {
            return new Destination(unnamed.get().getHostString(), unnamed.get().getPort());
        }
        return new Destination(
                name.orElseThrow(() -> new IOException("the ClientHello has no usable server name")),
                client.getLocalPort());
    }

    /** The same, as it stands on the wire. */
    static byte[] bytes(CountedSocket client) throws IOException {
        read(client);
        byte[] bytes = client.takeUnread();
        client.unread(bytes);
        return bytes;
    }

    private static ClientHello read(CountedSocket client) throws IOException {
        ClearTextReader reader = new ClearTextReader();
        InputStream in = client.getInputStream();
        byte[] chunk = new byte[CHUNK];
        for (int length = in.read(chunk); length >= 0; length = in.read(chunk)) {
            List<TlsMessage> messages = reader.feed(chunk, 0, length);
            if (!messages.isEmpty()) {
                client.unread(reader.kept());
                return hello(messages.get(0));
            }
        }
        throw new IOException(
                reader.kept().length == 0
                        ? "the client said nothing and left"
                        : "the client left after " + reader.kept().length + " bytes, inside its ClientHello");
    }

    private static ClientHello hello(TlsMessage first) throws IOException {
        if (first instanceof ClientHello hello) {
            return hello;
        }
        if (first instanceof NotTls notTls) {
            throw new IOException("the client does not speak TLS; it began with \"" + notTls.firstBytes() + "\"");
        }
        if (first instanceof Malformed malformed) {
            throw new IOException("the client's first bytes cannot be read as TLS: " + malformed.reason());
        }
        throw new IOException("the client began with " + first + "; accepted is a ClientHello");
    }
}
