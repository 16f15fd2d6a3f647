package throughline.primary;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CountDownLatch;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import throughline.primary.Answer.Expected;
import throughline.primary.Answer.ForeignAnswerException;
import throughline.primary.Transfers.TransferEndedException;
import throughline.primary.disk.BlockSet;
import throughline.primary.disk.DiskSnapshot;
import throughline.primary.disk.SourceException;
import throughline.primary.replication.Bandwidth;
import throughline.primary.replication.ChangePlan;
import throughline.primary.replication.Counters;
import throughline.primary.replication.CycleProgress;
import throughline.primary.replication.DigestComparison;
import throughline.primary.replication.KnownBlocks;
import throughline.primary.replication.OutgoingSlice;
import throughline.primary.replication.ReplicationSettings;
import throughline.primary.replication.SliceCutter;
import throughline.primary.replication.SliceLimit;
import throughline.protocol.DiskName;
import throughline.protocol.RefusalReason;
import throughline.protocol.RefusedException;
import throughline.protocol.replication.ChangeSetId;
import throughline.protocol.replication.Commit;
import throughline.protocol.replication.DeclaredDisk;
import throughline.protocol.replication.MachineDeclaration;
import throughline.protocol.replication.MachineState;
import throughline.protocol.replication.PendingSlices;
import throughline.protocol.replication.Receipt;
import throughline.protocol.replication.ReplicationPaths.Content;
import throughline.protocol.replication.ReplicationPaths.Target;
import throughline.protocol.replication.SliceId;
import throughline.protocol.replication.Zstd;

/** One change set, from snapshots to its receipt, over as many attempts as that takes. */
final class ReplicationCycle {
    private static final int CONTENT_TOO_LARGE = 413;

    /** For less than this, another connection costs more than it gives. */
    private static final long WORTH_A_CONNECTION = 4 << 20;

    private final ReplicationSettings settings;
    private final Position position;
    private final List<DiskSnapshot> snapshots;
    private final List<Optional<KnownBlocks>> remembered;
    private final SliceLimit limit;
    private final Counters counters;
    private final Bandwidth bandwidth;
    private int attempts;
    private long changed;
    private @Nullable ChangePlan plan;
    private @Nullable SentSlices sent;
    private Optional<Commit> asked = Optional.empty();

    /** @param remembered of each disk; absent for those of which nothing is */
    ReplicationCycle(
            ReplicationSettings settings,
            Position position,
            List<DiskSnapshot> snapshots,
            List<Optional<KnownBlocks>> remembered,
            SliceLimit limit,
            CountDownLatch cancelled) {
        this.settings = settings;
        this.position = position;
        this.snapshots = snapshots.stream()
                .map(snapshot -> CancellableSnapshot.of(snapshot, cancelled))
                .toList();
        this.remembered = remembered;
        this.limit = limit;
        this.counters = new Counters(() -> settings.listener().progress(progress()));
        this.bandwidth = new Bandwidth(settings.bytesPerSecond(), settings.ticker(), cancelled);
    }

    /** One attempt at it. Where it fails, the next goes on from what the replica holds by then. */
    Receipt attempt(Transfers transfers) throws IOException {
        attempts++;
        Exchanges first = transfers.exchanges(0);
        first.announce();
        if (!position.known()) {
            ChangeSetId before = position.next();
            MachineState state = takeUp(first);
            Optional<Receipt> lost = lostReceipt(before, state);
            if (lost.isPresent()) {
                return received(lost.get());
            }
            goOn(state, transfers);
        } else if (plan == null) {
            plan(PendingSlices.none(), false, transfers);
        }
        ChangeSetId id = position.next();
        // From here on, until there is a receipt, only the replica can tell how far we are.
        position.uncertain();
        SentSlices slices = Objects.requireNonNull(sent);
        ChangePlan all = Objects.requireNonNull(plan);
        transfers.run(transfersFor(all), (number, exchanges) -> send(number, exchanges, id, all, slices));
        fillGaps(first, id, all, slices);
        Commit commit = slices.commit();
        asked = Optional.of(commit);
        position.asks(id, commit);
        return received(first.commit(id, commit));
    }

    /** Whether more has arrived since this was asked last. */
    boolean gotOn() {
        return sent != null && sent.arrived();
    }

    CycleProgress progress() {
        return counters.progress(changed);
    }

    private Receipt received(Receipt receipt) {
        snapshots.forEach(DiskSnapshot::acknowledged);
        position.received(receipt);
        limit.received();
        if (attempts == 1 && plan != null) {
            plan.acknowledged(position.history());
        }
        return receipt;
    }

    /** With our epoch if we have one; else with the one after that in which the machine was left. */
    private MachineState takeUp(Exchanges exchanges) throws IOException {
        long epoch = position.takenUp()
                ? position.epoch()
                : exchanges
                        .state(settings.machine())
                        .map(found -> found.epoch() + 1)
                        .orElse(1L);
        List<DeclaredDisk> disks = settings.disks().stream()
                .map(disk -> new DeclaredDisk(disk.name(), disk.size()))
                .toList();
        return exchanges.declare(settings.machine(), new MachineDeclaration(epoch, disks));
    }

    /** The receipt of what we asked to commit, where only its answer did not arrive. */
    private Optional<Receipt> lostReceipt(ChangeSetId id, MachineState state) {
        return asked.flatMap(commit -> state.last().filter(receipt -> Exchanges.isFor(receipt, id, commit)));
    }

    private void goOn(MachineState state, Transfers transfers) throws IOException {
        boolean same = position.epoch() == state.epoch() && position.next().sequence() == state.nextSequence();
        position.declared(state);
        if (plan == null || sent == null || !same || !sent.reconcile(state.pending())) {
            boolean zeros = state.last().isEmpty() && state.pending().slices() == 0;
            plan(state.pending(), zeros, transfers);
        } else {
            sent.lost().forEach(this::wasCut);
        }
    }

    private void plan(PendingSlices pending, boolean zeros, Transfers transfers) throws IOException {
        List<Optional<BlockSet>> changes = new ArrayList<>();
        for (int disk = 0; disk < snapshots.size(); disk++) {
            changes.add(zeros ? Optional.empty() : Optional.of(changes(disk, pending, transfers)));
        }
        // Of an initial copy nothing is noted: it is as fast as it can be, and may be the only one.
        List<Optional<KnownBlocks>> noted =
                zeros ? Collections.nCopies(snapshots.size(), Optional.empty()) : remembered;
        ChangePlan fresh = new ChangePlan(snapshots, changes, noted, zeros);
        changed = fresh.bytes();
        plan = fresh;
        sent = new SentSlices(pending);
        asked = Optional.empty();
    }

    /**
     * What is to be sent of a disk. What it knows to have changed is all of it only where the replica holds what our last
     * receipt says, and nothing besides.
     */
    private BlockSet changes(int disk, PendingSlices pending, Transfers transfers) throws IOException {
        DiskSnapshot snapshot = snapshots.get(disk);
        Optional<BlockSet> known = snapshot.changes();
        if (known.isPresent() && position.continued() && (pending.slices() == 0 || position.isAsked(pending))) {
            return known.get();
        }
        if (known.isPresent()) {
            position.forgetHistory();
            throw new SourceException(new SnapshotTooNarrowException());
        }
        Optional<KnownBlocks> blocks = remembered.get(disk);
        boolean enough = blocks.isPresent() && blocks.get().begin(position.history()) && position.known();
        DigestComparison comparison = new DigestComparison(snapshot, blocks);
        DiskName name = settings.disks().get(disk).name();
        transfers.run((int) Math.min(settings.transfers(), comparison.stretches()), (number, exchanges) -> {
            if (enough) {
                comparison.runWithKnown();
            } else {
                compare(number, exchanges, name, comparison);
            }
        });
        return comparison.differing();
    }

    private void compare(int number, Exchanges exchanges, DiskName name, DigestComparison comparison)
            throws IOException {
        Expected refusals = (status, reason) -> isOneTooMany(reason, number);
        try {
            comparison.run((key, first, count) -> exchanges.digests(
                    new Target.Digests(settings.machine(), name, Content.PENDING, key, first, count), refusals));
        } catch (RefusedException e) {
            throw isOneTooMany(Optional.of(e.reason()), number) ? new TransferEndedException(e) : e;
        }
    }

    /** Senders that had to stop leave numbers; where the others did not need them, the change set would end there. */
    private void fillGaps(Exchanges exchanges, ChangeSetId id, ChangePlan all, SentSlices slices) throws IOException {
        SliceCutter cutter = new SliceCutter(all, limit, counters, bandwidth, settings.style(), false);
        for (OptionalLong gap = slices.gap(); gap.isPresent(); gap = slices.gap()) {
            long place = gap.getAsLong();
            OutgoingSlice nothing = cutter.empty();
            try {
                exchanges.slice(new SliceId(id, place), nothing, Expected.nothing());
                slices.received(place, nothing);
            } catch (RefusedException | ForeignAnswerException e) {
                slices.giveBack(place, nothing);
                throw e;
            } catch (IOException e) {
                throw cut(place, nothing, slices, exchanges::ended, e);
            }
        }
    }

    private int transfersFor(ChangePlan all) {
        return (int) Math.max(1, Math.min(settings.transfers(), all.bytes() / WORTH_A_CONNECTION));
    }

    private void send(int number, Exchanges exchanges, ChangeSetId id, ChangePlan all, SentSlices slices)
            throws IOException {
        SliceCutter cutter = new SliceCutter(all, limit, counters, bandwidth, settings.style(), compress());
        boolean announced = number == 0;
        for (Optional<OutgoingSlice> next = cutter.next(); next.isPresent(); next = cutter.next()) {
            OutgoingSlice slice = next.get();
            long place = slices.take();
            try {
                if (!announced) {
                    exchanges.announce();
                    announced = true;
                }
                Expected refusals = (status, reason) -> mayBeHalved(status, slice) || isOneTooMany(reason, number);
                exchanges.slice(new SliceId(id, place), slice, refusals);
                slices.received(place, slice);
            } catch (RefusedException e) {
                slices.giveBack(place, slice);
                if (isOneTooMany(Optional.of(e.reason()), number)) {
                    throw new TransferEndedException(e);
                }
                halve(e.reason().status(), slice, e);
            } catch (ForeignAnswerException e) {
                slices.giveBack(place, slice);
                halve(e.status(), slice, e);
            } catch (IOException e) {
                throw cut(place, slice, slices, exchanges::ended, e);
            }
        }
    }

    private boolean compress() {
        return settings.compression() && Zstd.isAvailable() && position.readsZstd();
    }

    private static boolean mayBeHalved(int status, OutgoingSlice slice) {
        return status == CONTENT_TOO_LARGE && slice.limit() > SliceLimit.SMALLEST;
    }

    /** With fewer transfers it goes on. */
    private static boolean isOneTooMany(Optional<RefusalReason> reason, int number) {
        return number > 0 && reason.equals(Optional.of(RefusalReason.TOO_MANY_TRANSFERS));
    }

    private void halve(int status, OutgoingSlice slice, IOException refusal) throws IOException {
        if (!mayBeHalved(status, slice) || !limit.refused(slice.limit(), toSend())) {
            throw refusal;
        }
        settings.listener().slicesBecomeSmaller(limit.bytes());
    }

    /** @param ended whether the transfer was ended from here */
    private IOException cut(
            long place, OutgoingSlice slice, SentSlices slices, BooleanSupplier ended, IOException thrown) {
        if (thrown instanceof SourceException) {
            slices.giveBack(place, slice);
            return thrown;
        }
        if (slice.digest().isPresent()) {
            slices.uncertain(place, slice);
            return thrown;
        }
        slices.giveBack(place, slice);
        if (!slice.begun()) {
            return new TransferEndedException(thrown);
        }
        if (!ended.getAsBoolean()) {
            wasCut(slice);
        }
        return thrown;
    }

    private long toSend() {
        return plan == null ? Long.MAX_VALUE : plan.bytes();
    }

    private void wasCut(OutgoingSlice slice) {
        long before = limit.bytes();
        if (limit.cut(slice.limit(), toSend()) && limit.bytes() < before) {
            settings.listener().slicesBecomeSmaller(limit.bytes());
        }
    }
}
