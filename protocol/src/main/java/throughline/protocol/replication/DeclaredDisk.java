package throughline.protocol.replication;

import throughline.protocol.DiskName;

/**
 * A disk as its machine declares it.
 *
 * @param size in bytes, from 1 to {@link #MAXIMUM_SIZE}; never changes
 */
public record DeclaredDisk(DiskName disk, long size) {

    /** 64 TiB, the largest VHDX. */
    public static final long MAXIMUM_SIZE = 64L << 40;
}
