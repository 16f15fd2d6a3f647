package throughline.primary.capture;

import java.io.FilterInputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import throughline.primary.evidence.Phase;
import throughline.primary.evidence.TlsEvidence.AlertSeen;
import throughline.primary.evidence.TlsEvidence.HelloSent;
import throughline.primary.evidence.TlsEvidence.NotTlsReceived;
import throughline.primary.evidence.TlsEvidence.RecordAfterFinished;
import throughline.primary.evidence.TlsEvidence.Sender;
import throughline.primary.evidence.TlsEvidence.ServerHelloReceived;
import throughline.tls.Alert;
import throughline.tls.ClearTextReader;
import throughline.tls.ClientHello;
import throughline.tls.Malformed;
import throughline.tls.NotTls;
import throughline.tls.ServerHello;
import throughline.tls.TlsMessage;

/**
 * Reads along on a connected socket for as long as TLS is in the clear, and looks at the headers of records until the other end has
 * gone on after our Finished; afterwards it costs one comparison per call.
 */
public final class SocketTap {
    private static final int TLS_1_2 = 0x0303;
    private static final int TLS_1_3 = 0x0304;
    private static final int MOST_SHOWN = 1 << 10;
    private static final int RECORD_HEADER = 5;
    private static final int APPLICATION_DATA = 23;

    /** An alert has two bytes, its type and a tag of 16; some padding is allowed for. A ticket has hundreds. */
    private static final int LARGEST_ALERT = 64;

    private final ConnectionLog log;
    private final UnaryOperator<String> conceal;
    private final InputStream raw;
    private final InputStream in;
    private final OutputStream out;
    private final ClearTextReader sent = new ClearTextReader();
    private final ClearTextReader received = new ClearTextReader();
    private volatile @Nullable ClientHello hello;

    /** Whether a record after our Finished would be news; set by one thread and unset by another. */
    private volatile boolean encryptedBothWays;

    private volatile boolean wentOn;

    /**
     * Reads along on these streams.
     *
     * @param conceal takes out of a text from the other end what nobody else may read
     */
    public SocketTap(ConnectionLog log, InputStream in, OutputStream out, UnaryOperator<String> conceal) {
        this.log = log;
        this.conceal = conceal;
        this.raw = in;
        this.in = new Input(in);
        this.out = new Output(out);
    }

    public InputStream in() {
        return in;
    }

    public OutputStream out() {
        return out;
    }

    private void sent(TlsMessage message) {
        if (message instanceof ClientHello own) {
            hello = own;
            // Under TLS 1.3 a session id is always sent, for the sake of middleboxes (RFC 8446 appendix D.4).
            boolean resumes = own.offersPreSharedKey()
                    || (!own.sessionId().isEmpty()
                            && own.supportedVersions().stream().allMatch(v -> v <= TLS_1_2));
            log.note((number, after) -> new HelloSent(number, after, own.random(), own.serverName(), resumes));
        } else if (message instanceof Alert alert) {
            note(alert, Sender.US);
        }
    }

    private void received(TlsMessage message) {
        if (message instanceof ServerHello server) {
            if (!server.helloRetryRequest()) {
                noteHello(server);
            }
        } else if (message instanceof Alert alert) {
            note(alert, Sender.PEER);
        } else if (message instanceof NotTls other) {
            String beginning = Scrubber.line(conceal.apply(other.firstBytes() + arrived()));
            log.note((number, after) -> new NotTlsReceived(number, after, beginning));
        } else if (message instanceof Malformed malformed) {
            String reason = Scrubber.line(malformed.reason());
            log.note((number, after) -> new NotTlsReceived(number, after, reason));
        }
    }

    /** TLS reads five bytes and gives up; the rest of the page would tell more, and nobody else will read it. */
    private String arrived() {
        try {
            byte[] more = raw.readNBytes(Math.min(raw.available(), MOST_SHOWN));
            return new String(more, StandardCharsets.ISO_8859_1).replaceAll("[^ -~]", ".");
        } catch (IOException e) {
            return "";
        }
    }

    private void noteHello(ServerHello server) {
        boolean resumed = server.selectedVersion() > TLS_1_2
                ? server.selectedPreSharedKey().isPresent()
                : !server.sessionId().isEmpty()
                        && Optional.ofNullable(hello)
                                .map(ClientHello::sessionId)
                                .filter(server.sessionId()::equals)
                                .isPresent();
        log.reached(Phase.SERVER_CERTIFICATE);
        wentOn = server.selectedVersion() < TLS_1_3;
        log.note((number, after) ->
                new ServerHelloReceived(number, after, server.selectedVersion(), server.cipherSuite(), resumed));
    }

    private void note(Alert alert, Sender sender) {
        Phase phase = log.reached();
        log.note((number, after) -> new AlertSeen(number, after, phase, sender, alert.description(), alert.name()));
    }

    /** JSSE asks for a record's header first, and for the rest when it has that. */
    private void header(byte[] bytes, int offset) {
        int length = ((bytes[offset + 3] & 0xff) << 8) | (bytes[offset + 4] & 0xff);
        if (bytes[offset] == APPLICATION_DATA && length > LARGEST_ALERT) {
            wentOn = true;
            log.note((number, after) -> new RecordAfterFinished(number, after, length));
        }
    }

    private final class Input extends FilterInputStream {
        Input(InputStream in) {
            super(in);
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            int got = in.read(bytes, offset, length);
            if (got > 0 && !received.done()) {
                received.feed(bytes, offset, got).forEach(SocketTap.this::received);
            } else if (!wentOn && encryptedBothWays && got == RECORD_HEADER) {
                header(bytes, offset);
            }
            return got;
        }
    }

    private final class Output extends FilterOutputStream {
        Output(OutputStream out) {
            super(out);
        }

        @Override
        public void write(int single) throws IOException {
            write(new byte[] {(byte) single}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            // Noted before it leaves, so that it precedes whatever the other end does about it.
            if (!sent.done()) {
                sent.feed(bytes, offset, length).forEach(SocketTap.this::sent);
            }
            if (!encryptedBothWays && received.done() && length > 0 && bytes[offset] == APPLICATION_DATA) {
                encryptedBothWays = true;
            }
            out.write(bytes, offset, length);
        }
    }
}
