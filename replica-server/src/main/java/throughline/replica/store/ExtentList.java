package throughline.replica.store;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** Extents as the log holds them. */
record ExtentList(List<Extent> extents) {
    /** Offset (8), length (8), file (4), position (8), skip (4), length of the frame (4), CRC32C (4). */
    static final int ENTRY = 40;

    /** So many stay well below the longest record. */
    static final int MOST = 16_384;

    static ExtentList decode(byte[] encoded) {
        ByteBuffer in = ByteBuffer.wrap(encoded);
        List<Extent> extents = new ArrayList<>(encoded.length / ENTRY);
        while (in.hasRemaining()) {
            extents.add(new Extent(
                    in.getLong(), in.getLong(), in.getInt(), in.getLong(), in.getInt(), in.getInt(), in.getInt()));
        }
        return new ExtentList(extents);
    }

    byte[] encoded() {
        ByteBuffer out = ByteBuffer.allocate(extents.size() * ENTRY);
        for (Extent extent : extents) {
            out.putLong(extent.offset())
                    .putLong(extent.length())
                    .putInt(extent.file())
                    .putLong(extent.position());
            out.putInt(extent.skip()).putInt(extent.frameLength()).putInt(extent.checksum());
        }
        return out.array();
    }
}
