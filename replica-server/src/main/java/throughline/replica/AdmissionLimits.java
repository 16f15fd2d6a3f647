package throughline.replica;

import throughline.protocol.replication.DeclaredDisk;
import throughline.protocol.replication.MachineDeclaration;
import throughline.replica.store.StoreLimits;

/**
 * How much of a replica primaries may take up.
 *
 * @param largestDisk in bytes, from 1 to {@link DeclaredDisk#MAXIMUM_SIZE}; a larger one is refused with DISK_TOO_LARGE
 * @param mostDisks per machine, from 1 to {@link MachineDeclaration#MOST_DISKS}; TOO_MANY_DISKS
 * @param totalSpace in bytes, for the block files and the log of one storage folder; its index comes on top; STORE_FULL
 * @param bytesPerSecond of request bodies per primary; more is not refused but read no faster
 * @param mostTransfers slices and digests that a primary may have under way at a time; TOO_MANY_TRANSFERS
 */
public record AdmissionLimits(
        long largestDisk, int mostDisks, long totalSpace, long bytesPerSecond, int mostTransfers) {
    /** Of the 32 threads for them: what eight machines of a primary send at a time, and eight threads are left to others. */
    private static final int USUAL_TRANSFERS = 24;

    public AdmissionLimits {
        require("largest disk in bytes", largestDisk, DeclaredDisk.MAXIMUM_SIZE);
        require("number of disks per machine", mostDisks, MachineDeclaration.MOST_DISKS);
        require("total space in bytes", totalSpace, Long.MAX_VALUE);
        require("rate in bytes per second", bytesPerSecond, Long.MAX_VALUE);
        require("number of transfers at a time", mostTransfers, Integer.MAX_VALUE);
    }

    /** Space, rate and disks as far as the protocol goes, and 24 transfers at a time: more would let one primary hold up all others. */
    public static AdmissionLimits usual() {
        return new AdmissionLimits(
                DeclaredDisk.MAXIMUM_SIZE,
                MachineDeclaration.MOST_DISKS,
                Long.MAX_VALUE,
                Long.MAX_VALUE,
                USUAL_TRANSFERS);
    }

    public AdmissionLimits withLargestDisk(long bytes) {
        return new AdmissionLimits(bytes, mostDisks, totalSpace, bytesPerSecond, mostTransfers);
    }

    public AdmissionLimits withMostDisks(int count) {
        return new AdmissionLimits(largestDisk, count, totalSpace, bytesPerSecond, mostTransfers);
    }

    public AdmissionLimits withTotalSpace(long bytes) {
        return new AdmissionLimits(largestDisk, mostDisks, bytes, bytesPerSecond, mostTransfers);
    }

    public AdmissionLimits withBytesPerSecond(long bytes) {
        return new AdmissionLimits(largestDisk, mostDisks, totalSpace, bytes, mostTransfers);
    }

    public AdmissionLimits withMostTransfers(int count) {
        return new AdmissionLimits(largestDisk, mostDisks, totalSpace, bytesPerSecond, count);
    }

    StoreLimits ofStore() {
        return new StoreLimits(
                largestDisk, mostDisks, totalSpace, StoreLimits.none().largestSlice());
    }

    private static void require(String name, long value, long highest) {
        if (value < 1 || value > highest) {
            throw new IllegalArgumentException(name + " of " + value + "; accepted are 1 to " + highest);
        }
    }
}
