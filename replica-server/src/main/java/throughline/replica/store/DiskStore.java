package throughline.replica.store;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import throughline.protocol.ChangeSetId;
import throughline.protocol.DiskDeclaration;
import throughline.protocol.DiskName;
import throughline.protocol.DiskState;
import throughline.protocol.Receipt;
import throughline.protocol.RefusalReason;
import throughline.protocol.RefusedException;

/**
 * Disks as files, one folder per disk: {@code <store>/<primary>/<disk>/}.
 *
 * <ul>
 *   <li>{@code image}: the disk's bytes, a sparse file of the declared size;
 *   <li>{@code disk.json}: size, epoch, and number, digest, blocks and bytes of the last change set applied. A disk is
 *       declared exactly when this file exists. It is only ever replaced: written beside, forced, moved, folder forced;
 *   <li>{@code incoming-N}: a change set on its way. Several may arrive at a time, each into its own file, so that a
 *       stalled connection does not keep its own repetition waiting; but only one is applied at a time, and what was
 *       admitted when it began is checked again then;
 *   <li>{@code redo-EPOCH-SEQUENCE}: a change set that arrived whole, fits the disk and was forced. The move to this
 *       name is the commit.
 * </ul>
 *
 * <p>After the commit: apply to the image, force the image, replace {@code disk.json}, delete the redo file, and only
 * then the receipt. Whoever touches the disk next, in this process or after a crash, first deletes a redo file that
 * {@code disk.json} already counts, and applies one that it does not. Applying is idempotent: blocks carry absolute
 * offsets and are written in the same order, so that a half-applied image ends up as an untouched one would. Nothing
 * that came before the commit counts; at the first touch in a process, {@code incoming} files left behind are deleted.
 *
 * <p>Holds no file open between calls. One process at a time may use a folder. Thread-safe.
 */
public final class DiskStore {
    private final Path folder;
    private final long largestDisk;
    private final ConcurrentMap<Path, DiskFolder> disks = new ConcurrentHashMap<>();

    /**
     * @param folder created with the first disk
     * @param largestDisk in bytes; a larger one is refused with DISK_TOO_LARGE
     */
    public DiskStore(Path folder, long largestDisk) {
        this.folder = folder;
        this.largestDisk = largestDisk;
    }

    /**
     * Creates a disk of zeros, starts a new epoch of a known one, or takes up a known one where it stands.
     *
     * @throws RefusedException MALFORMED, DISK_TOO_LARGE, FENCED, DISK_MISMATCH or STORAGE_FAILED
     */
    public DiskState declare(PrimaryName primary, DiskName disk, DiskDeclaration declaration) throws RefusedException {
        check(disk, declaration);
        return disk(primary, disk).declare(declaration);
    }

    /**
     * Applies a change set whole, or changes nothing. When it returns, the content is on stable storage.
     *
     * @param body the change set and nothing after it; read to its end, or to where it is refused; not closed
     * @throws RefusedException UNKNOWN_DISK, FENCED, OUT_OF_ORDER or SEQUENCE_CONFLICT before the body is read where
     *     that can be known; MALFORMED, TRUNCATED, CHECKSUM_MISMATCH, OUTSIDE_DISK or SEQUENCE_CONFLICT for what the
     *     body holds; STORAGE_FAILED; SHUTTING_DOWN where the thread was interrupted after the commit
     * @throws IOException what the body itself throws
     */
    public Receipt receive(PrimaryName primary, ChangeSetId id, InputStream body) throws IOException {
        if (!DiskFolder.exists(path(primary, id.disk()))) {
            throw new RefusedException(
                    RefusalReason.UNKNOWN_DISK, "disk " + id.disk() + " was not declared by " + primary);
        }
        return disk(primary, id.disk()).receive(id, body);
    }

    /** Where a disk's bytes are. The file exists from the declaration on and changes while change sets are applied. */
    public Path image(PrimaryName primary, DiskName disk) {
        return DiskFolder.image(path(primary, disk));
    }

    private void check(DiskName disk, DiskDeclaration declaration) throws RefusedException {
        if (declaration.size() < 1 || declaration.size() > DiskDeclaration.MAXIMUM_SIZE) {
            throw new RefusedException(
                    RefusalReason.MALFORMED,
                    "disk " + disk + " is declared with " + declaration.size() + " bytes; accepted are 1 to "
                            + DiskDeclaration.MAXIMUM_SIZE);
        }
        if (declaration.epoch() < 1 || declaration.epoch() > HIGHEST_EPOCH) {
            throw new RefusedException(
                    RefusalReason.MALFORMED,
                    "disk " + disk + " is declared with epoch " + declaration.epoch() + "; accepted are 1 to "
                            + HIGHEST_EPOCH);
        }
        if (declaration.size() > largestDisk) {
            throw new RefusedException(
                    RefusalReason.DISK_TOO_LARGE,
                    "disk " + disk + " is declared with " + declaration.size() + " bytes; this replica takes up to "
                            + largestDisk);
        }
    }

    private DiskFolder disk(PrimaryName primary, DiskName disk) {
        return disks.computeIfAbsent(path(primary, disk), path -> new DiskFolder(path, disk));
    }

    private Path path(PrimaryName primary, DiskName disk) {
        return folder.resolve(primary.value()).resolve(disk.value());
    }

    /** The highest that a path can name, see {@link throughline.protocol.Endpoints}. */
    private static final long HIGHEST_EPOCH = 999_999_999_999_999_999L;
}
