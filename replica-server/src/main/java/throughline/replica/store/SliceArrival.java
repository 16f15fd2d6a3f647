package throughline.replica.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import throughline.protocol.RefusalReason;
import throughline.protocol.RefusedException;
import throughline.protocol.replication.DeclaredDisk;
import throughline.protocol.replication.Frame;
import throughline.protocol.replication.SliceId;
import throughline.protocol.replication.SliceReader;

/** A slice on its way into a block file, or past it where it is only compared with what is there. */
final class SliceArrival implements AutoCloseable {
    private final SliceId slice;
    private final List<DeclaredDisk> disks;
    private final long largest;
    private final Target target;
    private final FrameList frames = new FrameList();
    private BlockFiles.@Nullable Writer writer;
    private long data;
    private String digest = "";
    private long bytes;

    /** Where data goes to. */
    interface Target {
        /** A writer, before the first data; absent where data is not kept. */
        Optional<BlockFiles.Writer> begin() throws RefusedException;

        void write(BlockFiles.Writer writer, ByteBuffer data) throws RefusedException;
    }

    SliceArrival(SliceId slice, List<DeclaredDisk> disks, long largest, Target target) {
        this.slice = slice;
        this.disks = disks;
        this.largest = largest;
        this.target = target;
    }

    /** Reads the slice to its end frame. */
    void read(ReadableByteChannel body, ByteBuffer buffer) throws IOException {
        SliceReader reader = new SliceReader(body);
        for (Optional<Frame> frame = reader.next(); frame.isPresent(); frame = reader.next()) {
            check(frame.get());
            if (frame.get() instanceof Frame.Data next) {
                begin(next);
                copy(reader, buffer);
                frames.data(next.disk(), next.offset(), next.length(), next.checksum());
            } else {
                frames.zeros(
                        frame.get().disk(), frame.get().offset(), frame.get().length());
            }
        }
        flush(buffer);
        digest = reader.digest();
        bytes = reader.bytes();
    }

    String digest() {
        return digest;
    }

    /** Forces the data. */
    void force() throws RefusedException {
        if (writer != null) {
            writer.force();
        }
    }

    /** The log names it, or may do so. */
    void keep() {
        if (writer != null) {
            writer.keep();
        }
    }

    LogRecord.SliceStored record() {
        int file = writer == null ? Extent.ZEROS : writer.file();
        long start = writer == null ? 0 : writer.start();
        return new LogRecord.SliceStored(slice, digest, frames.size(), bytes, file, start, frames);
    }

    SliceRow row() {
        return new SliceRow(digest, frames.size(), bytes);
    }

    @Override
    public void close() {
        if (writer != null) {
            writer.close();
        }
    }

    private void check(Frame frame) throws RefusedException {
        if (frame.disk() >= disks.size()) {
            throw new RefusedException(
                    RefusalReason.UNKNOWN_DISK,
                    slice + ": disk number " + frame.disk() + "; the machine has " + disks.size() + ", counted from 0");
        }
        DeclaredDisk disk = disks.get(frame.disk());
        if (frame.offset() > disk.size() - frame.length()) {
            throw new RefusedException(
                    RefusalReason.OUTSIDE_DISK,
                    slice + ": " + frame.length() + " bytes at offset " + frame.offset() + "; disk " + disk.disk()
                            + " has " + disk.size());
        }
    }

    private void begin(Frame.Data frame) throws RefusedException {
        data += frame.length();
        if (data > largest) {
            throw new RefusedException(
                    RefusalReason.SLICE_TOO_LARGE,
                    slice + " holds more than " + largest + " bytes of data, which is what this replica takes");
        }
        if (writer == null) {
            writer = target.begin().orElse(null);
        }
    }

    private void copy(SliceReader reader, ByteBuffer buffer) throws IOException {
        while (reader.read(buffer) >= 0) {
            if (!buffer.hasRemaining()) {
                flush(buffer);
            }
        }
    }

    private void flush(ByteBuffer buffer) throws RefusedException {
        if (writer != null) {
            target.write(writer, buffer.flip());
        }
        buffer.clear();
    }
}
