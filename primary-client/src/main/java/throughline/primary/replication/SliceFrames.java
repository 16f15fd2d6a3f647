package throughline.primary.replication;

import java.io.IOException;
import java.util.Optional;
import throughline.protocol.replication.BlockDigests;
import throughline.protocol.replication.SliceWriter;

/** Writes the frames of one slice, compressed where that pays, counts them, and notes what is in them. */
final class SliceFrames implements FrameSink {
    private final SliceWriter writer;
    private final ChangePlan plan;
    private final Optional<FrameCompression> compression;
    private final Counters counters;
    private long frames;
    private long bytes;

    SliceFrames(SliceWriter writer, ChangePlan plan, Optional<FrameCompression> compression, Counters counters) {
        this.writer = writer;
        this.plan = plan;
        this.compression = compression;
        this.counters = counters;
    }

    @Override
    public void data(int disk, long offset, byte[] content, int start, int length) throws IOException {
        int compressed =
                compression.map(zstd -> zstd.compress(content, start, length)).orElse(0);
        int wire = compressed > 0 ? compressed : length;
        if (compressed > 0) {
            writer.zstd(
                    disk,
                    offset,
                    content,
                    start,
                    length,
                    compression.orElseThrow().compressed(),
                    compressed);
            counters.saved((long) length - compressed);
        } else {
            writer.data(disk, offset, content, start, length);
        }
        counters.sent(wire);
        count(length);
        plan.known(disk).ifPresent(known -> note(known, offset, content, start, length));
    }

    @Override
    public void zeros(int disk, long offset, long length) throws IOException {
        writer.zeros(disk, offset, length);
        count(length);
        plan.known(disk).ifPresent(known -> noteZeros(known, offset, length));
    }

    /** Pieces begin where blocks do, and end there or with the disk. */
    private static void note(KnownBlocks known, long offset, byte[] content, int start, int length) {
        KnownBlocks.Notes notes = known.notes();
        for (int done = 0; done < length; done += BlockDigests.BLOCK) {
            int block = Math.min(BlockDigests.BLOCK, length - done);
            notes.note((offset + done) / BlockDigests.BLOCK, content, start + done, block);
        }
    }

    private static void noteZeros(KnownBlocks known, long offset, long length) {
        KnownBlocks.Notes notes = known.notes();
        for (long done = 0; done < length; done += BlockDigests.BLOCK) {
            int block = (int) Math.min(BlockDigests.BLOCK, length - done);
            notes.noteZeros((offset + done) / BlockDigests.BLOCK, block);
        }
    }

    long frames() {
        return frames;
    }

    long bytes() {
        return bytes;
    }

    private void count(long length) {
        frames++;
        bytes += length;
    }
}
