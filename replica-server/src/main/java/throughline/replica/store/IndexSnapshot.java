package throughline.replica.store;

import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import throughline.protocol.RefusedException;
import throughline.protocol.replication.MachineName;

/** Everything that the {@link Index} holds, as the records with which a log begins. */
final class IndexSnapshot {
    private final MachineTable machines;
    private final Extents extents;
    private final AppliedTable applied;
    private final Index.LogSource log;
    private final Map<MachineTable.Waiting, Long> places = new HashMap<>();

    IndexSnapshot(MachineTable machines, Extents extents, AppliedTable applied, Index.LogSource log) {
        this.machines = machines;
        this.extents = extents;
        this.applied = applied;
        this.log = log;
    }

    /** Returns where the slices are now that wait for others. */
    Map<MachineTable.Waiting, Long> writeTo(LogFile target) throws SQLException, RefusedException {
        target.append(new LogRecord.StoreKept(applied.highestFile()), 0);
        for (MachineName name : machines.names()) {
            write(machines.known(name), target);
        }
        // Without a record that knows better, a damaged one would be taken for a torn end, and what follows it for
        // nothing.
        target.force();
        target.append(new LogRecord.StoreKept(applied.highestFile()), target.end());
        return places;
    }

    private void write(MachineRow machine, LogFile target) throws SQLException, RefusedException {
        LogRecord.MachineDeclared declared =
                new LogRecord.MachineDeclared(machine.name(), machine.owner(), machine.epoch(), machine.disks());
        target.append(
                new LogRecord.MachineKept(
                        declared, machine.lastSequence(), machine.arrived(), machine.chain(), machine.last()),
                0);
        for (boolean pending : new boolean[] {false, true}) {
            writeSlices(machine, pending, target);
            for (int disk = 0; disk < machine.disks().size(); disk++) {
                writeExtents(machine, disk, pending, target);
            }
        }
        for (MachineTable.Waiting slice : machines.waiting(machine.id(), machine.arrived())) {
            places.put(slice, target.append(log.slice(slice.position()), 0));
        }
    }

    private void writeSlices(MachineRow machine, boolean pending, LogFile target)
            throws SQLException, RefusedException {
        List<LogRecord.SliceKept> page = machines.kept(machine, pending, 0, ExtentList.MOST);
        while (!page.isEmpty()) {
            for (LogRecord.SliceKept slice : page) {
                target.append(slice, 0);
            }
            page = machines.kept(machine, pending, page.get(page.size() - 1).number() + 1, ExtentList.MOST);
        }
    }

    private void writeExtents(MachineRow machine, int disk, boolean pending, LogFile target)
            throws SQLException, RefusedException {
        int layer = pending ? Extents.PENDING : Extents.COMMITTED;
        List<Extent> page = extents.page(machine.id(), disk, layer, 0, ExtentList.MOST);
        while (!page.isEmpty()) {
            target.append(new LogRecord.ExtentsKept(machine.name(), disk, pending, new ExtentList(page)), 0);
            page = extents.page(
                    machine.id(), disk, layer, page.get(page.size() - 1).end(), ExtentList.MOST);
        }
    }
}
