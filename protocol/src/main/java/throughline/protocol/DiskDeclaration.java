package throughline.protocol;

/**
 * Declares a disk before its first change set, or takes it up again.
 *
 * @param size in bytes, from 1 to {@link #MAXIMUM_SIZE}; a declared disk starts as zeros
 * @param epoch from 1; a higher one than the replica knows starts anew and fences off whoever still uses the lower one
 */
public record DiskDeclaration(long size, long epoch) {

    /** 64 TiB, the largest VHDX. */
    public static final long MAXIMUM_SIZE = 64L << 40;
}
