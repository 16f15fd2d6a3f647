package throughline.replica.store;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;
import throughline.protocol.RefusedException;
import throughline.protocol.replication.ChangeSetId;
import throughline.protocol.replication.Receipt;
import throughline.protocol.replication.SliceChain;
import throughline.protocol.replication.SliceId;

/** A log, its records, and what they do to an index: applied, or refused in one sentence. */
class ChangeLogFuzz {
    private static final String NAME = "log/00000001.log";
    private static final LogRecord.MachineDeclared DECLARED = new LogRecord.MachineDeclared(
            OneMachine.NAME,
            OneMachine.OWNER,
            1,
            OneMachine.declaration(1, 100_000).disks());

    static Stream<byte[]> seeds() {
        FrameList frames = new FrameList();
        frames.data(0, 4096, 9, 0xe3069283);
        frames.zeros(0, 8192, 512);
        MoveList moves = new MoveList();
        moves.add(0, 0, 9, 77, 0xe3069283);
        Extent extent = new Extent(4096, 9, 1, 0, 0, 9, 0xe3069283);
        Receipt receipt = new Receipt(OneMachine.NAME, 1, 1, SliceChain.EMPTY, 1, 2, 521);
        return Stream.of(
                        DECLARED,
                        new LogRecord.SliceStored(
                                new SliceId(new ChangeSetId(OneMachine.NAME, 1, 1), 0),
                                SliceChain.EMPTY,
                                2,
                                521,
                                1,
                                0,
                                frames),
                        new LogRecord.ChangeSetCommitted(receipt),
                        new LogRecord.BlocksMoved(1, 2, moves),
                        new LogRecord.StoreKept(3),
                        new LogRecord.MachineKept(DECLARED, 1, 0, SliceChain.EMPTY, Optional.of(receipt)),
                        new LogRecord.SliceKept(OneMachine.NAME, true, 0, SliceChain.EMPTY, 2, 521),
                        new LogRecord.ExtentsKept(OneMachine.NAME, 0, false, new ExtentList(List.of(extent))))
                .map(LogRecord::encode);
    }

    @MethodSource("seeds")
    @FuzzTest
    void aLogIsReadOrRefused(byte[] bytes) throws SQLException, RefusedException {
        record(bytes);
        file(bytes);
    }

    /** As a record, twice, in an index that knows the machine. */
    private static void record(byte[] bytes) throws SQLException, RefusedException {
        LogRecord record;
        try {
            record = LogRecord.decode(bytes);
        } catch (IOException refused) {
            oneLine(refused);
            return;
        }
        byte[] encoded = record.encode();
        try {
            require(Arrays.equals(LogRecord.decode(encoded).encode(), encoded), "another record when read again");
        } catch (IOException e) {
            throw new AssertionError("what was read and written is not read again", e);
        }
        LogFile log = LogFile.create(new MemoryFiles(), NAME, new UUID(1, 2), 1);
        try (Index index = Index.open(IndexDatabase.MEMORY)) {
            index.apply(log, List.of(new LogFile.Entry(DECLARED, 36, 100)));
            for (int i = 0; i < 2; i++) {
                index.apply(log, List.of(new LogFile.Entry(record, 100, 200)));
            }
        } catch (RefusedException refused) {
            oneLine(refused);
        }
    }

    /** As a file, and as what follows a whole header and a whole record. */
    private static void file(byte[] bytes) throws RefusedException {
        MemoryFiles files = new MemoryFiles();
        LogFile log = LogFile.create(files, NAME, new UUID(1, 2), 1);
        log.append(new LogRecord.StoreKept(1), 0);
        long position = log.end();
        files.open(NAME).write(ByteBuffer.wrap(bytes), position);
        LogFile again = LogFile.open(files, NAME);
        require(again.read(36).isPresent(), "a whole record is not read");
        try {
            require(again.read(position).isEmpty(), "a record that nobody wrote");
            again.cut(position);
            require(again.end() == position, "not cut");
        } catch (RefusedException refused) {
            oneLine(refused);
        }
        files.create(NAME).write(ByteBuffer.wrap(bytes), 0);
        try {
            LogFile.open(files, NAME).read(36);
        } catch (RefusedException refused) {
            oneLine(refused);
        }
    }

    private static void oneLine(IOException refused) {
        String said = refused.getMessage();
        require(
                refused instanceof java.io.EOFException
                        || (said != null && said.lines().count() == 1),
                "no sentence: " + said);
    }

    private static void require(boolean holds, String otherwise) {
        if (!holds) {
            throw new AssertionError(otherwise);
        }
    }
}
