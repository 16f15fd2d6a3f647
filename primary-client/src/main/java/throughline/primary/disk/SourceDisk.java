package throughline.primary.disk;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;
import throughline.protocol.DiskName;

/** A disk whose content is somebody else's affair. */
record SourceDisk(DiskName name, long size, ByteSource source) implements Disk {
    SourceDisk {
        if (size < 1) {
            throw new IllegalArgumentException("a disk of " + size + " bytes; accepted is at least one byte");
        }
    }

    @Override
    public DiskSnapshot freeze() {
        return new Snapshot(size, source);
    }

    private record Snapshot(long size, ByteSource source) implements DiskSnapshot {
        @Override
        public void read(long offset, ByteBuffer target) throws IOException {
            source.read(offset, target);
            if (target.hasRemaining()) {
                throw new IOException("the source left " + target.remaining() + " bytes out from offset "
                        + (offset + target.position()));
            }
        }

        @Override
        public long zerosFrom(long offset) {
            return source.zerosFrom(offset);
        }

        @Override
        public Optional<BlockSet> changes() {
            return Optional.empty();
        }

        @Override
        public void acknowledged() {}

        @Override
        public void close() {}
    }
}
