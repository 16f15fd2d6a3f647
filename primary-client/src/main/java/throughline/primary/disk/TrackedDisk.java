package throughline.primary.disk;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import throughline.protocol.DiskName;

/**
 * Stands between a writer and its disk, as a hypervisor does: knows what was written since the last receipt, and shows a
 * snapshot while writing goes on. Every write must come through here. Thread-safe; closed by whoever made it.
 *
 * <p>Until the first receipt of its life, what changed is unknown: of an earlier life nothing is remembered.
 */
public final class TrackedDisk implements Disk, AutoCloseable {
    /** So much is looked through for what was kept. */
    private static final long LONGEST_HOLE = 64 << 20;

    private static final AtomicLong MADE = new AtomicLong();

    private final long order = MADE.incrementAndGet();
    private final DiskName name;
    private final long size;
    private final ByteStore store;
    private final Keeping keeping;
    private final Optional<DiskFile> own;

    /** Exclusive to writers, shared by who reads the snapshot: a block is the old one or the new one. */
    private final ReentrantReadWriteLock lock = new ReentrantReadWriteLock();

    /** Who asks by {@link #freeze()}. */
    private static final Object ANYBODY = new Object();

    private BlockSet written;

    /** Whose receipt it is that {@link #written} counts from; absent before the first. */
    private @Nullable Object since;

    private @Nullable TrackedSnapshot open;

    private TrackedDisk(DiskName name, long size, ByteStore store, Keeping keeping, Optional<DiskFile> own) {
        if (size < 1) {
            throw new IllegalArgumentException("a disk of " + size + " bytes; accepted is at least one byte");
        }
        this.name = name;
        this.size = size;
        this.store = store;
        this.keeping = keeping;
        this.own = own;
        this.written = new BlockSet(size);
    }

    /** Over a file, which stays open until {@link #close}. */
    public static TrackedDisk ofFile(DiskName name, Path path) throws IOException {
        return ofFile(name, path, Keeping.defaults());
    }

    public static TrackedDisk ofFile(DiskName name, Path path, Keeping keeping) throws IOException {
        DiskFile file = DiskFile.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE);
        try {
            return new TrackedDisk(name, FileDisk.size(path, file.size()), file, keeping, Optional.of(file));
        } catch (IOException e) {
            file.close();
            throw e;
        }
    }

    /** Over the caller's own store, which stays the caller's to close. */
    public static TrackedDisk of(DiskName name, long size, ByteStore store, Keeping keeping) {
        return new TrackedDisk(name, size, store, keeping, Optional.empty());
    }

    @Override
    public DiskName name() {
        return name;
    }

    @Override
    public long size() {
        return size;
    }

    /**
     * Writes what remains in the buffer. What an open snapshot shows does not change: the old content is read and kept
     * first, once per block. Where that cannot be done, the snapshot is what fails, not the write.
     */
    public void write(long offset, ByteBuffer content) throws IOException {
        int length = content.remaining();
        lock.writeLock().lock();
        try {
            // Before the write, which may fail when half of it is done.
            written.add(offset, length);
            if (open != null && length > 0) {
                open.keep(offset / BlockSet.BLOCK, (offset + length - 1) / BlockSet.BLOCK);
            }
            store.write(offset, content);
        } finally {
            lock.writeLock().unlock();
        }
    }

    /** Reads what the disk holds now. */
    public void read(long offset, ByteBuffer target) throws IOException {
        lock.readLock().lock();
        try {
            store.read(offset, target);
        } finally {
            lock.readLock().unlock();
        }
    }

    /**
     * Shows the disk as it is at this moment, and forgets what changed, unless it is told again when the snapshot is closed.
     *
     * @throws IllegalStateException while another snapshot of this disk is open
     */
    @Override
    public DiskSnapshot freeze() {
        return freeze(ANYBODY);
    }

    /**
     * The same for one history of receipts. To any other one what changed is unknown, since a receipt in between was not its
     * own: two replications of a disk each compare, and neither misses what the other was told.
     *
     * @param history compared by identity
     */
    DiskSnapshot freeze(Object history) {
        lock.writeLock().lock();
        try {
            if (open != null) {
                throw new IllegalStateException(
                        "a snapshot of " + name + " is open already; accepted is one at a time");
            }
            TrackedSnapshot snapshot = new TrackedSnapshot(written, !history.equals(since), history);
            open = snapshot;
            written = new BlockSet(size);
            return snapshot;
        } finally {
            lock.writeLock().unlock();
        }
    }

    /**
     * Snapshots of several disks, in their order; those of tracked disks show one and the same moment.
     *
     * @throws IOException when one cannot be had; the others are closed
     */
    public static List<DiskSnapshot> freezeAll(List<? extends Disk> disks) throws IOException {
        return freezeAll(disks, ANYBODY);
    }

    /**
     * The same for one history of receipts: what changed is known of those tracked disks whose last receipt was of it.
     *
     * @param history compared by identity
     */
    public static List<DiskSnapshot> freezeAll(List<? extends Disk> disks, Object history) throws IOException {
        // In one order for everybody, so that two who do this do not wait for each other for ever.
        List<TrackedDisk> tracked = disks.stream()
                .flatMap(disk -> disk instanceof TrackedDisk one ? Stream.of(one) : Stream.empty())
                .sorted(Comparator.comparing((TrackedDisk disk) -> disk.order))
                .toList();
        tracked.forEach(disk -> disk.lock.writeLock().lock());
        List<DiskSnapshot> snapshots = new ArrayList<>();
        try {
            for (Disk disk : disks) {
                snapshots.add(disk instanceof TrackedDisk one ? one.freeze(history) : disk.freeze());
            }
            return List.copyOf(snapshots);
        } catch (IOException | RuntimeException e) {
            snapshots.forEach(DiskSnapshot::close);
            throw e;
        } finally {
            tracked.forEach(disk -> disk.lock.writeLock().unlock());
        }
    }

    @Override
    public void close() throws IOException {
        if (own.isPresent()) {
            own.get().close();
        }
    }

    private final class TrackedSnapshot implements DiskSnapshot {
        private final BlockSet changed;
        private final boolean changesUnknown;
        private final Object history;
        private final KeptBlocks kept = new KeptBlocks(keeping, size);
        private boolean acknowledged;
        private @Nullable IOException broken;

        TrackedSnapshot(BlockSet changed, boolean changesUnknown, Object history) {
            this.changed = changed;
            this.changesUnknown = changesUnknown;
            this.history = history;
        }

        /** Keeps these blocks as they are, if anybody may still ask for them. */
        void keep(long first, long last) {
            for (long block = first; block <= last && broken == null; block++) {
                if ((changesUnknown || changed.contains(block)) && !kept.contains(block)) {
                    try {
                        byte[] content = new byte[(int) Math.min(BlockSet.BLOCK, size - block * BlockSet.BLOCK)];
                        store.read(block * BlockSet.BLOCK, ByteBuffer.wrap(content));
                        kept.keep(block, content);
                    } catch (IOException e) {
                        broken = e;
                    }
                }
            }
        }

        @Override
        public long size() {
            return size;
        }

        @Override
        public void read(long offset, ByteBuffer target) throws IOException {
            int end = target.limit();
            long start = offset - target.position();
            while (target.position() < end) {
                long at = start + target.position();
                long block = at / BlockSet.BLOCK;
                lock.readLock().lock();
                try {
                    checkUsable();
                    if (kept.contains(block)) {
                        int inBlock = (int) (at % BlockSet.BLOCK);
                        target.limit((int) Math.min(end, target.position() + (long) BlockSet.BLOCK - inBlock));
                        kept.read(block, inBlock, target);
                    } else {
                        target.limit((int) (untilKept(block, start + end) - start));
                        store.read(at, target);
                    }
                } finally {
                    lock.readLock().unlock();
                    target.limit(end);
                }
            }
        }

        /** What was written since is kept where it may be asked for: what is still a hole was one. */
        @Override
        public long zerosFrom(long offset) {
            lock.readLock().lock();
            try {
                if (broken != null || open != this) {
                    // To read it then says why it cannot be read.
                    return 0;
                }
                long block = offset / BlockSet.BLOCK;
                long zeros = kept.contains(block) ? 0 : Math.min(LONGEST_HOLE, store.zerosFrom(offset));
                return zeros == 0 ? 0 : untilKept(block, Math.min(size, offset + zeros)) - offset;
            } finally {
                lock.readLock().unlock();
            }
        }

        private void checkUsable() throws IOException {
            if (broken != null) {
                throw new IOException(
                        "what was overwritten while the snapshot was open could not be kept: " + broken.getMessage(),
                        broken);
            }
            if (open != this) {
                throw new IOException("the snapshot is closed");
            }
        }

        /** Where the first block behind this one begins that is kept; the end, where none is before it. */
        private long untilKept(long block, long end) {
            long next = block + 1;
            while (next * BlockSet.BLOCK < end && !kept.contains(next)) {
                next++;
            }
            return Math.min(end, next * BlockSet.BLOCK);
        }

        @Override
        public Optional<BlockSet> changes() {
            return changesUnknown ? Optional.empty() : Optional.of(changed);
        }

        @Override
        public void acknowledged() {
            lock.writeLock().lock();
            try {
                acknowledged = true;
            } finally {
                lock.writeLock().unlock();
            }
        }

        @Override
        public void close() {
            lock.writeLock().lock();
            try {
                if (open != this) {
                    return;
                }
                open = null;
                if (acknowledged) {
                    since = history;
                } else {
                    written.addAll(changed);
                }
                kept.close();
            } finally {
                lock.writeLock().unlock();
            }
        }
    }
}
