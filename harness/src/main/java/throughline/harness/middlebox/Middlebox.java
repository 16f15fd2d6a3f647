package throughline.harness.middlebox;

import java.net.InetSocketAddress;
import java.util.List;
import java.util.Set;

/** Something that stands between primary and replica, imitated or real. It listens on loopback unless told otherwise. */
public interface Middlebox extends AutoCloseable {
    MiddleboxKind kind();

    /** Where it listens; also known after {@link #close()}. */
    InetSocketAddress address();

    /**
     * Its connections in order, as a snapshot: all that are open and at least the last 10,000 that have ended. It can still
     * be asked for after {@link #close()}.
     */
    List<Passage> passages();

    /** Which parts of its passages mean something; what is not in it is empty or 0 there. */
    default Set<Told> tells() {
        return Told.all();
    }

    /** Ends every connection at once, whatever was on its way; no thread and no port is left. */
    @Override
    void close();
}
