package throughline.primary;

import java.io.IOException;
import okhttp3.MediaType;
import okhttp3.RequestBody;
import okio.BufferedSink;
import throughline.protocol.ChangeSetWriter;
import throughline.protocol.MediaTypes;

/** A disk image as one change set, of known length, read while it is sent. */
final class ChangeSetBody extends RequestBody {
    private static final MediaType TYPE = MediaType.get(MediaTypes.CHANGE_SET);

    private final DiskImage image;
    private final Progress progress;

    ChangeSetBody(DiskImage image, Progress progress) {
        this.image = image;
        this.progress = progress;
    }

    @Override
    public MediaType contentType() {
        return TYPE;
    }

    @Override
    public long contentLength() {
        return ChangeSetWriter.encodedLength(image.size(), DiskImage.BLOCK);
    }

    /** What was read once is not sent again by itself: the caller decides what a second attempt may send. */
    @Override
    public boolean isOneShot() {
        return true;
    }

    @Override
    public void writeTo(BufferedSink sink) throws IOException {
        ChangeSetWriter writer = new ChangeSetWriter(sink.outputStream());
        byte[] block = new byte[DiskImage.BLOCK];
        for (long offset = 0; offset < image.size(); ) {
            int length = image.read(offset, block);
            writer.block(offset, block, 0, length);
            offset += length;
            progress.sent(offset, image.size());
        }
        writer.end();
    }
}
