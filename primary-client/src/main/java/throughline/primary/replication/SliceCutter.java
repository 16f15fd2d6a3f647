package throughline.primary.replication;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;

/** Cuts slices out of a plan, one after the other, for one sender. */
public final class SliceCutter {
    private final ChangePlan plan;
    private final SliceLimit limit;
    private final Counters counters;
    private final Bandwidth bandwidth;
    private final PayloadStyle style;
    private final Optional<FrameCompression> compression;
    private final byte[] buffer = new byte[SliceContent.READ];
    private final ByteBuffer direct = ByteBuffer.allocateDirect(SliceContent.READ);

    /**
     * For one sender; the others have their own, with the same plan, limit, counters and bandwidth.
     *
     * @param compress whether the replica reads what is compressed, and we can and may
     */
    public SliceCutter(
            ChangePlan plan,
            SliceLimit limit,
            Counters counters,
            Bandwidth bandwidth,
            PayloadStyle style,
            boolean compress) {
        this.plan = plan;
        this.limit = limit;
        this.counters = counters;
        this.bandwidth = bandwidth;
        this.style = style;
        this.compression =
                compress && style != PayloadStyle.KNOWN_LENGTH ? Optional.of(new FrameCompression()) : Optional.empty();
    }

    /**
     * The next slice, when the one before is done with; absent when there is nothing left to send.
     *
     * @throws throughline.primary.disk.SourceException when a disk cannot be read
     */
    public Optional<OutgoingSlice> next() throws IOException {
        SliceContent content = new SliceContent(plan, limit.bytes(), counters, buffer, direct);
        if (!content.begin()) {
            return Optional.empty();
        }
        if (style != PayloadStyle.KNOWN_LENGTH) {
            return Optional.of(new OutgoingSlice(this, content, Optional.empty()));
        }
        SliceLayout layout = new SliceLayout();
        content.writeTo(layout);
        return Optional.of(new OutgoingSlice(this, content, Optional.of(layout)));
    }

    /** A slice without content, for a number that needs one. */
    public OutgoingSlice empty() {
        SliceContent nothing = new SliceContent(plan, limit.bytes(), counters, buffer, direct);
        return new OutgoingSlice(this, nothing, Optional.of(new SliceLayout()));
    }

    ChangePlan plan() {
        return plan;
    }

    PayloadStyle style() {
        return style;
    }

    Counters counters() {
        return counters;
    }

    Bandwidth bandwidth() {
        return bandwidth;
    }

    Optional<FrameCompression> compression() {
        return compression;
    }

    byte[] buffer() {
        return buffer;
    }
}
