package throughline.replica.store;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import throughline.protocol.DiskName;
import throughline.protocol.RefusalReason;
import throughline.protocol.RefusedException;
import throughline.protocol.replication.ChangeSetId;
import throughline.protocol.replication.Commit;
import throughline.protocol.replication.DigestKey;
import throughline.protocol.replication.MachineDeclaration;
import throughline.protocol.replication.MachineName;
import throughline.protocol.replication.MachineState;
import throughline.protocol.replication.Receipt;
import throughline.protocol.replication.ReplicationPaths.Content;
import throughline.protocol.replication.SliceId;
import throughline.protocol.replication.SliceReceipt;

/**
 * A store over files. What happens to a machine is decided by what the index says, which is what is on stable storage, under
 * that machine's lock: a record is appended, forced, applied, and then the lock is let go.
 */
final class LoggedStore implements ReplicaStore {
    /** How far a slice may be ahead of the first that is missing: what waits is kept in the log, which takes no end of it. */
    static final long MOST_AHEAD = 65_536;
    /** In slices that wait: each takes 23 bytes of the log, whether it holds data or not. */
    static final long MOST_FRAMES_AHEAD = 1 << 22;

    private final StoreLimits limits;
    private final Index index;
    private final ChangeLog log;
    private final BlockFiles blocks;
    private final Merge merge;
    private final UntilClosed open;
    private final Runnable afterClose;
    private final Buffers buffers = new Buffers();
    private final Map<MachineName, Object> locks = new ConcurrentHashMap<>();
    /** Of machines that the log may hold and the index does not have: the next start may find them. */
    private final Map<MachineName, MachineOwner> unsettled = new ConcurrentHashMap<>();

    LoggedStore(
            StoreLimits limits,
            Index index,
            ChangeLog log,
            BlockFiles blocks,
            Merge merge,
            UntilClosed open,
            Runnable afterClose) {
        this.limits = limits;
        this.index = index;
        this.log = log;
        this.blocks = blocks;
        this.merge = merge;
        this.open = open;
        this.afterClose = afterClose;
    }

    @Override
    public MachineState declare(MachineOwner owner, MachineName machine, MachineDeclaration declaration)
            throws RefusedException {
        Declarations.check(machine, declaration, limits);
        MachineState state = orMakeRoom(() -> open.use(() -> {
            synchronized (lock(machine)) {
                log.catchUp();
                Optional<MachineRow> known = index.machine(machine);
                refuseUnlessShared(machine, known, owner);
                if (Declarations.changes(known, declaration) || index.hasWaiting(known.orElseThrow())) {
                    log.settle(
                            known.isPresent() ? takeUp(known.get(), declaration) : create(owner, machine, declaration));
                }
                MachineState declared = known(machine).state();
                unsettled.remove(machine);
                return declared;
            }
        }));
        merge.consider();
        return state;
    }

    @Override
    public SliceReceipt receive(SliceId slice, ReadableByteChannel body) throws IOException {
        MachineRow machine = open.use(() -> {
            log.catchUp();
            return known(slice.changeSet().machine());
        });
        Optional<SliceRow> same = open.use(() -> admit(machine, slice));
        ByteBuffer buffer = buffers.take();
        try (SliceArrival arrival =
                new SliceArrival(slice, machine.disks(), limits.largestSlice(), target(same.isPresent()))) {
            SliceReceipt receipt = orMakeRoom(() -> {
                arrival.read(body, buffer);
                return open.use(() -> same.isPresent() ? repeated(slice, same.get(), arrival) : store(slice, arrival));
            });
            merge.considerLog();
            return receipt;
        } finally {
            buffers.give(buffer);
        }
    }

    @Override
    public Receipt commit(ChangeSetId id, Commit commit) throws RefusedException {
        Receipt receipt = open.use(() -> {
            synchronized (lock(id.machine())) {
                log.catchUp();
                MachineRow machine = known(id.machine());
                machine.admit(id);
                return machine.isLast(id) ? repeated(machine, id, commit) : apply(machine, id, commit);
            }
        });
        merge.consider();
        return receipt;
    }

    @Override
    public MachineState state(MachineName machine) throws RefusedException {
        return open.use(() -> known(machine).state());
    }

    @Override
    public Optional<MachineOwner> owner(MachineName machine) throws RefusedException {
        MachineOwner declared = unsettled.get(machine);
        return declared != null
                ? Optional.of(declared)
                : open.use(() -> index.machine(machine).map(MachineRow::owner));
    }

    @Override
    public List<MachineName> machines() throws RefusedException {
        return open.use(index::names);
    }

    @Override
    public byte[] digests(MachineName machine, DiskName disk, Content content, DigestKey key, long first, int count)
            throws RefusedException {
        MachineRow row = row(machine);
        return new DigestsOfBlocks(index, blocks, open).of(row, row.place(disk), content, key, first, count);
    }

    @Override
    public InputStream content(MachineName machine, DiskName disk, long offset) throws RefusedException {
        MachineRow row = row(machine);
        int place = row.place(disk);
        long size = row.disks().get(place).size();
        if (offset < 0 || offset > size) {
            throw new RefusedException(
                    RefusalReason.OUTSIDE_DISK,
                    "offset " + offset + "; disk " + disk + " of " + machine + " has " + size + " bytes");
        }
        Views.Range range = new Views.Range(row.id(), place, false, offset, size);
        return open.use(() -> new ContentStream(DiskContent.open(index, blocks, range), open, offset, size));
    }

    @Override
    public void merge() throws RefusedException {
        merge.run();
    }

    @Override
    public long usedSpace() {
        return blocks.used();
    }

    @Override
    public void close() {
        merge.stop();
        open.close(() -> {
            blocks.end();
            log.close();
            index.close();
            afterClose.run();
        });
        merge.join();
    }

    private interface Storing<T, E extends IOException> {
        T run() throws E;
    }

    private <T, E extends IOException> T orMakeRoom(Storing<T, E> storing) throws E {
        try {
            return storing.run();
        } catch (IOException e) {
            if (e instanceof RefusedException refused && refused.reason() == RefusalReason.STORE_FULL) {
                merge.makeRoom();
            }
            throw e;
        }
    }

    private void refuseUnlessShared(MachineName machine, Optional<MachineRow> known, MachineOwner owner)
            throws RefusedException {
        Optional<MachineOwner> first =
                known.map(MachineRow::owner).or(() -> Optional.ofNullable(unsettled.get(machine)));
        if (first.isPresent() && !first.get().shares(owner)) {
            throw new RefusedException(
                    RefusalReason.NOT_AUTHORISED,
                    "machine " + machine + " was created by another primary, and " + owner.primary()
                            + " is not of its trust group");
        }
    }

    /** Also where the store is full: it may have the change set that makes room. */
    private long takeUp(MachineRow known, MachineDeclaration declaration) throws RefusedException {
        return log.appendAlsoWhereFull(
                new LogRecord.MachineDeclared(known.name(), known.owner(), declaration.epoch(), declaration.disks()));
    }

    private long create(MachineOwner owner, MachineName machine, MachineDeclaration declaration)
            throws RefusedException {
        boolean first = unsettled.putIfAbsent(machine, owner) == null;
        boolean wasBroken = log.isBroken();
        boolean refused = true;
        try {
            long ordinal =
                    log.append(new LogRecord.MachineDeclared(machine, owner, declaration.epoch(), declaration.disks()));
            refused = false;
            return ordinal;
        } finally {
            if (refused && first && (wasBroken || !log.isBroken())) {
                unsettled.remove(machine);
            }
        }
    }

    private MachineRow row(MachineName machine) throws RefusedException {
        return open.use(() -> known(machine));
    }

    private Object lock(MachineName machine) {
        return locks.computeIfAbsent(machine, name -> new Object());
    }

    private MachineRow known(MachineName machine) throws RefusedException {
        Optional<MachineRow> row = index.machine(machine);
        return row.orElseThrow(
                () -> new RefusedException(RefusalReason.UNKNOWN_MACHINE, "machine " + machine + " was not declared"));
    }

    /** The slice of that number that is there already; absent when this one is the first. */
    private Optional<SliceRow> admit(MachineRow machine, SliceId slice) throws RefusedException {
        machine.admit(slice.changeSet());
        boolean last = machine.isLast(slice.changeSet());
        Optional<SliceRow> there = index.slice(machine, !last, slice.number());
        if (last && there.isEmpty()) {
            throw new RefusedException(
                    RefusalReason.SEQUENCE_CONFLICT, slice + ": the change set was applied without such a slice");
        }
        if (slice.number() - machine.arrived() >= MOST_AHEAD && !last) {
            throw new RefusedException(
                    RefusalReason.OUT_OF_ORDER,
                    slice + " arrived; slice " + machine.arrived() + " is missing, and at most " + MOST_AHEAD
                            + " wait for it");
        }
        if (slice.number() > machine.arrived() && !last && there.isEmpty()) {
            checkFramesAhead(machine, slice);
        }
        return there;
    }

    private void checkFramesAhead(MachineRow machine, SliceId slice) throws RefusedException {
        long frames = index.waitingFrames(machine);
        if (frames >= MOST_FRAMES_AHEAD) {
            throw new RefusedException(
                    RefusalReason.OUT_OF_ORDER,
                    slice + " arrived; slice " + machine.arrived() + " is missing, and " + frames
                            + " frames wait for it; no more are taken from " + MOST_FRAMES_AHEAD + " on");
        }
    }

    private SliceArrival.Target target(boolean discarding) {
        return new SliceArrival.Target() {
            @Override
            public Optional<BlockFiles.Writer> begin() throws RefusedException {
                return discarding ? Optional.empty() : Optional.of(open.use(blocks::write));
            }

            @Override
            public void write(BlockFiles.Writer writer, ByteBuffer data) throws RefusedException {
                open.use(() -> {
                    writer.write(data);
                    return true;
                });
            }
        };
    }

    private SliceReceipt store(SliceId slice, SliceArrival arrival) throws RefusedException {
        arrival.force();
        synchronized (lock(slice.changeSet().machine())) {
            log.catchUp();
            Optional<SliceRow> same = admit(known(slice.changeSet().machine()), slice);
            if (same.isPresent()) {
                return repeated(slice, same.get(), arrival);
            }
            log.settle(append(arrival));
            return arrival.row().receipt(slice);
        }
    }

    private long append(SliceArrival arrival) throws RefusedException {
        boolean refused = true;
        try {
            long ordinal = log.append(arrival.record());
            refused = false;
            return ordinal;
        } finally {
            if (!refused || log.isBroken()) {
                arrival.keep();
            }
        }
    }

    private static SliceReceipt repeated(SliceId slice, SliceRow there, SliceArrival arrival) throws RefusedException {
        if (!there.digest().equals(arrival.digest())) {
            throw new RefusedException(
                    RefusalReason.SEQUENCE_CONFLICT,
                    slice + " has digest " + arrival.digest() + "; the one that is there has " + there.digest());
        }
        return there.receipt(slice);
    }

    private Receipt apply(MachineRow machine, ChangeSetId id, Commit commit) throws RefusedException {
        if (commit.slices() != machine.arrived()) {
            throw new RefusedException(
                    RefusalReason.SLICES_MISSING,
                    "change set " + id + " is committed with " + commit.slices() + " slices; " + machine.arrived()
                            + " have arrived without a gap");
        }
        if (!commit.digest().equals(machine.chain())) {
            throw new RefusedException(
                    RefusalReason.SLICES_MISSING,
                    "change set " + id + " is committed with digest " + commit.digest()
                            + "; that of what has arrived is " + machine.chain());
        }
        long[] sums = index.sums(machine);
        Receipt receipt = new Receipt(
                id.machine(), id.epoch(), id.sequence(), commit.digest(), commit.slices(), sums[0], sums[1]);
        // What it replaces is dead from now on.
        log.settle(log.appendAlsoWhereFull(new LogRecord.ChangeSetCommitted(receipt)));
        return receipt;
    }

    private static Receipt repeated(MachineRow machine, ChangeSetId id, Commit commit) throws RefusedException {
        Receipt last = machine.last().orElseThrow();
        if (last.slices() != commit.slices() || !last.digest().equals(commit.digest())) {
            throw new RefusedException(
                    RefusalReason.SEQUENCE_CONFLICT,
                    "change set " + id + " has digest " + commit.digest() + " over " + commit.slices()
                            + " slices; applied was " + last.digest() + " over " + last.slices());
        }
        return last;
    }
}
