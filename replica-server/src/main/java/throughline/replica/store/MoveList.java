package throughline.replica.store;

import java.nio.ByteBuffer;
import java.util.Arrays;

/** Pieces of frames that were copied from one block file to another. */
final class MoveList {
    /** The frame's position (8), where in it the piece begins (4), its length (4), its new position (8) and CRC32C (4). */
    static final int ENTRY = 28;

    private ByteBuffer entries;

    MoveList() {
        this(ByteBuffer.allocate(64 * ENTRY));
    }

    private MoveList(ByteBuffer entries) {
        this.entries = entries;
    }

    static MoveList decode(byte[] encoded) {
        return new MoveList(ByteBuffer.wrap(encoded).position(encoded.length));
    }

    void add(long position, int skip, int length, long target, int checksum) {
        if (entries.remaining() < ENTRY) {
            entries = ByteBuffer.allocate(entries.capacity() * 2).put(entries.flip());
        }
        entries.putLong(position).putInt(skip).putInt(length).putLong(target).putInt(checksum);
    }

    int size() {
        return entries.position() / ENTRY;
    }

    long position(int move) {
        return entries.getLong(move * ENTRY);
    }

    int skip(int move) {
        return entries.getInt(move * ENTRY + 8);
    }

    int length(int move) {
        return entries.getInt(move * ENTRY + 12);
    }

    long target(int move) {
        return entries.getLong(move * ENTRY + 16);
    }

    int checksum(int move) {
        return entries.getInt(move * ENTRY + 24);
    }

    byte[] encoded() {
        return Arrays.copyOf(entries.array(), entries.position());
    }
}
