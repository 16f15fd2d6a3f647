package throughline.replica.store;

import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import throughline.protocol.DiskName;
import throughline.protocol.RefusalReason;
import throughline.protocol.RefusedException;
import throughline.protocol.replication.DeclaredDisk;
import throughline.protocol.replication.MachineDeclaration;
import throughline.protocol.replication.MachineName;

/** What is accepted of a declaration. No input or output here. */
final class Declarations {
    /** The highest that a path can name, see {@link throughline.protocol.replication.ReplicationPaths}. */
    private static final long HIGHEST_EPOCH = 999_999_999_999_999_999L;

    private Declarations() {}

    static void check(MachineName machine, MachineDeclaration declaration, StoreLimits limits) throws RefusedException {
        int disks = declaration.disks().size();
        if (declaration.epoch() < 1 || declaration.epoch() > HIGHEST_EPOCH) {
            throw malformed(machine, "epoch " + declaration.epoch(), "1 to " + HIGHEST_EPOCH);
        }
        if (disks < 1 || disks > MachineDeclaration.MOST_DISKS) {
            throw malformed(machine, disks + " disks", "1 to " + MachineDeclaration.MOST_DISKS);
        }
        if (disks > limits.mostDisks()) {
            throw new RefusedException(
                    RefusalReason.TOO_MANY_DISKS,
                    "machine " + machine + " is declared with " + disks + " disks; this replica takes up to "
                            + limits.mostDisks());
        }
        Set<DiskName> names = new HashSet<>();
        for (DeclaredDisk disk : declaration.disks()) {
            check(machine, disk, limits.largestDisk());
            if (!names.add(disk.disk())) {
                throw malformed(machine, "two disks " + disk.disk(), "names that differ");
            }
        }
    }

    /** Whether it creates the machine or takes it over. */
    static boolean changes(Optional<MachineRow> known, MachineDeclaration declaration) throws RefusedException {
        if (known.isEmpty()) {
            return true;
        }
        MachineRow machine = known.get();
        if (declaration.epoch() < machine.epoch()) {
            throw machine.fenced(declaration.epoch());
        }
        if (!declaration.disks().equals(machine.disks())) {
            throw new RefusedException(
                    RefusalReason.DISK_MISMATCH,
                    "machine " + machine.name() + " is declared with " + describe(declaration.disks()) + "; it has "
                            + describe(machine.disks()));
        }
        return declaration.epoch() > machine.epoch();
    }

    private static void check(MachineName machine, DeclaredDisk disk, long largest) throws RefusedException {
        if (disk.size() < 1 || disk.size() > DeclaredDisk.MAXIMUM_SIZE) {
            throw malformed(
                    machine,
                    "disk " + disk.disk() + " of " + disk.size() + " bytes",
                    "1 to " + DeclaredDisk.MAXIMUM_SIZE);
        }
        if (disk.size() > largest) {
            throw new RefusedException(
                    RefusalReason.DISK_TOO_LARGE,
                    "disk " + disk.disk() + " of " + machine + " is declared with " + disk.size()
                            + " bytes; this replica takes up to " + largest);
        }
    }

    private static String describe(java.util.List<DeclaredDisk> disks) {
        return disks.stream()
                .map(disk -> disk.disk() + " of " + disk.size() + " bytes")
                .collect(java.util.stream.Collectors.joining(", "));
    }

    private static RefusedException malformed(MachineName machine, String what, String accepted) {
        return new RefusedException(
                RefusalReason.MALFORMED,
                "machine " + machine + " is declared with " + what + "; accepted are " + accepted);
    }
}
