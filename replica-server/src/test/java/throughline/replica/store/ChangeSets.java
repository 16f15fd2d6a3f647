package throughline.replica.store;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import throughline.protocol.ChangeSetWriter;

/** Change sets as they travel. */
public final class ChangeSets {
    private ChangeSets() {}

    /** One block. */
    public static byte[] of(long offset, byte[] data) {
        return of(new long[] {offset}, data);
    }

    /** The same data at several offsets. */
    public static byte[] of(long[] offsets, byte[] data) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try {
            ChangeSetWriter writer = new ChangeSetWriter(out);
            for (long offset : offsets) {
                writer.block(offset, data, 0, data.length);
            }
            writer.end();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }
}
