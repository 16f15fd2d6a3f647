package throughline.protocol.replication;

import java.util.List;
import java.util.Optional;

/**
 * What the replica holds of a machine.
 *
 * @param epoch the current one
 * @param nextSequence the number that the next change set must carry, from 1
 * @param disks in the order in which they were declared
 * @param pending what has arrived of the next change set
 * @param last the receipt of the last change set applied, in whatever epoch; absent before the first, while the disks are
 *     all zeros
 * @param compression the kinds of compressed frame that this replica reads, for now none or {@code zstd}
 */
public record MachineState(
        MachineName machine,
        long epoch,
        long nextSequence,
        List<DeclaredDisk> disks,
        PendingSlices pending,
        Optional<Receipt> last,
        List<String> compression) {

    /** The only kind of compression so far. */
    public static final String ZSTD = "zstd";

    public MachineState {
        disks = List.copyOf(disks);
        compression = List.copyOf(compression);
    }
}
