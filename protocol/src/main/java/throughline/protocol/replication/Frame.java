package throughline.protocol.replication;

/** A run of bytes of one disk, as a slice holds it. */
public sealed interface Frame {

    /** The most bytes a frame of data may hold: 4 MiB, compressed or not. */
    int LONGEST_DATA = 4 << 20;

    /** The most frames of content a slice may hold; bounds what a replica keeps in memory of it. */
    int MOST_IN_SLICE = 65_536;

    /** The disk's place in the machine's declaration, 0 to 65535. */
    int disk();

    /** Of the first byte, from 0. */
    long offset();

    /** In bytes, from 1. */
    long length();

    /**
     * Bytes that follow and are read with {@link SliceReader#read}.
     *
     * @param checksum CRC32C (RFC 3720, appendix B.4) of the data, before compression
     */
    record Data(int disk, long offset, long length, int checksum) implements Frame {}

    /** Zeros, of any length. */
    record Zeros(int disk, long offset, long length) implements Frame {}
}
