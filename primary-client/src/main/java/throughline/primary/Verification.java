package throughline.primary;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import throughline.primary.Answer.Expected;
import throughline.primary.disk.BlockSet;
import throughline.primary.disk.Disk;
import throughline.primary.disk.DiskSnapshot;
import throughline.primary.disk.SourceException;
import throughline.primary.replication.DigestComparison;
import throughline.protocol.replication.BlockDigests;
import throughline.protocol.replication.DeclaredDisk;
import throughline.protocol.replication.MachineName;
import throughline.protocol.replication.MachineState;
import throughline.protocol.replication.ReplicationPaths.Content;
import throughline.protocol.replication.ReplicationPaths.Target;

/** Compares disks with what the replica has committed of them, by digests. Changes nothing at either end. */
final class Verification {
    private final Exchanges exchanges;
    private final Progress progress;
    private final long total;
    private long done;

    Verification(Exchanges exchanges, List<Disk> disks, Progress progress) {
        this.exchanges = exchanges;
        this.progress = progress;
        this.total = disks.stream().mapToLong(Disk::size).sum();
    }

    /** Absent when the replica does not know the machine. */
    Optional<List<Verified>> of(MachineName machine, List<Disk> disks) throws IOException {
        exchanges.announce();
        Optional<MachineState> state = exchanges.state(machine);
        if (state.isEmpty()) {
            return Optional.empty();
        }
        List<Verified> verified = new ArrayList<>();
        for (Disk disk : disks) {
            verified.add(compare(machine, state.get(), disk));
        }
        return Optional.of(verified);
    }

    private Verified compare(MachineName machine, MachineState state, Disk disk) throws IOException {
        OptionalLong held = state.disks().stream()
                .filter(declared -> declared.disk().equals(disk.name()))
                .mapToLong(DeclaredDisk::size)
                .findFirst();
        if (held.isEmpty() || held.getAsLong() != disk.size()) {
            return new Verified(disk.name(), disk.size(), held, 0, OptionalLong.empty());
        }
        BlockSet differing = differing(machine, disk);
        long first = differing.next(0);
        return new Verified(
                disk.name(),
                disk.size(),
                held,
                differing.bytes(),
                first < 0 ? OptionalLong.empty() : OptionalLong.of(first * BlockDigests.BLOCK));
    }

    private BlockSet differing(MachineName machine, Disk disk) throws IOException {
        try (DiskSnapshot snapshot = frozen(disk)) {
            DigestComparison comparison = new DigestComparison(snapshot, Optional.empty());
            comparison.run((key, first, count) -> {
                byte[] digests = exchanges.digests(
                        new Target.Digests(machine, disk.name(), Content.COMMITTED, key, first, count),
                        Expected.nothing());
                done = Math.min(total, done + (long) count * BlockDigests.BLOCK);
                progress.sent(done, total);
                return digests;
            });
            return comparison.differing();
        }
    }

    private static DiskSnapshot frozen(Disk disk) throws SourceException {
        try {
            return disk.freeze();
        } catch (IOException e) {
            throw new SourceException(e);
        }
    }
}
