package throughline.primary.replication;

import java.io.IOException;
import java.io.OutputStream;
import java.util.Optional;
import java.util.OptionalLong;
import throughline.protocol.replication.SliceWriter;

/** One slice on its way. Written once; where it does not arrive, its content goes back to the plan. */
public final class OutgoingSlice {
    private final SliceCutter cutter;
    private final SliceContent content;
    private final Optional<SliceLayout> layout;
    private Optional<String> digest = Optional.empty();
    private boolean begun;
    private long frames;
    private long bytes;

    OutgoingSlice(SliceCutter cutter, SliceContent content, Optional<SliceLayout> layout) {
        this.cutter = cutter;
        this.content = content;
        this.layout = layout;
    }

    public PayloadStyle style() {
        return cutter.style();
    }

    /** What it will have on the wire; absent where that is not known before it is written. */
    public OptionalLong length() {
        return layout.map(known -> OptionalLong.of(known.encodedLength())).orElseGet(OptionalLong::empty);
    }

    public void writeTo(OutputStream out) throws IOException {
        begun = true;
        SliceWriter writer = new SliceWriter(cutter.bandwidth().paced(out));
        SliceFrames sink = new SliceFrames(writer, cutter.plan(), cutter.compression(), cutter.counters());
        if (layout.isPresent()) {
            layout.get().replay(cutter.plan(), cutter.buffer(), sink);
        } else {
            content.writeTo(sink);
        }
        frames = sink.frames();
        bytes = sink.bytes();
        digest = Optional.of(writer.end());
    }

    /** Whether any of it was written: then nobody knows how much of it arrived. */
    public boolean begun() {
        return begun;
    }

    /** As its receipt must give it; absent until its end was written. */
    public Optional<String> digest() {
        return digest;
    }

    /** How many frames it has. */
    public long frames() {
        return frames;
    }

    /** How many bytes of disk they cover. */
    public long bytes() {
        return bytes;
    }

    /** How large it was allowed to become. */
    public long limit() {
        return content.limit();
    }

    /** It was not received: its content is to be sent in other slices. */
    public void putBack() {
        content.putBack();
    }
}
