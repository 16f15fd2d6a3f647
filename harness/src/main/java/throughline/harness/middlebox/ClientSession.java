package throughline.harness.middlebox;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.SocketTimeoutException;
import java.util.Optional;
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

    private ClientSession(Crossing crossing, SSLSocket socket, CountedSocket raw) throws IOException {
        this.crossing = crossing;
        this.socket = socket;
        this.input = new BufferedInputStream(new SessionInput(socket.getInputStream(), raw), HttpBody.CHUNK);
        this.output = socket.getOutputStream();
    }

    /**
     * Finishes the handshake as a server. It asks for a client certificate only where the box plays the replica, and then
     * accepts any or none.
     *
     * @param leaf what the client is shown
     */
    static ClientSession open(Crossing crossing, Identity leaf, TlsEnds settings) throws IOException {
        CountedSocket raw = crossing.client();
        crossing.putBehindGates();
        raw.readAhead();
        SSLSocket socket =
                (SSLSocket) TlsContexts.context(leaf.keyManager(), new ReplicaIdentityCheck(Optional.empty()))
                        .getSocketFactory()
                        .createSocket(raw, null, true);
        SSLParameters parameters = socket.getSSLParameters();
        parameters.setApplicationProtocols(protocols(crossing, settings));
        parameters.setWantClientAuth(settings.asksClients());
        socket.setSSLParameters(parameters);
        raw.limitReading(crossing.patience());
        try {
            socket.startHandshake();
        } catch (IOException broken) {
            throw new IOException(
                    "no TLS session with the client: " + innermost(broken).getMessage(), broken);
        }
        return new ClientSession(crossing, socket, raw);
    }

    /** JSSE wraps the end of a connection in words about itself, such as readHandshakeRecord. */
    private static Throwable innermost(Throwable broken) {
        Throwable cause = broken;
        while (cause.getCause() != null) {
            cause = cause.getCause();
        }
        return cause;
    }

    /** HTTP/2 only where nothing has to be done to what passes. */
    private static String[] protocols(Crossing crossing, TlsEnds settings) {
        boolean written = crossing.adversities().stream()
                .anyMatch(one -> one instanceof Adversity.AnswerPage
                        || one instanceof Adversity.LimitBody
                        || one instanceof Adversity.LieAboutLength
                        || one.equals(new Adversity.Stall(Adversity.Step.LAST_BYTE)));
        return settings.http() == InspectorHttp.HTTP_1_1 || written
                ? new String[] {"http/1.1"}
                : new String[] {"h2", "http/1.1"};
    }

    /** Whether HTTP/2 was agreed on. */
    boolean speaksHttp2() {
        return "h2".equals(socket.getApplicationProtocol());
    }

    /**
     * The head of the first request; absent when there is none. The client may not take long for it, from now on.
     *
     * @throws SocketTimeoutException when it did
     */
    Optional<HttpHead> firstHead() throws IOException {
        CountedSocket raw = crossing.client();
        raw.limitReading(crossing.patience());
        Optional<HttpHead> head = HttpHead.read(input);
        raw.unlimitReading();
        return head;
    }

    /** The same for a later one, which may be long in coming, but not once it has begun. */
    Optional<HttpHead> laterHead() throws IOException {
        input.mark(1);
        if (input.read() < 0) {
            return Optional.empty();
        }
        input.reset();
        return firstHead();
    }

    /** Whatever comes may take its time. */
    void unlimitReading() throws IOException {
        crossing.client().unlimitReading();
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
