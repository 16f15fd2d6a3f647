package throughline.replica.store;

import java.nio.ByteBuffer;
import java.util.Arrays;
import throughline.protocol.replication.Frame;

/** The frames of a slice without their data, as the log holds them: a slice may have 65,536. The data of all follows one another. */
final class FrameList {
    /** Disk (2 bytes), offset (8), length (8), CRC32C (4), 1 for data or 0 for zeros (1). */
    static final int ENTRY = 23;

    private ByteBuffer entries;

    FrameList() {
        entries = ByteBuffer.allocate(16 * ENTRY);
    }

    private FrameList(ByteBuffer entries) {
        this.entries = entries;
    }

    /** Of the bytes that {@link #encoded} gave, all of them. */
    static FrameList decode(byte[] encoded) {
        FrameList frames = new FrameList(ByteBuffer.wrap(encoded).position(encoded.length));
        for (int i = 0; i < frames.size(); i++) {
            if (frames.offset(i) < 0
                    || frames.length(i) < 1
                    || (frames.isData(i) && frames.length(i) > Frame.LONGEST_DATA)) {
                throw new IllegalArgumentException(
                        "frame " + i + " has length " + frames.length(i) + " at offset " + frames.offset(i));
            }
        }
        return frames;
    }

    void data(int disk, long offset, long length, int checksum) {
        add(disk, offset, length, checksum, 1);
    }

    void zeros(int disk, long offset, long length) {
        add(disk, offset, length, 0, 0);
    }

    int size() {
        return entries.position() / ENTRY;
    }

    int disk(int frame) {
        return Short.toUnsignedInt(entries.getShort(frame * ENTRY));
    }

    long offset(int frame) {
        return entries.getLong(frame * ENTRY + 2);
    }

    long length(int frame) {
        return entries.getLong(frame * ENTRY + 10);
    }

    int checksum(int frame) {
        return entries.getInt(frame * ENTRY + 18);
    }

    boolean isData(int frame) {
        return entries.get(frame * ENTRY + 22) != 0;
    }

    /** How many bytes of data the frames have. */
    long dataBytes() {
        long sum = 0;
        for (int i = 0; i < size(); i++) {
            sum += isData(i) ? length(i) : 0;
        }
        return sum;
    }

    byte[] encoded() {
        return Arrays.copyOf(entries.array(), entries.position());
    }

    private void add(int disk, long offset, long length, int checksum, int kind) {
        if (entries.remaining() < ENTRY) {
            entries = ByteBuffer.allocate(entries.capacity() * 2).put(entries.flip());
        }
        entries.putShort((short) disk)
                .putLong(offset)
                .putLong(length)
                .putInt(checksum)
                .put((byte) kind);
    }
}
