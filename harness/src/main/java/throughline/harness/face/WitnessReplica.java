package throughline.harness.face;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;
import throughline.identity.TlsContexts;
import throughline.tls.Alert;
import throughline.tls.ClearTextReader;
import throughline.tls.ClientHello;
import throughline.tls.TlsMessage;

/** A replica on loopback that asks for a client certificate and tells what it saw. It answers one request per session. */
public final class WitnessReplica implements AutoCloseable {
    /** How it calls itself in its answers. */
    static final String SERVER = "replica";

    static final String PAGE = "the replica's answer\n";
    static final String MISSING = "400 No required SSL certificate was sent\n";
    static final String BAD = "400 The SSL certificate error\n";

    private static final int STEP = 10_000;
    private static final int FAREWELL = 2_000;

    private final FaceLaboratory laboratory;
    private final ReplicaManner manner;
    private final String tls;
    private final ServerSocket listening;
    private final List<Socket> open = new ArrayList<>();
    private final List<Account> accounts = new ArrayList<>();
    private int busy;
    private boolean closed;

    /**
     * Listens from now on.
     *
     * @param manner {@code ABORTS}, {@code ANSWERS} or {@code GOES_ON}
     * @param tls the only version that it speaks, {@code TLSv1.2} or {@code TLSv1.3}
     */
    public static WitnessReplica open(FaceLaboratory laboratory, ReplicaManner manner, String tls) throws IOException {
        WitnessReplica replica = new WitnessReplica(laboratory, manner, tls);
        replica.start("accept", replica::accept);
        return replica;
    }

    private WitnessReplica(FaceLaboratory laboratory, ReplicaManner manner, String tls) throws IOException {
        this.laboratory = laboratory;
        this.manner = manner;
        this.tls = tls;
        this.listening = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    }

    /**
     * What one connection showed.
     *
     * @param hello the random of the client's first message; absent when none came
     * @param certificate which the client presented; absent when none, or the handshake did not get so far
     * @param handshake {@code completed}, or how it ended
     * @param request absent when none came
     */
    record Account(
            Optional<String> hello,
            Optional<X509Certificate> certificate,
            String handshake,
            Optional<HttpText> request) {}

    /** Where it listens, or listened. */
    public InetSocketAddress address() {
        return (InetSocketAddress) listening.getLocalSocketAddress();
    }

    ReplicaManner manner() {
        return manner;
    }

    String tls() {
        return tls;
    }

    /** From now on the port refuses. */
    public void takeDown() throws IOException {
        listening.close();
    }

    /** In order of their ends, as soon as every connection has ended, or after this time. */
    synchronized List<Account> accounts(Duration patience) throws InterruptedException {
        long deadline = System.nanoTime() + patience.toNanos();
        while (busy > 0 && System.nanoTime() < deadline) {
            wait(10);
        }
        return List.copyOf(accounts);
    }

    @Override
    public void close() throws IOException {
        listening.close();
        List<Socket> left;
        synchronized (this) {
            closed = true;
            left = List.copyOf(open);
        }
        for (Socket socket : left) {
            socket.close();
        }
    }

    private void accept() {
        try {
            while (true) {
                Socket client = listening.accept();
                synchronized (this) {
                    busy++;
                    open.add(client);
                    if (closed) {
                        client.close();
                    }
                }
                start("connection", () -> converse(client));
            }
        } catch (IOException closing) {
            // This is how it ends.
        }
    }

    private void start(String name, Runnable work) {
        Thread thread = new Thread(work, "throughline-witness-" + name);
        thread.setDaemon(true);
        thread.start();
    }

    private void converse(Socket client) {
        Conversation conversation = new Conversation(client);
        try {
            client.setSoTimeout(STEP);
            conversation.run();
        } catch (IOException ended) {
            conversation.ended(ended);
        } finally {
            synchronized (this) {
                // A peer that connected and left at once saw and showed nothing.
                if (conversation.random != null) {
                    accounts.add(conversation.account());
                }
                open.remove(client);
                busy--;
                notifyAll();
            }
            farewell(client);
        }
    }

    /** Lets the peer read the last alert: a socket that is closed with bytes unread resets the connection. */
    private static void farewell(Socket client) {
        try (client) {
            client.setSoTimeout(FAREWELL);
            client.shutdownOutput();
            client.getInputStream().transferTo(OutputStream.nullOutputStream());
        } catch (IOException gone) {
            // Then it was the last.
        }
    }

    private final class Conversation {
        private final Socket raw;
        private final ClearTextReader reader = new ClearTextReader();
        private @Nullable String random;
        private @Nullable X509Certificate certificate;
        private @Nullable HttpText request;
        private String handshake = Endings.LEFT;

        Conversation(Socket raw) {
            this.raw = raw;
        }

        void run() throws IOException {
            byte[] opening = hello();
            WitnessedTrust trust =
                    new WitnessedTrust(laboratory.trust(true).trustManager(), manner == ReplicaManner.ABORTS);
            SSLSocket session =
                    (SSLSocket) TlsContexts.context(laboratory.replicaWithRoot().keyManager(), trust)
                            .getSocketFactory()
                            .createSocket(raw, new ByteArrayInputStream(opening), false);
            SSLParameters parameters = session.getSSLParameters();
            parameters.setProtocols(new String[] {tls});
            parameters.setApplicationProtocols(new String[] {"http/1.1"});
            if (manner == ReplicaManner.ABORTS) {
                parameters.setNeedClientAuth(true);
            } else {
                parameters.setWantClientAuth(true);
            }
            session.setSSLParameters(parameters);
            try {
                session.startHandshake();
                handshake = "completed";
                certificate = presented(session);
            } catch (IOException failed) {
                certificate = trust.seen().orElse(null);
                throw failed;
            }
            answer(session, trust.refused());
        }

        void ended(IOException why) {
            if (!handshake.equals("completed")) {
                handshake = Endings.ofReplica(why);
            }
        }

        Account account() {
            return new Account(
                    Optional.ofNullable(random),
                    Optional.ofNullable(certificate),
                    handshake,
                    Optional.ofNullable(request));
        }

        private byte[] hello() throws IOException {
            byte[] chunk = new byte[16 << 10];
            while (random == null) {
                int length = raw.getInputStream().read(chunk);
                if (length < 0) {
                    throw new IOException("no hello");
                }
                for (TlsMessage message : reader.feed(chunk, 0, length)) {
                    if (message instanceof ClientHello hello) {
                        random = hello.random();
                    } else if (!(message instanceof Alert)) {
                        throw new IOException("no TLS");
                    }
                }
            }
            return reader.kept();
        }

        private @Nullable X509Certificate presented(SSLSocket session) {
            try {
                return (X509Certificate) session.getSession().getPeerCertificates()[0];
            } catch (SSLPeerUnverifiedException none) {
                return null;
            }
        }

        private void answer(SSLSocket session, boolean bad) throws IOException {
            InputStream in = session.getInputStream();
            request = HttpText.read(in).orElse(null);
            if (request == null) {
                return;
            }
            String page = PAGE;
            if (manner == ReplicaManner.ANSWERS && bad) {
                page = BAD;
            } else if (manner == ReplicaManner.ANSWERS && certificate == null) {
                page = MISSING;
            }
            String head = "HTTP/1.1 " + (page.equals(PAGE) ? "200 OK" : "400 Bad Request") + "\r\nServer: " + SERVER
                    + "\r\nContent-Type: text/plain\r\nContent-Length: " + page.length()
                    + "\r\nConnection: close\r\n\r\n";
            session.getOutputStream().write((head + page).getBytes(ISO_8859_1));
            session.shutdownOutput();
        }
    }
}
