package throughline.replica.store;

import throughline.protocol.replication.DeclaredDisk;
import throughline.protocol.replication.MachineDeclaration;

/**
 * What a store takes.
 *
 * @param largestDisk in bytes
 * @param mostDisks per machine, 1 to {@link MachineDeclaration#MOST_DISKS}
 * @param totalSpace in bytes, for the data of slices, dead ones included until they are merged away, and for the log; the index
 *     comes on top
 * @param largestSlice in bytes of data
 */
public record StoreLimits(long largestDisk, int mostDisks, long totalSpace, long largestSlice) {

    public static StoreLimits none() {
        return new StoreLimits(DeclaredDisk.MAXIMUM_SIZE, MachineDeclaration.MOST_DISKS, Long.MAX_VALUE, 1L << 30);
    }
}
