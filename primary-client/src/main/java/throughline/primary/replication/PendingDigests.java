package throughline.primary.replication;

import java.io.IOException;
import throughline.protocol.replication.DigestKey;

/** Asks for the digests of what a replica holds of a disk. */
@FunctionalInterface
public interface PendingDigests {
    /** {@code count} digests of blocks under a key, one after the other, from block {@code first} on. */
    byte[] of(DigestKey key, long first, int count) throws IOException;
}
