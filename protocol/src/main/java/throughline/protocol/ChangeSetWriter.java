package throughline.protocol;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.zip.CRC32C;

/** Writes a change set as a stream of blocks. The stream stays open; whoever opened it closes it. */
public final class ChangeSetWriter {
    private final OutputStream out;
    private final MessageDigest digest = ChangeSetFormat.newDigest();
    private final ByteBuffer header = ByteBuffer.allocate(ChangeSetFormat.BLOCK_HEADER_LENGTH);
    private long blocks;

    public ChangeSetWriter(OutputStream out) throws IOException {
        this.out = out;
        write(ChangeSetFormat.MAGIC, 0, ChangeSetFormat.MAGIC.length);
    }

    /** How long the change set becomes that holds this many bytes of content, all but the last block of full size. */
    public static long encodedLength(long bytes, int blockSize) {
        long blocks = (bytes + blockSize - 1) / blockSize;
        return ChangeSetFormat.MAGIC.length
                + blocks * ChangeSetFormat.BLOCK_HEADER_LENGTH
                + bytes
                + ChangeSetFormat.END_LENGTH
                + ChangeSetFormat.DIGEST_LENGTH;
    }

    /** Writes one block of 1 byte to {@link Block#MAXIMUM_LENGTH} bytes. */
    public void block(long offset, byte[] data, int start, int length) throws IOException {
        if (length < 1 || length > Block.MAXIMUM_LENGTH || offset < 0) {
            throw new IllegalArgumentException("a block of " + length + " bytes at offset " + offset
                    + "; accepted are 1 to " + Block.MAXIMUM_LENGTH + " bytes at offsets from 0");
        }
        CRC32C checksum = new CRC32C();
        checksum.update(data, start, length);
        header.clear()
                .put((byte) ChangeSetFormat.BLOCK)
                .putLong(offset)
                .putInt(length)
                .putInt((int) checksum.getValue());
        write(header.array(), 0, ChangeSetFormat.BLOCK_HEADER_LENGTH);
        write(data, start, length);
        blocks++;
    }

    /** Writes the end frame and returns the digest that names the change set, lower-case hex. */
    public String end() throws IOException {
        header.clear().put((byte) ChangeSetFormat.END).putLong(blocks);
        write(header.array(), 0, ChangeSetFormat.END_LENGTH);
        byte[] value = digest.digest();
        out.write(value);
        out.flush();
        return HexFormat.of().formatHex(value);
    }

    private void write(byte[] bytes, int start, int length) throws IOException {
        digest.update(bytes, start, length);
        out.write(bytes, start, length);
    }
}
