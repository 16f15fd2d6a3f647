package throughline.harness.face;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.DataInputStream;
import java.io.EOFException;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.X509ExtendedKeyManager;
import org.jspecify.annotations.Nullable;
import throughline.harness.middlebox.MiddleboxKind.Asked;
import throughline.identity.Identity;
import throughline.identity.TlsContexts;
import throughline.tls.ClearTextReader;
import throughline.tls.ClientHello;
import throughline.tls.TlsMessage;

/** One connection of a client that trusts everybody, and writes down what comes. */
final class FaceVisit implements AutoCloseable {
    /** In milliseconds. */
    private static final int REFUSAL = 250;

    private static final String UNKNOWN_HOST = "nowhere.invalid";

    private final FaceLaboratory laboratory;
    private final Fault fault;
    private final Tap raw = new Tap();
    private final ShownIdentity identity;
    private final WitnessedTrust trust;
    private boolean session;

    FaceVisit(FaceLaboratory laboratory, Fault fault, Duration patience) throws IOException {
        this.laboratory = laboratory;
        this.fault = fault;
        this.identity = new ShownIdentity(laboratory.shown(fault));
        this.trust = new WitnessedTrust(laboratory.trust(true).trustManager(), fault == Fault.BOX_UNTRUSTED);
        raw.setSoTimeout((int) patience.toMillis());
        raw.setTcpNoDelay(true);
    }

    /** Of the hello that was sent; empty before. */
    String random() {
        return raw.random;
    }

    /** Whether the handshake was done. */
    boolean hasSession() {
        return session;
    }

    /** From the first byte to the end. */
    void exchange(Asked asked, InetSocketAddress address, int port, Map<FaceField, String> words) throws IOException {
        String at = "entry";
        try {
            raw.connect(address);
            if (!enter(asked, port, words)) {
                return;
            }
            at = "handshake";
            SSLSocket socket = layered(port, "http/1.1");
            shakeHands(socket, words);
            at = "request";
            listen(socket);
            ask(socket, port, words);
        } catch (IOException ended) {
            words.put(FaceField.ENDING, Endings.ofClient(ended));
            words.put(FaceField.AT, at);
        }
    }

    /** What is agreed on by ALPN; {@code -} for nothing. */
    String protocol(Asked asked, InetSocketAddress address, int port) {
        try {
            raw.connect(address);
            if (enter(asked, port, new EnumMap<>(FaceField.class))) {
                SSLSocket socket = layered(port, "h2", "http/1.1");
                socket.startHandshake();
                String agreed = socket.getApplicationProtocol();
                return agreed == null || agreed.isEmpty() ? Face.NOTHING : agreed;
            }
        } catch (IOException ended) {
            // It did once without h2, so this is an answer too.
        }
        return "none with h2";
    }

    @Override
    public void close() throws IOException {
        raw.close();
    }

    /** Whether there is a way now. */
    private boolean enter(Asked asked, int port, Map<FaceField, String> words) throws IOException {
        String host = fault == Fault.NAME_UNKNOWN ? UNKNOWN_HOST : FaceLaboratory.HOST;
        boolean open =
                switch (asked) {
                    case NOTHING -> true;
                    case CONNECT -> connect(host, port, words);
                    case SOCKS -> socks(host, port, words);
                };
        raw.tls = true;
        return open;
    }

    private boolean connect(String host, int port, Map<FaceField, String> words) throws IOException {
        String login = fault == Fault.LOGIN_WRONG ? "Proxy-Authorization: Basic d3Jvbmc6d3Jvbmc=\r\n" : "";
        String authority = host + ":" + port;
        send(raw, "CONNECT " + authority + " HTTP/1.1\r\nHost: " + authority + "\r\n" + login + "\r\n");
        Optional<HttpText> answer = HttpText.read(raw.getInputStream());
        if (answer.isEmpty()) {
            return ended("entry", words);
        }
        words.put(FaceField.ENTRY, answer.get().startLine());
        words.put(FaceField.ENTRY_FIELDS, ShapedText.telling(answer.get().fields()));
        if (answer.get().status() / 100 == 2) {
            return true;
        }
        words.put(FaceField.PAGE, ShapedText.page(answer.get().body(raw.getInputStream())));
        return refused(words);
    }

    /** RFC 1928: no login unless asked, the name is for the box to resolve. */
    private boolean socks(String host, int port, Map<FaceField, String> words) throws IOException {
        DataInputStream in = new DataInputStream(raw.getInputStream());
        raw.getOutputStream().write(new byte[] {5, 1, 0});
        in.readUnsignedByte();
        int method = in.readUnsignedByte();
        words.put(FaceField.ENTRY, "method " + method);
        if (method != 0) {
            return refused(words);
        }
        byte[] request = new byte[7 + host.length()];
        System.arraycopy(host.getBytes(ISO_8859_1), 0, request, 5, host.length());
        request[0] = 5;
        request[1] = 1;
        request[3] = 3;
        request[4] = (byte) host.length();
        request[5 + host.length()] = (byte) (port >> 8);
        request[6 + host.length()] = (byte) port;
        raw.getOutputStream().write(request);
        in.readUnsignedByte();
        int reply = in.readUnsignedByte();
        in.readUnsignedByte();
        int type = in.readUnsignedByte();
        in.readNBytes((type == 3 ? in.readUnsignedByte() : type == 4 ? 16 : 4) + 2);
        words.put(FaceField.ENTRY, "method 0, reply " + reply);
        return reply == 0 || refused(words);
    }

    private SSLSocket layered(int port, String... protocols) throws IOException {
        SSLSocket socket = (SSLSocket) TlsContexts.context(identity, trust)
                .getSocketFactory()
                .createSocket(raw, FaceLaboratory.HOST, port, false);
        SSLParameters parameters = socket.getSSLParameters();
        parameters.setProtocols(new String[] {"TLSv1.3", "TLSv1.2"});
        parameters.setApplicationProtocols(protocols);
        socket.setSSLParameters(parameters);
        return socket;
    }

    private void shakeHands(SSLSocket socket, Map<FaceField, String> words) throws IOException {
        try {
            socket.startHandshake();
            session = true;
            words.put(FaceField.TLS, socket.getSession().getProtocol());
        } finally {
            if (!trust.chain().isEmpty()) {
                describe(words);
            }
        }
    }

    private void describe(Map<FaceField, String> words) throws IOException {
        try {
            words.putAll(new LeafWords(
                            laboratory.replica().leaf(), laboratory.inspection().certificate())
                    .of(trust.chain(), Instant.now()));
        } catch (CertificateParsingException unreadable) {
            throw new IOException("a certificate that cannot be read", unreadable);
        }
        words.put(FaceField.REQUEST, identity.asked ? "yes" : "no");
    }

    /**
     * A TLS 1.3 server judges the certificate when the client is done. Whoever writes to one that has closed may lose its
     * alert to a reset, so where a refusal is due the client waits for it first.
     */
    private void listen(SSLSocket socket) throws IOException {
        if (!identity.asked || laboratory.shown(fault).contains(laboratory.client())) {
            return;
        }
        int patience = raw.getSoTimeout();
        raw.setSoTimeout(REFUSAL);
        try {
            if (socket.getInputStream().read() < 0) {
                throw new EOFException("the session was ended before a request");
            }
        } catch (SocketTimeoutException noRefusal) {
            // Then the request is the next thing to come.
        }
        raw.setSoTimeout(patience);
    }

    private void ask(SSLSocket socket, int port, Map<FaceField, String> words) throws IOException {
        send(
                socket,
                "GET / HTTP/1.1\r\nHost: " + FaceLaboratory.HOST + ":" + port
                        + "\r\nUser-Agent: throughline-face\r\nAccept: */*\r\nConnection: close\r\n\r\n");
        Optional<HttpText> answer = HttpText.read(socket.getInputStream());
        if (answer.isEmpty()) {
            ended("request", words);
            return;
        }
        words.put(FaceField.ENDING, "answer");
        words.put(FaceField.AT, "request");
        String[] line = answer.get().startLine().split(" ", 3);
        words.put(FaceField.ANSWER, Integer.toString(answer.get().status()));
        words.put(FaceField.REASON, line.length == 3 ? line[2] : Face.NOTHING);
        words.put(FaceField.ANSWER_FIELDS, ShapedText.telling(answer.get().fields()));
        String body = answer.get().body(socket.getInputStream());
        boolean replicas = List.of(WitnessReplica.PAGE, WitnessReplica.MISSING, WitnessReplica.BAD)
                .contains(body);
        words.put(FaceField.PAGE, replicas ? "replica's" : ShapedText.page(body));
    }

    private static boolean ended(String at, Map<FaceField, String> words) {
        words.put(FaceField.ENDING, Endings.END);
        words.put(FaceField.AT, at);
        return false;
    }

    private static boolean refused(Map<FaceField, String> words) {
        words.put(FaceField.ENDING, "refused");
        words.put(FaceField.AT, "entry");
        return false;
    }

    private static void send(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(ISO_8859_1));
    }

    /** Knows its own hello. */
    private static final class Tap extends Socket {
        private final ClearTextReader reader = new ClearTextReader();
        private volatile String random = "";
        private volatile boolean tls;

        @Override
        public OutputStream getOutputStream() throws IOException {
            return new FilterOutputStream(super.getOutputStream()) {
                @Override
                public void write(byte[] bytes, int offset, int length) throws IOException {
                    if (tls) {
                        for (TlsMessage message : reader.feed(bytes, offset, length)) {
                            if (message instanceof ClientHello hello && random.isEmpty()) {
                                random = hello.random();
                            }
                        }
                    }
                    out.write(bytes, offset, length);
                }
            };
        }
    }

    /** One identity or none, whatever issuers are named, so that what a replica does to it shows. */
    private static final class ShownIdentity extends X509ExtendedKeyManager {
        private static final String ALIAS = "shown";

        private final List<Identity> identity;
        private volatile boolean asked;

        ShownIdentity(List<Identity> identity) {
            this.identity = identity;
        }

        @Override
        public @Nullable String chooseClientAlias(
                String @Nullable [] keyTypes, Principal @Nullable [] issuers, @Nullable Socket socket) {
            asked = true;
            return identity.isEmpty() ? null : ALIAS;
        }

        @Override
        public @Nullable String chooseEngineClientAlias(
                String @Nullable [] keyTypes, Principal @Nullable [] issuers, @Nullable SSLEngine engine) {
            return chooseClientAlias(keyTypes, issuers, null);
        }

        @Override
        public String @Nullable [] getClientAliases(@Nullable String keyType, Principal @Nullable [] issuers) {
            return null;
        }

        @Override
        public String @Nullable [] getServerAliases(@Nullable String keyType, Principal @Nullable [] issuers) {
            return null;
        }

        @Override
        public @Nullable String chooseServerAlias(
                @Nullable String keyType, Principal @Nullable [] issuers, @Nullable Socket socket) {
            return null;
        }

        @Override
        public X509Certificate @Nullable [] getCertificateChain(@Nullable String alias) {
            return identity.isEmpty() ? null : identity.get(0).chain().toArray(new X509Certificate[0]);
        }

        @Override
        public @Nullable PrivateKey getPrivateKey(@Nullable String alias) {
            return identity.isEmpty() ? null : identity.get(0).key();
        }
    }
}
