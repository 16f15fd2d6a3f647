package throughline.replica.store;

import java.util.Optional;
import throughline.protocol.ChangeSetId;
import throughline.protocol.DiskDeclaration;
import throughline.protocol.DiskName;
import throughline.protocol.DiskState;
import throughline.protocol.Receipt;
import throughline.protocol.RefusalReason;
import throughline.protocol.RefusedException;

/**
 * What {@code disk.json} holds of a disk, and what follows from it. No input or output here.
 *
 * @param size in bytes
 * @param epoch the one that may write
 * @param lastSequence of the last change set applied in this epoch, 0 before the first
 * @param digest of that change set; absent before the first
 * @param blocks that change set's blocks
 * @param bytes that change set's bytes of disk content
 */
record DiskRecord(long size, long epoch, long lastSequence, Optional<String> digest, long blocks, long bytes) {

    static DiskRecord fresh(DiskDeclaration declaration) {
        return new DiskRecord(declaration.size(), declaration.epoch(), 0, Optional.empty(), 0, 0);
    }

    /** The record after a declaration: the same one, or a new history on the same image. */
    DiskRecord declared(DiskName disk, DiskDeclaration declaration) throws RefusedException {
        if (declaration.epoch() < epoch) {
            throw fenced(disk, declaration.epoch());
        }
        if (declaration.size() != size) {
            throw new RefusedException(
                    RefusalReason.DISK_MISMATCH,
                    "disk " + disk + " is declared with " + declaration.size() + " bytes; it has " + size);
        }
        return declaration.epoch() == epoch ? this : fresh(declaration);
    }

    /** Passes the next change set, and the last one again; what it is compared with is only known once it has arrived. */
    void admit(ChangeSetId id) throws RefusedException {
        if (id.epoch() < epoch) {
            throw fenced(id.disk(), id.epoch());
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

    /** Whether an admitted change set is the last one again. Another one under its number is a conflict. */
    boolean repeats(ChangeSetId id, String arrived) throws RefusedException {
        if (id.sequence() != lastSequence) {
            return false;
        }
        if (!digest.equals(Optional.of(arrived))) {
            throw new RefusedException(
                    RefusalReason.SEQUENCE_CONFLICT,
                    "change set " + id + " has digest " + arrived + "; applied was " + digest.orElse("none"));
        }
        return true;
    }

    /** The record once the next change set, of this content, has been applied. */
    DiskRecord after(ChangeSetContent content) {
        return new DiskRecord(
                size, epoch, lastSequence + 1, Optional.of(content.digest()), content.blocks(), content.bytes());
    }

    DiskState state(DiskName disk) {
        return new DiskState(disk, size, epoch, lastSequence + 1);
    }

    Receipt receipt(DiskName disk) {
        return new Receipt(disk, epoch, lastSequence, digest.orElseThrow(), blocks, bytes);
    }

    private RefusedException fenced(DiskName disk, long older) {
        return new RefusedException(
                RefusalReason.FENCED, "disk " + disk + " is at epoch " + epoch + "; epoch " + older + " may not write");
    }
}
