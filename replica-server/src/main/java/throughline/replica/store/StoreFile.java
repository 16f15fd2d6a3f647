package throughline.replica.store;

import java.nio.ByteBuffer;
import throughline.protocol.RefusedException;

/** An open file of a store. Thread-safe; whoever opened it closes it. */
interface StoreFile extends AutoCloseable {
    /** Reads some bytes from a position on; -1 at the end. */
    int read(ByteBuffer target, long position) throws RefusedException;

    /** Writes all of the buffer. After a failure some of it may be there. */
    void write(ByteBuffer source, long position) throws RefusedException;

    /** Makes what was written survive a loss of power. After a failure nothing is known of what was written before. */
    void force() throws RefusedException;

    /** Cuts what lies behind; does nothing to a shorter file. */
    void truncate(long size) throws RefusedException;

    long size() throws RefusedException;

    @Override
    void close();
}
