package throughline.protocol;

import java.nio.ByteBuffer;

/**
 * A run of bytes of a disk.
 *
 * @param offset of the first byte, from 0
 * @param data the bytes, position to limit; valid until the next block is read from the same reader
 */
public record Block(long offset, ByteBuffer data) {

    /** The most bytes one block may hold: 4 MiB. Bounds what a reader must keep in memory. */
    public static final int MAXIMUM_LENGTH = 4 << 20;
}
