package throughline.primary.replication;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import throughline.primary.disk.SourceException;
import throughline.protocol.replication.SliceWriter;

/** The frames of a slice, found out before any of it is sent, so that its length is known. */
final class SliceLayout implements FrameSink {
    private final List<Piece> frames = new ArrayList<>();
    private final List<Boolean> data = new ArrayList<>();
    private long dataFrames;
    private long dataBytes;

    @Override
    public void data(int disk, long offset, byte[] content, int start, int length) {
        frames.add(new Piece(disk, offset, length));
        data.add(true);
        dataFrames++;
        dataBytes += length;
    }

    @Override
    public void zeros(int disk, long offset, long length) {
        frames.add(new Piece(disk, offset, length));
        data.add(false);
    }

    long encodedLength() {
        return SliceWriter.encodedLength(dataFrames, dataBytes, frames.size() - dataFrames);
    }

    /** The same frames again, with what the disk holds by now where it is one that shows no moment. */
    void replay(ChangePlan plan, byte[] buffer, FrameSink sink) throws IOException {
        for (int i = 0; i < frames.size(); i++) {
            Piece frame = frames.get(i);
            if (!data.get(i)) {
                sink.zeros(frame.disk(), frame.offset(), frame.length());
                continue;
            }
            int length = (int) frame.length();
            try {
                plan.snapshot(frame.disk()).read(frame.offset(), ByteBuffer.wrap(buffer, 0, length));
            } catch (IOException e) {
                throw new SourceException(e);
            }
            sink.data(frame.disk(), frame.offset(), buffer, 0, length);
        }
    }
}
