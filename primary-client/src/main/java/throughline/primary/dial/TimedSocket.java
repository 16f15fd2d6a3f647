package throughline.primary.dial;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What a TLS session with a proxy is layered over. Until the way is open, a read limit counts for everything that is read
 * since it was set: a read above may take many here, and a limit for each would let a trickle go on for ever.
 */
@SuppressWarnings("UnsynchronizedOverridesSynchronized") // as in DelegatingSocket
final class TimedSocket extends DelegatingSocket {
    private final InputStream in;
    private volatile @Nullable Deadline deadline;
    private volatile boolean open;

    /** Reads from this stream what arrives on the socket. */
    TimedSocket(Socket below, InputStream in) {
        super(below);
        this.in = new Input(in);
    }

    /** The way is open: from now on a limit counts for each read, as everywhere. */
    void opened() {
        open = true;
        deadline = null;
    }

    @Override
    public void setSoTimeout(int milliseconds) throws SocketException {
        deadline = milliseconds == 0 || open ? null : Deadline.in(Duration.ofMillis(milliseconds));
        super.setSoTimeout(milliseconds);
    }

    @Override
    public InputStream getInputStream() {
        return in;
    }

    /** JSSE asks when it closes; see {@link DialledSocket#getSoLinger}. */
    @Override
    public int getSoLinger() {
        return 0;
    }

    @Override
    void dial(InetSocketAddress target) {
        throw new UnsupportedOperationException("stands for a socket that is connected");
    }

    private final class Input extends FilterInputStream {
        Input(InputStream in) {
            super(in);
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            Deadline limit = deadline;
            if (limit != null) {
                actual().setSoTimeout(limit.millisecondsLeft());
            }
            return in.read(bytes, offset, length);
        }
    }
}
