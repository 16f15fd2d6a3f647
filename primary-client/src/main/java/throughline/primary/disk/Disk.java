package throughline.primary.disk;

import java.io.IOException;
import java.nio.file.Path;
import throughline.protocol.DiskName;

/** A disk that can be replicated. */
public interface Disk {

    DiskName name();

    /** In bytes, from 1; never changes. */
    long size();

    /**
     * A view of the disk for one cycle. What a {@link TrackedDisk} shows is the disk at this moment. Any other disk shows
     * what is in it when it is read: whoever writes to it meanwhile gets some of the old and some of the new.
     *
     * @return to be closed by the caller
     */
    DiskSnapshot freeze() throws IOException;

    /**
     * A file or block device, opened for each snapshot. Of what changed nothing is known.
     *
     * @throws IOException when it cannot be read or is empty
     */
    static Disk ofFile(DiskName name, Path path) throws IOException {
        return FileDisk.of(name, path);
    }

    /** Content of the caller's own. Of what changed nothing is known. */
    static Disk of(DiskName name, long size, ByteSource source) {
        return new SourceDisk(name, size, source);
    }
}
