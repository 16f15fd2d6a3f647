package throughline.primary.replication;

import java.io.IOException;
import java.util.Optional;
import throughline.protocol.replication.SliceWriter;

/** Writes the frames of one slice, compressed where that pays, and counts them. */
final class SliceFrames implements FrameSink {
    private final SliceWriter writer;
    private final Optional<FrameCompression> compression;
    private final Counters counters;
    private long frames;
    private long bytes;

    SliceFrames(SliceWriter writer, Optional<FrameCompression> compression, Counters counters) {
        this.writer = writer;
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
    }

    @Override
    public void zeros(int disk, long offset, long length) throws IOException {
        writer.zeros(disk, offset, length);
        count(length);
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
