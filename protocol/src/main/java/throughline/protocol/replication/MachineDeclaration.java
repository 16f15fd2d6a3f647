package throughline.protocol.replication;

import java.util.List;

/**
 * Declares a machine before its first change set, or takes it up again.
 *
 * @param epoch from 1; a higher one than the replica knows takes the machine over and fences off whoever still uses the
 *     lower one
 * @param disks 1 to {@link #MOST_DISKS}; a frame names a disk by its place in this list, from 0. A new disk is all zeros
 */
public record MachineDeclaration(long epoch, List<DeclaredDisk> disks) {

    /** The disks that a Hyper-V machine can have on its SCSI controllers are 256; what fits a message is less. */
    public static final int MOST_DISKS = 64;

    public MachineDeclaration {
        disks = List.copyOf(disks);
    }
}
