package throughline.protocol.replication;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;
import throughline.protocol.RefusalReason;
import throughline.protocol.RefusedException;

/**
 * Reads a slice frame by frame and checks everything it is told: order, lengths, checksums, count, digest. Keeps no data:
 * the data of a frame is handed on in pieces, and its checksum is checked with the last one. What is found wrong is a
 * {@link RefusedException}; other {@link IOException}s are the channel's own. The channel stays open.
 */
public final class SliceReader {
    private final ReadableByteChannel in;
    private final boolean zstdReadable;
    private final MessageDigest digest = SliceFormat.newDigest();
    private final CRC32C checksum = new CRC32C();
    /** Small, so that most data goes from the channel straight into the caller's buffer. */
    private final ByteBuffer ahead = ByteBuffer.allocate(512).limit(0);

    private Frame.@Nullable Data current;
    private long left;
    private @Nullable ByteBuffer inflated;
    private long frames;
    private long bytes;
    private @Nullable String end;

    /** A frame that is compressed with zstd is refused unless the platform has a decoder, see {@link Zstd}. */
    public SliceReader(ReadableByteChannel in) throws IOException {
        this.in = in;
        this.zstdReadable = Zstd.isAvailable();
        byte[] magic = header(SliceFormat.MAGIC.length).array();
        if (!Arrays.equals(magic, SliceFormat.MAGIC)) {
            throw malformed("a slice starts with " + HexFormat.of().formatHex(magic) + "; accepted is "
                    + HexFormat.of().formatHex(SliceFormat.MAGIC));
        }
    }

    /**
     * The next frame; absent at the end, once count and digest have been checked.
     *
     * @throws IllegalStateException if the data of the frame before it has not been read to its end
     */
    public Optional<Frame> next() throws IOException {
        if (current != null) {
            throw new IllegalStateException("the data of " + current + " has not been read to its end");
        }
        if (end != null) {
            return Optional.empty();
        }
        int type = header(1).get() & 0xff;
        if (type == SliceFormat.END) {
            readEnd();
            return Optional.empty();
        }
        if (type > SliceFormat.ZSTD) {
            throw malformed(
                    "frame type " + type + " after " + frames + " frames; accepted are 0 to " + SliceFormat.ZSTD);
        }
        if (++frames > Frame.MOST_IN_SLICE) {
            throw malformed("the slice holds more than " + Frame.MOST_IN_SLICE + " frames");
        }
        Frame frame = type == SliceFormat.ZEROS ? zeros() : data(type);
        bytes += frame.length();
        return Optional.of(frame);
    }

    /**
     * Reads more of the current frame's data into the buffer.
     *
     * @return how many bytes, at least 1 where the buffer has room; -1 once all of it was read and its checksum found right
     */
    public int read(ByteBuffer target) throws IOException {
        Frame.Data frame = current;
        if (frame == null) {
            return -1;
        }
        int start = target.position();
        int wanted = (int) Math.min(target.remaining(), left);
        ByteBuffer piece = target.duplicate().limit(start + wanted);
        int got = inflated == null ? receive(piece) : move(inflated, piece);
        checksum.update(target.duplicate().flip().position(start).limit(start + got));
        target.position(start + got);
        left -= got;
        if (left == 0) {
            checkChecksum(frame);
        }
        return got;
    }

    /** The digest that names the slice, see {@link SliceWriter#end}; only after {@link #next} has returned the end. */
    public String digest() {
        if (end == null) {
            throw new IllegalStateException("the slice has not been read to its end");
        }
        return end;
    }

    /** How many frames have been read. */
    public long frames() {
        return frames;
    }

    /** How many bytes of disk they cover. */
    public long bytes() {
        return bytes;
    }

    private Frame zeros() throws IOException {
        ByteBuffer header = header(SliceFormat.ZEROS_LENGTH - 1);
        int disk = Short.toUnsignedInt(header.getShort());
        long offset = header.getLong();
        long length = header.getLong();
        checkRange(offset, length, DeclaredDisk.MAXIMUM_SIZE);
        return new Frame.Zeros(disk, offset, length);
    }

    private Frame data(int type) throws IOException {
        ByteBuffer header = header((type == SliceFormat.DATA ? SliceFormat.DATA_LENGTH : SliceFormat.ZSTD_LENGTH) - 1);
        Frame.Data frame = new Frame.Data(
                Short.toUnsignedInt(header.getShort()), header.getLong(), header.getInt(), header.getInt());
        checkRange(frame.offset(), frame.length(), Frame.LONGEST_DATA);
        checksum.reset();
        left = frame.length();
        inflated = type == SliceFormat.DATA ? null : inflate(frame, header.getInt());
        current = frame;
        return frame;
    }

    private ByteBuffer inflate(Frame.Data frame, int compressed) throws IOException {
        if (!zstdReadable) {
            throw malformed("frame " + frames + " is compressed with zstd, which this replica does not read");
        }
        if (compressed < 1 || compressed > Frame.LONGEST_DATA) {
            throw malformed("frame " + frames + " has " + Integer.toUnsignedString(compressed)
                    + " bytes compressed; accepted are 1 to " + Frame.LONGEST_DATA);
        }
        ByteBuffer content = ByteBuffer.allocate(compressed);
        while (content.hasRemaining()) {
            receive(content);
        }
        return Zstd.decompress(content.array(), (int) frame.length())
                .map(ByteBuffer::wrap)
                .orElseThrow(() -> new RefusedException(
                        RefusalReason.CHECKSUM_MISMATCH,
                        "frame " + frames + " is not the zstd frame of " + frame.length()
                                + " bytes that it announces"));
    }

    private void checkRange(long offset, long length, long longest) throws RefusedException {
        if (length < 1 || length > longest || offset < 0 || offset > Long.MAX_VALUE - length) {
            throw malformed("frame " + frames + " has length " + Long.toUnsignedString(length) + " at offset "
                    + Long.toUnsignedString(offset) + "; accepted are 1 to " + longest + " bytes");
        }
    }

    private void checkChecksum(Frame.Data frame) throws RefusedException {
        current = null;
        inflated = null;
        if ((int) checksum.getValue() != frame.checksum()) {
            throw new RefusedException(
                    RefusalReason.CHECKSUM_MISMATCH,
                    String.format(
                            "disk %d, offset %d, %d bytes: CRC32C %08x announced, %08x received",
                            frame.disk(), frame.offset(), frame.length(), frame.checksum(), (int) checksum.getValue()));
        }
    }

    private void readEnd() throws IOException {
        long announced = header(SliceFormat.END_LENGTH - 1).getLong();
        if (announced != frames) {
            throw malformed("the end frame counts " + announced + " frames, " + frames + " arrived");
        }
        byte[] computed = digest.digest();
        byte[] received = header(SliceFormat.DIGEST_LENGTH).array();
        if (!MessageDigest.isEqual(computed, received)) {
            throw new RefusedException(
                    RefusalReason.CHECKSUM_MISMATCH, "the slice's digest is not the one announced at its end");
        }
        end = HexFormat.of().formatHex(computed);
    }

    /** Bytes that the digest covers. */
    private ByteBuffer header(int length) throws IOException {
        ByteBuffer header = ByteBuffer.allocate(length);
        while (header.hasRemaining()) {
            if (!ahead.hasRemaining()) {
                fill();
            }
            move(ahead, header);
        }
        digest.update(header.array());
        return header.flip();
    }

    private int receive(ByteBuffer target) throws IOException {
        if (ahead.hasRemaining()) {
            return move(ahead, target);
        }
        int got = in.read(target);
        if (got < 0) {
            throw truncated();
        }
        return got;
    }

    private void fill() throws IOException {
        ahead.clear();
        int got;
        try {
            got = in.read(ahead);
        } finally {
            ahead.flip();
        }
        if (got < 0) {
            throw truncated();
        }
    }

    private static int move(ByteBuffer from, ByteBuffer to) {
        int count = Math.min(from.remaining(), to.remaining());
        to.put(from.duplicate().limit(from.position() + count));
        from.position(from.position() + count);
        return count;
    }

    private RefusedException truncated() {
        return new RefusedException(
                RefusalReason.TRUNCATED,
                "the slice ended after " + frames + " frames, before its end frame",
                new EOFException());
    }

    private static RefusedException malformed(String detail) {
        return new RefusedException(RefusalReason.MALFORMED, detail);
    }
}
