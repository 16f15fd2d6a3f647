package throughline.replica.store;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import throughline.protocol.RefusedException;
import throughline.protocol.replication.DeclaredDisk;
import throughline.protocol.replication.MachineName;
import throughline.protocol.replication.Receipt;
import throughline.protocol.replication.SliceId;

/**
 * What the log says, one thing at a time. The first three are what happened on the wire, {@link BlocksMoved} is a merge, and
 * those whose names end in Kept are the snapshot with which a log begins that follows another.
 */
sealed interface LogRecord {

    /** The longest record: a slice of the most frames there may be takes 1.5 MB. */
    int LONGEST = 4 << 20;

    void writeTo(RecordOutput out) throws IOException;

    /** Applies what it says, once. */
    void applyTo(IndexChanges index, long position) throws SQLException, RefusedException;

    /** A machine is created or taken over; slices behind a gap are dropped. */
    record MachineDeclared(MachineName machine, MachineOwner owner, long epoch, List<DeclaredDisk> disks)
            implements LogRecord {
        @Override
        public void writeTo(RecordOutput out) throws IOException {
            out.type(1).machine(machine).owner(owner).number(epoch).disks(disks);
        }

        static LogRecord read(RecordInput in) throws IOException {
            return new MachineDeclared(in.machine(), in.owner(), in.number(), in.disks());
        }

        @Override
        public void applyTo(IndexChanges index, long position) throws SQLException, RefusedException {
            index.declare(this);
        }
    }

    /**
     * A slice has arrived.
     *
     * @param start where in the block file the data of all frames begins
     */
    record SliceStored(SliceId slice, String digest, long blocks, long bytes, int file, long start, FrameList frames)
            implements LogRecord {
        @Override
        public void writeTo(RecordOutput out) throws IOException {
            out.type(2)
                    .changeSet(slice.changeSet())
                    .number(slice.number())
                    .digest(digest)
                    .number(blocks)
                    .number(bytes);
            out.number(file).number(start).bytes(frames.encoded(), FrameList.ENTRY);
        }

        static SliceStored read(RecordInput in) throws IOException {
            SliceId slice = new SliceId(in.changeSet(), in.number());
            return new SliceStored(
                    slice,
                    in.digest(),
                    in.number(),
                    in.number(),
                    in.file(),
                    in.number(),
                    FrameList.decode(in.bytes(FrameList.ENTRY)));
        }

        @Override
        public void applyTo(IndexChanges index, long position) throws SQLException, RefusedException {
            index.store(this, position);
        }
    }

    record ChangeSetCommitted(Receipt receipt) implements LogRecord {
        @Override
        public void writeTo(RecordOutput out) throws IOException {
            out.type(3).receipt(receipt);
        }

        static LogRecord read(RecordInput in) throws IOException {
            return new ChangeSetCommitted(in.receipt());
        }

        @Override
        public void applyTo(IndexChanges index, long position) throws SQLException, RefusedException {
            index.commit(receipt);
        }
    }

    record BlocksMoved(int from, int to, MoveList moves) implements LogRecord {
        @Override
        public void writeTo(RecordOutput out) throws IOException {
            out.type(4).number(from).number(to).bytes(moves.encoded(), MoveList.ENTRY);
        }

        static LogRecord read(RecordInput in) throws IOException {
            return new BlocksMoved(in.file(), in.file(), MoveList.decode(in.bytes(MoveList.ENTRY)));
        }

        @Override
        public void applyTo(IndexChanges index, long position) throws SQLException {
            index.move(this);
        }
    }

    /**
     * What concerns no machine.
     *
     * @param highestFile of the block files there have been, so that no number is used twice
     */
    record StoreKept(int highestFile) implements LogRecord {
        @Override
        public void writeTo(RecordOutput out) throws IOException {
            out.type(5).number(highestFile);
        }

        static LogRecord read(RecordInput in) throws IOException {
            return new StoreKept(in.file());
        }

        @Override
        public void applyTo(IndexChanges index, long position) throws SQLException {
            index.keep(this);
        }
    }

    /**
     * A machine without its slices and extents.
     *
     * @param arrived how many pending slices there are without a gap from 0
     */
    record MachineKept(MachineDeclared declared, long lastSequence, long arrived, String chain, Optional<Receipt> last)
            implements LogRecord {
        @Override
        public void writeTo(RecordOutput out) throws IOException {
            out.type(6).machine(declared.machine()).owner(declared.owner()).number(declared.epoch());
            out.disks(declared.disks())
                    .number(lastSequence)
                    .number(arrived)
                    .digest(chain)
                    .number(last.isPresent() ? 1 : 0);
            if (last.isPresent()) {
                out.receipt(last.get());
            }
        }

        static LogRecord read(RecordInput in) throws IOException {
            MachineDeclared declared = new MachineDeclared(in.machine(), in.owner(), in.number(), in.disks());
            return new MachineKept(
                    declared,
                    in.number(),
                    in.number(),
                    in.digest(),
                    in.number() == 1 ? Optional.of(in.receipt()) : Optional.empty());
        }

        @Override
        public void applyTo(IndexChanges index, long position) throws SQLException {
            index.keep(this);
        }
    }

    /** Slices that are in the extents already, of the last change set or the next; only their receipts are of use. */
    record SliceKept(MachineName machine, boolean pending, long number, String digest, long blocks, long bytes)
            implements LogRecord {
        @Override
        public void writeTo(RecordOutput out) throws IOException {
            out.type(7)
                    .machine(machine)
                    .number(pending ? 1 : 0)
                    .number(number)
                    .digest(digest)
                    .number(blocks)
                    .number(bytes);
        }

        static LogRecord read(RecordInput in) throws IOException {
            return new SliceKept(in.machine(), in.number() == 1, in.number(), in.digest(), in.number(), in.number());
        }

        @Override
        public void applyTo(IndexChanges index, long position) throws SQLException, RefusedException {
            index.keep(this);
        }
    }

    /** Some of the extents of one disk. */
    record ExtentsKept(MachineName machine, int disk, boolean pending, ExtentList extents) implements LogRecord {
        @Override
        public void writeTo(RecordOutput out) throws IOException {
            out.type(8)
                    .machine(machine)
                    .number(disk)
                    .number(pending ? 1 : 0)
                    .bytes(extents.encoded(), ExtentList.ENTRY);
        }

        static LogRecord read(RecordInput in) throws IOException {
            return new ExtentsKept(
                    in.machine(), in.disk(), in.number() == 1, ExtentList.decode(in.bytes(ExtentList.ENTRY)));
        }

        @Override
        public void applyTo(IndexChanges index, long position) throws SQLException, RefusedException {
            index.keep(this);
        }
    }

    /** That the file had been forced as far as the record's header says, as every record does; for when no other follows. */
    record Witness() implements LogRecord {
        @Override
        public void writeTo(RecordOutput out) throws IOException {
            out.type(9);
        }

        @Override
        public void applyTo(IndexChanges index, long position) {}
    }

    default byte[] encode() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try {
            writeTo(new RecordOutput(bytes));
        } catch (IOException e) {
            throw new UncheckedIOException("memory does not fail", e);
        }
        return bytes.toByteArray();
    }

    /**
     * What {@link #encode} gave.
     *
     * @throws IOException with a sentence, where the bytes are no record
     */
    static LogRecord decode(byte[] bytes) throws IOException {
        ByteArrayInputStream left = new ByteArrayInputStream(bytes);
        try {
            RecordInput in = new RecordInput(new DataInputStream(left));
            LogRecord record = read(in.type(), in);
            if (left.available() > 0) {
                throw new IOException("it goes on for " + left.available() + " bytes after its end");
            }
            return record;
        } catch (IllegalArgumentException unacceptable) {
            throw new IOException(unacceptable.getMessage(), unacceptable);
        }
    }

    private static LogRecord read(int type, RecordInput in) throws IOException {
        return switch (type) {
            case 1 -> MachineDeclared.read(in);
            case 2 -> SliceStored.read(in);
            case 3 -> ChangeSetCommitted.read(in);
            case 4 -> BlocksMoved.read(in);
            case 5 -> StoreKept.read(in);
            case 6 -> MachineKept.read(in);
            case 7 -> SliceKept.read(in);
            case 8 -> ExtentsKept.read(in);
            case 9 -> new Witness();
            default -> throw new IOException("it has type " + type + "; known are 1 to 9");
        };
    }
}
