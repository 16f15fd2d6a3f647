package throughline.protocol;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import java.util.zip.CRC32C;

/**
 * Reads a change set block by block and checks everything it is told: checksum, order of frames, count, digest. Keeps
 * one block in memory. What it finds wrong is a {@link RefusedException}; other {@link IOException}s are the stream's own.
 */
public final class ChangeSetReader {
    private final InputStream in;
    private final MessageDigest digest = ChangeSetFormat.newDigest();
    private byte[] data = new byte[64 << 10];
    private long blocks;
    private long bytes;
    private Optional<String> end = Optional.empty();

    public ChangeSetReader(InputStream in) throws IOException {
        this.in = in;
        byte[] magic = read(ChangeSetFormat.MAGIC.length).array();
        if (!Arrays.equals(magic, ChangeSetFormat.MAGIC)) {
            throw new RefusedException(
                    RefusalReason.MALFORMED,
                    "a change set starts with " + HexFormat.of().formatHex(magic) + "; accepted is "
                            + HexFormat.of().formatHex(ChangeSetFormat.MAGIC));
        }
    }

    /** The next block; absent at the end, once count and digest have been checked. Its data is valid until the next call. */
    public Optional<Block> next() throws IOException {
        if (end.isPresent()) {
            return Optional.empty();
        }
        int type = read(1).get() & 0xff;
        if (type == ChangeSetFormat.BLOCK) {
            return Optional.of(block());
        }
        if (type != ChangeSetFormat.END) {
            throw new RefusedException(
                    RefusalReason.MALFORMED,
                    "frame type " + type + " after " + blocks + " blocks; accepted are 0 and 1");
        }
        readEnd();
        return Optional.empty();
    }

    /** SHA-256 of the change set, lower-case hex; only after {@link #next} has returned the end. */
    public String digest() {
        return end.orElseThrow(() -> new IllegalStateException("the change set has not been read to its end"));
    }

    /** How many blocks have been read. */
    public long blocks() {
        return blocks;
    }

    /** How many bytes of disk content have been read. */
    public long bytes() {
        return bytes;
    }

    private Block block() throws IOException {
        ByteBuffer header = read(ChangeSetFormat.BLOCK_HEADER_LENGTH - 1);
        long offset = header.getLong();
        int length = header.getInt();
        int expected = header.getInt();
        if (length < 1 || length > Block.MAXIMUM_LENGTH || offset < 0) {
            throw new RefusedException(
                    RefusalReason.MALFORMED,
                    "block " + (blocks + 1) + " has length " + Integer.toUnsignedString(length) + " at offset "
                            + Long.toUnsignedString(offset) + "; accepted are 1 to " + Block.MAXIMUM_LENGTH + " bytes");
        }
        if (data.length < length) {
            data = new byte[length];
        }
        fill(data, length);
        checkChecksum(offset, length, expected);
        blocks++;
        bytes += length;
        return new Block(offset, ByteBuffer.wrap(data, 0, length));
    }

    private void checkChecksum(long offset, int length, int expected) throws RefusedException {
        CRC32C checksum = new CRC32C();
        checksum.update(data, 0, length);
        if ((int) checksum.getValue() != expected) {
            throw new RefusedException(
                    RefusalReason.CHECKSUM_MISMATCH,
                    String.format(
                            "block at offset %d, %d bytes: CRC32C %08x announced, %08x received",
                            offset, length, expected, (int) checksum.getValue()));
        }
    }

    private void readEnd() throws IOException {
        long announced = read(ChangeSetFormat.END_LENGTH - 1).getLong();
        if (announced != blocks) {
            throw new RefusedException(
                    RefusalReason.MALFORMED, "the end frame counts " + announced + " blocks, " + blocks + " arrived");
        }
        byte[] computed = digest.digest();
        byte[] received = read(ChangeSetFormat.DIGEST_LENGTH).array();
        if (!MessageDigest.isEqual(computed, received)) {
            throw new RefusedException(
                    RefusalReason.CHECKSUM_MISMATCH, "the change set's digest is not the one announced at its end");
        }
        end = Optional.of(HexFormat.of().formatHex(computed));
    }

    private ByteBuffer read(int length) throws IOException {
        byte[] bytes = new byte[length];
        fill(bytes, length);
        return ByteBuffer.wrap(bytes);
    }

    private void fill(byte[] target, int length) throws IOException {
        int got = in.readNBytes(target, 0, length);
        if (got < length) {
            throw new RefusedException(
                    RefusalReason.TRUNCATED, "the change set ended after " + blocks + " blocks, inside a frame");
        }
        digest.update(target, 0, length);
    }
}
