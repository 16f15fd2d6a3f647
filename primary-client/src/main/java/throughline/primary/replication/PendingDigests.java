package throughline.primary.replication;

import java.io.IOException;

/** Asks for the digests of what a replica holds. */
@FunctionalInterface
public interface PendingDigests {
    /** {@code count} digests of blocks of a disk, one after the other, from block {@code first} on. */
    byte[] of(int disk, long first, int count) throws IOException;
}
