package throughline.replica.store;

import java.util.List;
import java.util.Optional;
import throughline.protocol.DiskName;
import throughline.protocol.RefusalReason;
import throughline.protocol.RefusedException;
import throughline.protocol.replication.ChangeSetId;
import throughline.protocol.replication.DeclaredDisk;
import throughline.protocol.replication.MachineName;
import throughline.protocol.replication.MachineState;
import throughline.protocol.replication.PendingSlices;
import throughline.protocol.replication.Receipt;
import throughline.protocol.replication.Zstd;

/**
 * A machine as the index has it. No input or output here.
 *
 * @param id in the index only
 * @param lastSequence of the last change set in this epoch, 0 before the first
 * @param arrived how many slices of the next change set there are without a gap from 0
 * @param chain over those
 */
record MachineRow(
        long id,
        MachineName name,
        MachineOwner owner,
        long epoch,
        long lastSequence,
        long arrived,
        String chain,
        List<DeclaredDisk> disks,
        Optional<Receipt> last) {

    MachineState state() {
        return new MachineState(
                name,
                epoch,
                lastSequence + 1,
                disks,
                new PendingSlices(arrived, chain),
                last,
                Zstd.isAvailable() ? List.of(MachineState.ZSTD) : List.of());
    }

    /** Passes the next change set, and the last one again. */
    void admit(ChangeSetId id) throws RefusedException {
        if (id.epoch() < epoch) {
            throw fenced(id.epoch());
        }
        if (id.epoch() > epoch) {
            throw new RefusedException(
                    RefusalReason.OUT_OF_ORDER,
                    "change set " + id + " is of an epoch that was not declared; the current one is " + epoch);
        }
        if (id.sequence() > lastSequence + 1) {
            throw new RefusedException(
                    RefusalReason.OUT_OF_ORDER, "change set " + id + " arrived; the next is " + (lastSequence + 1));
        }
        if (id.sequence() < lastSequence) {
            throw new RefusedException(
                    RefusalReason.SEQUENCE_CONFLICT,
                    "change set " + id + " was followed by others; only the last one, " + lastSequence
                            + ", may be repeated");
        }
    }

    boolean isLast(ChangeSetId admitted) {
        return admitted.sequence() == lastSequence;
    }

    RefusedException fenced(long older) {
        return new RefusedException(
                RefusalReason.FENCED,
                "machine " + name + " is at epoch " + epoch + "; epoch " + older + " may not write");
    }

    /** The place of a disk, from 0. */
    int place(DiskName disk) throws RefusedException {
        for (int i = 0; i < disks.size(); i++) {
            if (disks.get(i).disk().equals(disk)) {
                return i;
            }
        }
        throw new RefusedException(RefusalReason.UNKNOWN_DISK, "machine " + name + " has no disk " + disk);
    }
}
