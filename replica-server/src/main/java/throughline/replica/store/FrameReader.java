package throughline.replica.store;

import java.nio.ByteBuffer;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;
import throughline.protocol.RefusedException;

/** Reads frames out of block files, and checks the checksum of each. Not thread-safe; whoever opened it closes it. */
final class FrameReader implements AutoCloseable {
    /** Where one frame lies in the middle of another, both are wanted in turn. */
    private static final int REMEMBERED = 2;

    private final BlockFiles blocks;
    private final Map<Place, ByteBuffer> frames = new LinkedHashMap<>(4, 0.75f, true);
    private int number;
    private @Nullable StoreFile file;

    private record Place(int file, long position) {}

    FrameReader(BlockFiles blocks) {
        this.blocks = blocks;
    }

    /** The whole frame that the extent is a part of; valid until the next but one is asked for. */
    ByteBuffer frame(Extent extent) throws RefusedException {
        Place place = new Place(extent.file(), extent.position());
        ByteBuffer known = frames.get(place);
        if (known != null && known.limit() == extent.frameLength()) {
            return known;
        }
        ByteBuffer frame = buffer(extent.frameLength());
        read(extent, frame);
        frames.put(place, frame);
        return frame;
    }

    @Override
    public void close() {
        if (file != null) {
            file.close();
            file = null;
            number = 0;
        }
    }

    private void read(Extent extent, ByteBuffer frame) throws RefusedException {
        StoreFile opened = file(extent.file());
        long position = extent.position();
        while (frame.hasRemaining()) {
            int count = opened.read(frame, position);
            if (count < 0) {
                throw damaged(extent, "the file ends at " + position);
            }
            position += count;
        }
        frame.flip();
        CRC32C checksum = new CRC32C();
        checksum.update(frame.duplicate());
        if ((int) checksum.getValue() != extent.checksum()) {
            throw damaged(
                    extent,
                    String.format("CRC32C %08x expected, %08x found", extent.checksum(), (int) checksum.getValue()));
        }
    }

    private StoreFile file(int wanted) throws RefusedException {
        if (file != null && number == wanted) {
            return file;
        }
        close();
        file = blocks.open(wanted);
        number = wanted;
        return file;
    }

    /** The one that was not asked for longest, where it is large enough. */
    private ByteBuffer buffer(int length) {
        if (frames.size() == REMEMBERED) {
            Iterator<ByteBuffer> oldest = frames.values().iterator();
            ByteBuffer buffer = oldest.next();
            oldest.remove();
            if (buffer.capacity() >= length) {
                return buffer.clear().limit(length);
            }
        }
        return ByteBuffer.allocate(length);
    }

    private RefusedException damaged(Extent extent, String how) {
        return StorageFailure.of(blocks.describe(extent.file()) + ": the " + extent.frameLength() + " bytes at "
                + extent.position() + " are damaged: " + how);
    }
}
