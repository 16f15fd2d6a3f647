package throughline.harness.middlebox;

import java.net.InetSocketAddress;
import java.util.List;

/** Something that stands between primary and replica. It listens on loopback, on a port that the system chose. */
public interface Middlebox extends AutoCloseable {
    MiddleboxKind kind();

    /** Where it listens; also known after {@link #close()}. */
    InetSocketAddress address();

    /** Every connection accepted so far, in order, as a snapshot; it can still be asked for after {@link #close()}. */
    List<Passage> passages();

    /** Ends every connection at once, whatever was on its way; no thread and no port is left. */
    @Override
    void close();
}
