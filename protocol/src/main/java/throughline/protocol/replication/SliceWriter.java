package throughline.protocol.replication;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.zip.CRC32C;

/** Writes a slice frame by frame. The stream stays open; whoever opened it closes it. */
public final class SliceWriter {
    private final OutputStream out;
    private final MessageDigest digest = SliceFormat.newDigest();
    private final ByteBuffer header = ByteBuffer.allocate(SliceFormat.ZSTD_LENGTH);
    private long frames;

    public SliceWriter(OutputStream out) throws IOException {
        this.out = out;
        digest.update(SliceFormat.MAGIC);
        out.write(SliceFormat.MAGIC);
    }

    /** How long a slice becomes on the wire without compression: start, this many frames and bytes of data, end. */
    public static long encodedLength(long dataFrames, long dataBytes, long zeroFrames) {
        return SliceFormat.MAGIC.length
                + dataFrames * SliceFormat.DATA_LENGTH
                + dataBytes
                + zeroFrames * SliceFormat.ZEROS_LENGTH
                + SliceFormat.END_LENGTH
                + SliceFormat.DIGEST_LENGTH;
    }

    /** A frame of 1 to {@link Frame#LONGEST_DATA} bytes. */
    public void data(int disk, long offset, byte[] data, int start, int length) throws IOException {
        prefix(SliceFormat.DATA, disk, offset, length, Frame.LONGEST_DATA);
        header.putInt(length).putInt(checksum(data, start, length));
        writeHeader();
        out.write(data, start, length);
    }

    /**
     * The same, compressed.
     *
     * @param compressed one zstd frame (RFC 8878) that holds the data
     */
    public void zstd(int disk, long offset, byte[] data, int start, int length, byte[] compressed, int compressedLength)
            throws IOException {
        prefix(SliceFormat.ZSTD, disk, offset, length, Frame.LONGEST_DATA);
        if (compressedLength < 1 || compressedLength > Frame.LONGEST_DATA) {
            throw new IllegalArgumentException(
                    compressedLength + " bytes compressed; accepted are 1 to " + Frame.LONGEST_DATA);
        }
        header.putInt(length).putInt(checksum(data, start, length)).putInt(compressedLength);
        writeHeader();
        out.write(compressed, 0, compressedLength);
    }

    /** A run of zeros. */
    public void zeros(int disk, long offset, long length) throws IOException {
        prefix(SliceFormat.ZEROS, disk, offset, length, DeclaredDisk.MAXIMUM_SIZE);
        header.putLong(length);
        writeHeader();
    }

    /**
     * Writes the end frame.
     *
     * @return the digest that names the slice: SHA-256, lower-case hex, of every byte before it but the data, whose
     *     checksums stand in the frames' headers
     */
    public String end() throws IOException {
        header.clear().put((byte) SliceFormat.END).putLong(frames);
        writeHeader();
        byte[] value = digest.digest();
        out.write(value);
        return HexFormat.of().formatHex(value);
    }

    private void prefix(int type, int disk, long offset, long length, long longest) {
        if (disk < 0 || disk > 0xffff || offset < 0 || length < 1 || length > longest) {
            throw new IllegalArgumentException("a frame of " + length + " bytes at offset " + offset + " of disk "
                    + disk + "; accepted are 1 to " + longest + " bytes at offsets from 0 of disks 0 to 65535");
        }
        if (frames == Frame.MOST_IN_SLICE) {
            throw new IllegalStateException("a slice holds at most " + Frame.MOST_IN_SLICE + " frames");
        }
        frames++;
        header.clear().put((byte) type).putShort((short) disk).putLong(offset);
    }

    private void writeHeader() throws IOException {
        digest.update(header.array(), 0, header.position());
        out.write(header.array(), 0, header.position());
    }

    private static int checksum(byte[] data, int start, int length) {
        CRC32C checksum = new CRC32C();
        checksum.update(data, start, length);
        return (int) checksum.getValue();
    }
}
