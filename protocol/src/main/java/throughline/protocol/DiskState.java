package throughline.protocol;

/**
 * What the replica holds of a disk.
 *
 * @param size in bytes
 * @param epoch the current one
 * @param nextSequence the sequence number that the next change set must carry, from 1
 */
public record DiskState(DiskName disk, long size, long epoch, long nextSequence) {}
