package throughline.replica.store;

import java.sql.SQLException;
import java.util.Optional;
import throughline.protocol.RefusedException;
import throughline.protocol.replication.Receipt;
import throughline.protocol.replication.SliceChain;
import throughline.protocol.replication.SliceId;

/** What each record of the log changes in the {@link Index}; within a transaction of the index. */
final class IndexChanges {
    private final MachineTable machines;
    private final Extents extents;
    private final AppliedTable applied;
    private final Index.LogSource log;

    IndexChanges(MachineTable machines, Extents extents, AppliedTable applied, Index.LogSource log) {
        this.machines = machines;
        this.extents = extents;
        this.applied = applied;
        this.log = log;
    }

    void declare(LogRecord.MachineDeclared declared) throws SQLException, RefusedException {
        Optional<MachineRow> known = machines.machine(declared.machine());
        if (known.isEmpty()) {
            machines.insert(declared);
            return;
        }
        MachineRow machine = known.get();
        dropWaiting(machine);
        if (declared.epoch() != machine.epoch()) {
            machines.forgetCommittedSlices(machine.id());
            machines.update(machine.id(), declared.epoch(), 0);
        }
    }

    void store(LogRecord.SliceStored record, long position) throws SQLException, RefusedException {
        SliceId slice = record.slice();
        MachineRow machine = machines.known(slice.changeSet().machine());
        if (slice.changeSet().epoch() != machine.epoch()
                || slice.changeSet().sequence() != machine.lastSequence() + 1) {
            throw StorageFailure.of(
                    "the log has " + slice + " after change set " + machine.epoch() + "/" + machine.lastSequence());
        }
        long data = record.frames().dataBytes();
        MachineTable.Waiting waiting =
                new MachineTable.Waiting(machine.id(), slice.number(), record.file(), record.start(), data, position);
        machines.insert(true, new SliceRow(record.digest(), record.blocks(), record.bytes()), waiting);
        applied.highestFile(record.file());
        if (slice.number() == machine.arrived()) {
            arrive(machine, record);
        } else {
            extents.changed(record.file(), data);
        }
    }

    void commit(Receipt receipt) throws SQLException, RefusedException {
        MachineRow machine = machines.known(receipt.machine());
        extents.commit(machine.id(), machine.disks().size());
        dropWaiting(machine);
        machines.forgetCommittedSlices(machine.id());
        machines.commitSlices(machine.id());
        machines.arrived(machine.id(), 0, SliceChain.EMPTY);
        machines.update(machine.id(), receipt.epoch(), receipt.sequence());
        machines.committed(machine.id(), receipt);
    }

    void move(LogRecord.BlocksMoved moved) throws SQLException {
        extents.move(moved.from(), moved.to(), moved.moves());
        applied.highestFile(moved.to());
    }

    void keep(LogRecord.StoreKept kept) throws SQLException {
        applied.highestFile(kept.highestFile());
    }

    void keep(LogRecord.MachineKept kept) throws SQLException {
        long id = machines.insert(kept.declared());
        machines.update(id, kept.declared().epoch(), kept.lastSequence());
        machines.arrived(id, kept.arrived(), kept.chain());
        if (kept.last().isPresent()) {
            machines.committed(id, kept.last().get());
        }
    }

    void keep(LogRecord.SliceKept kept) throws SQLException, RefusedException {
        SliceRow slice = new SliceRow(kept.digest(), kept.blocks(), kept.bytes());
        machines.insert(machines.known(kept.machine()).id(), kept.pending(), kept.number(), slice);
    }

    void keep(LogRecord.ExtentsKept kept) throws SQLException, RefusedException {
        int layer = kept.pending() ? Extents.PENDING : Extents.COMMITTED;
        extents.restore(
                machines.known(kept.machine()).id(),
                kept.disk(),
                layer,
                kept.extents().extents());
    }

    private void arrive(MachineRow machine, LogRecord.SliceStored first) throws SQLException, RefusedException {
        long arrived = machine.arrived();
        String chain = machine.chain();
        LogRecord.SliceStored slice = first;
        while (true) {
            extents.put(machine.id(), Extents.PENDING, slice.frames(), slice.file(), slice.start());
            chain = SliceChain.next(chain, slice.digest());
            Optional<MachineTable.Waiting> next = machines.next(machine.id(), ++arrived);
            if (next.isEmpty()) {
                break;
            }
            slice = log.slice(next.get().position());
            extents.changed(slice.file(), -next.get().data());
        }
        machines.arrived(machine.id(), arrived, chain);
    }

    private void dropWaiting(MachineRow machine) throws SQLException {
        for (MachineTable.Waiting slice : machines.waiting(machine.id(), machine.arrived())) {
            extents.changed(slice.file(), -slice.data());
            machines.delete(slice);
        }
    }
}
