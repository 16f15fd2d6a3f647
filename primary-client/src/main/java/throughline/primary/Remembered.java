package throughline.primary;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import throughline.primary.disk.Disk;
import throughline.primary.disk.TrackedDisk;
import throughline.primary.replication.KnownBlocks;
import throughline.primary.replication.ReplicationSettings;

/**
 * What a replication remembers of its untracked disks from one cycle to the next, as far as there is memory for it. Nothing
 * where there may be only one cycle: to take the notes costs time.
 */
final class Remembered implements AutoCloseable {
    private final ReplicationSettings settings;
    private final Semaphore kibibytes;
    private final List<Optional<KnownBlocks>> disks;
    private int taken;
    private boolean again;
    private boolean closed;

    Remembered(ReplicationSettings settings, Semaphore kibibytes) {
        this.settings = settings;
        this.kibibytes = kibibytes;
        this.disks = new ArrayList<>(Collections.nCopies(settings.disks().size(), Optional.<KnownBlocks>empty()));
        this.again = settings.interval().isPresent();
    }

    /** For the next cycle, one for each disk. */
    synchronized List<Optional<KnownBlocks>> next() {
        for (int disk = 0; again && !closed && disk < disks.size(); disk++) {
            Disk which = settings.disks().get(disk);
            if (disks.get(disk).isEmpty() && !(which instanceof TrackedDisk)) {
                disks.set(disk, take(which.size()));
            }
        }
        again = true;
        return List.copyOf(disks);
    }

    private Optional<KnownBlocks> take(long size) {
        int needed = (int) Math.min(Integer.MAX_VALUE, (KnownBlocks.memory(size) >> 10) + 1);
        if (!KnownBlocks.isPossible(size) || !kibibytes.tryAcquire(needed)) {
            return Optional.empty();
        }
        taken += needed;
        return Optional.of(new KnownBlocks(size));
    }

    /** Leaves the memory to others. */
    @Override
    public synchronized void close() {
        kibibytes.release(taken);
        taken = 0;
        closed = true;
        Collections.fill(disks, Optional.empty());
    }
}
