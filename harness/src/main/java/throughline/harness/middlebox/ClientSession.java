package throughline.harness.middlebox;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import throughline.identity.Identity;
import throughline.identity.TlsContexts;

/** The client's TLS session, which ends in the inspector: to the client, the inspector is the replica. */
final class ClientSession {
    private final Crossing crossing;
    private final SSLSocket socket;
    private final InputStream input;
    private final OutputStream output;
    private volatile boolean finished;

    private ClientSession(Crossing crossing, SSLSocket socket) throws IOException {
        this.crossing = crossing;
        this.socket = socket;
        this.input = new BufferedInputStream(socket.getInputStream(), HttpBody.CHUNK);
        this.output = socket.getOutputStream();
    }

    /**
     * Finishes the handshake as a server that asks for no client certificate and speaks HTTP/1.1.
     *
     * @param leaf what the client is shown
     */
    static ClientSession open(Crossing crossing, Identity leaf) throws IOException {
        CountedSocket raw = crossing.client();
        SSLSocket socket = (SSLSocket) TlsContexts.context(leaf.keyManager(), new AnyCertificate())
                .getSocketFactory()
                .createSocket(raw, null, true);
        SSLParameters parameters = socket.getSSLParameters();
        parameters.setApplicationProtocols(new String[] {"http/1.1"});
        socket.setSSLParameters(parameters);
        raw.limitReading(crossing.patience());
        try {
            socket.startHandshake();
        } catch (IOException broken) {
            throw new IOException(
                    "no TLS session with the client, who may not trust the minted certificate: " + broken.getMessage(),
                    broken);
        }
        raw.unlimitReading();
        return new ClientSession(crossing, socket);
    }

    /** What the client says inside the session; always the same stream. */
    InputStream input() {
        return input;
    }

    OutputStream output() {
        return output;
    }

    /** Reads and forgets until the client ends the session or somebody the connection. */
    void ignore() throws IOException {
        input.transferTo(OutputStream.nullOutputStream());
    }

    /** Sends close_notify and the end of the stream; what the client still sends is for others to read. */
    void finish() throws IOException {
        finished = true;
        socket.shutdownOutput();
        crossing.shutDownTowardsClient();
    }

    /** Whether the inspector ended it. */
    boolean finished() {
        return finished;
    }
}
