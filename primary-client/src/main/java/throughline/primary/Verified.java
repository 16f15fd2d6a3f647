package throughline.primary;

import java.util.OptionalLong;
import throughline.protocol.DiskName;

/**
 * A disk compared with what a replica has committed of it, block by block of 64 KiB.
 *
 * @param size of the disk here, in bytes
 * @param heldSize of the disk there; absent where the replica's machine has no such disk. Where the sizes differ, nothing is
 *     compared
 * @param differing bytes in blocks that are not the same
 * @param firstDifference offset of the first of them; absent where all are the same
 */
public record Verified(DiskName disk, long size, OptionalLong heldSize, long differing, OptionalLong firstDifference) {

    /** Whether the replica holds this disk, byte for byte. */
    public boolean same() {
        return heldSize.isPresent() && heldSize.getAsLong() == size && differing == 0;
    }
}
