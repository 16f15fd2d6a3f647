package throughline.replica.store;

import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.ReadableByteChannel;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import throughline.protocol.DiskName;
import throughline.protocol.RefusedException;
import throughline.protocol.replication.ChangeSetId;
import throughline.protocol.replication.Commit;
import throughline.protocol.replication.DigestKey;
import throughline.protocol.replication.MachineDeclaration;
import throughline.protocol.replication.MachineName;
import throughline.protocol.replication.MachineState;
import throughline.protocol.replication.Receipt;
import throughline.protocol.replication.ReplicationPaths.Content;
import throughline.protocol.replication.SliceId;
import throughline.protocol.replication.SliceReceipt;

/**
 * Machines with their disks, and the change sets that arrive for them. {@code docs/design/0003-replication.md} says why a
 * receipt is worth something. Thread-safe; whoever opened it closes it. Whose machine it is, is the caller's to judge, by
 * {@link #owner}; only {@link #declare} judges it too.
 *
 * <p>Every method refuses with STORAGE_FAILED when files cannot be read or written, and with SHUTTING_DOWN after
 * {@link #close}. Both leave what was acknowledged as it was.
 */
public interface ReplicaStore extends AutoCloseable {

    /**
     * Opens a folder, or begins a store in it.
     *
     * @param folder created where it is missing; no other process, and no other store of this one, may have it open
     * @throws RefusedException STORAGE_FAILED or STORE_FULL, where it cannot be opened or what it holds is damaged
     */
    static ReplicaStore onDisk(Path folder, StoreLimits limits) throws RefusedException {
        return Opening.onDisk(folder, limits);
    }

    /** A store that lasts until it is closed, or the process ends. */
    static ReplicaStore inMemory(StoreLimits limits) throws RefusedException {
        return Opening.inMemory(limits);
    }

    /**
     * Creates a machine whose disks are zeros, takes it over with a higher epoch, or takes it up where it stands. Pending
     * slices behind a gap are dropped; with a higher epoch those before it become those of change set 1.
     *
     * @param owner kept when the machine is created; otherwise who takes it up, which must {@link MachineOwner#shares share} it
     * @throws RefusedException NOT_AUTHORISED, MALFORMED, DISK_TOO_LARGE, TOO_MANY_DISKS, FENCED or DISK_MISMATCH
     */
    MachineState declare(MachineOwner owner, MachineName machine, MachineDeclaration declaration)
            throws RefusedException;

    /**
     * Stores a slice of the next change set. When it returns, the slice is on stable storage.
     *
     * @param body the slice; read to its end frame and no further, or to where it is refused; not closed
     * @throws RefusedException UNKNOWN_MACHINE, FENCED, OUT_OF_ORDER, SEQUENCE_CONFLICT before the body is read where that
     *     can be known; MALFORMED, TRUNCATED, CHECKSUM_MISMATCH, OUTSIDE_DISK, UNKNOWN_DISK, SLICE_TOO_LARGE, STORE_FULL or
     *     SEQUENCE_CONFLICT (another slice with this number is there) for what it holds
     * @throws IOException what the body itself throws
     */
    SliceReceipt receive(SliceId slice, ReadableByteChannel body) throws IOException;

    /**
     * Applies the next change set to all disks at once. When it returns, that is on stable storage.
     *
     * @throws RefusedException UNKNOWN_MACHINE, FENCED, OUT_OF_ORDER, SLICES_MISSING or SEQUENCE_CONFLICT
     */
    Receipt commit(ChangeSetId changeSet, Commit commit) throws RefusedException;

    /**
     * What the store holds of a machine.
     *
     * @throws RefusedException UNKNOWN_MACHINE
     */
    MachineState state(MachineName machine) throws RefusedException;

    /**
     * Who declared the machine first; absent when nobody has. Of a declaration that was refused it is the owner too, where the log
     * may hold it: the next start may find the machine. That is said without a look into files, also after {@link #close}.
     */
    Optional<MachineOwner> owner(MachineName machine) throws RefusedException;

    /** All machines, by name. */
    List<MachineName> machines() throws RefusedException;

    /**
     * Digests of a disk's blocks as they travel, see {@link throughline.protocol.replication.BlockDigests}.
     *
     * @param first the number of the first block, from 0
     * @throws RefusedException UNKNOWN_MACHINE, UNKNOWN_DISK, or OUTSIDE_DISK when the disk has no such block; fewer than
     *     {@code count} are returned where the disk ends
     */
    byte[] digests(MachineName machine, DiskName disk, Content content, DigestKey key, long first, int count)
            throws RefusedException;

    /**
     * A disk's committed content from an offset to its end, as it is at this moment, whatever is committed while it is
     * read. Damaged content is an {@link IOException} where it is met. Closed by the caller.
     *
     * @throws RefusedException UNKNOWN_MACHINE, UNKNOWN_DISK or OUTSIDE_DISK
     */
    InputStream content(MachineName machine, DiskName disk, long offset) throws RefusedException;

    /** Frees the space of what does not count any more. Goes on while slices arrive. */
    void merge() throws RefusedException;

    /** Bytes that the data of slices takes in files at present, dead ones included. */
    long usedSpace();

    /** Ends what is under way, closes every file, and lets another process have the folder. */
    @Override
    void close();
}
