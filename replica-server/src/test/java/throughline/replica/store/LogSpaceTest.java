package throughline.replica.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import throughline.protocol.RefusalReason;
import throughline.protocol.RefusedException;
import throughline.protocol.replication.MachineName;
import throughline.protocol.replication.SliceReceipt;
import throughline.replica.Await;

/** What the log takes: it counts, and does not grow by what is told twice. */
class LogSpaceTest {
    /** Takes no space but in the log, 23 bytes of it for each frame. */
    private static final byte[] ZEROS = zeros(100);

    private final MemoryFiles files = new MemoryFiles();
    private OneMachine machine = new OneMachine(ReplicaStore.inMemory(StoreLimits.none()));

    LogSpaceTest() throws RefusedException {}

    @AfterEach
    void close() {
        machine.store.close();
    }

    private void open(long totalSpace, long leastLog) throws IOException {
        machine.store.close();
        StoreLimits limits = new StoreLimits(1 << 20, 1, totalSpace, 1 << 20);
        machine = new OneMachine(
                Opening.open(files, new SavedIndex(SavedIndex.NONE), new Opening.Wanted(limits, leastLog, () -> {})));
    }

    @Test
    void whatWaitsInTheLogCountsAgainstTheTotalSpace() throws IOException {
        open(10_000, 1 << 20);
        machine.declare(1, 12);
        // Of 100 frames each, which are 2300 bytes and some: four fit into 10000, and five do not.
        for (int slice = 1; slice <= 4; slice++) {
            machine.receive(1, 1, slice, ZEROS);
        }

        OneMachine.assertRefused(
                () -> machine.receive(1, 1, 5, ZEROS), RefusalReason.STORE_FULL, "of the 10000 bytes that it may");
        // A full store begins its log anew beside it: for a moment there are two.
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        long length = logLength();
        while (length > 10_000 && System.nanoTime() < deadline) {
            Thread.onSpinWait();
            length = logLength();
        }
        assertThat(length).isBetween(9_200L, 10_000L);
    }

    @Test
    void theLogOfAnEarlierStartCounts() throws IOException {
        open(10_000, 1 << 20);
        machine.declare(1, 12);
        for (int slice = 1; slice <= 4; slice++) {
            machine.receive(1, 1, slice, ZEROS);
        }

        open(10_000, 1 << 20);

        OneMachine.assertRefused(() -> machine.receive(1, 1, 5, ZEROS), RefusalReason.STORE_FULL, "10000");
    }

    @Test
    void aFullStoreTakesNoFurtherMachine() throws IOException {
        open(1_000, 1 << 20);
        machine.declare(1, 12);

        OneMachine.assertRefused(
                () -> {
                    for (int i = 0; i < 20; i++) {
                        new OneMachine(machine.store, new MachineName("m" + i)).declare(1, 12);
                    }
                },
                RefusalReason.STORE_FULL,
                "of the 1000 bytes");
    }

    /** Else nothing that it holds would ever be dead. */
    @Test
    void aFullStoreIsTakenOverAndCommits() throws IOException {
        open(10_000, 1 << 20);
        machine.declare(1, 12);
        SliceReceipt first =
                machine.receive(1, 1, 0, Slices.slice().data(0, "abcd").end());
        fill();

        machine.declare(2, 12);
        machine.commit(2, 1, List.of(first));

        assertThat(machine.text()).isEqualTo("abcd........");
    }

    private void fill() throws IOException {
        try {
            for (int slice = 2; slice < 200; slice++) {
                machine.receive(1, 1, slice, zeros(1));
            }
            throw new AssertionError("never full");
        } catch (RefusedException full) {
            assertThat(full.reason()).isEqualTo(RefusalReason.STORE_FULL);
        }
    }

    @Test
    void aLogThatIsMostlyPastGivesWayWhereTheStoreIsFull() throws Exception {
        open(10_000, 1 << 20);
        machine.declare(1, 12);
        for (int sequence = 1; sequence <= 50; sequence++) {
            try {
                machine.apply(1, sequence, ZEROS);
            } catch (RefusedException full) {
                int again = sequence;
                Await.until(() -> {
                    try {
                        machine.apply(1, again, ZEROS);
                        return true;
                    } catch (IOException still) {
                        return false;
                    }
                });
            }
        }

        assertThat(machine.store.state(OneMachine.NAME).nextSequence()).isEqualTo(51);
    }

    /** A hundred slices over the same place: the log is of what shows, not of what was ever sent. */
    @Test
    void aLongChangeSetLetsTheLogBeginAnewBeforeItsCommit() throws Exception {
        open(Long.MAX_VALUE, 1_000);
        machine.declare(1, 12);
        List<SliceReceipt> receipts = new ArrayList<>();
        for (int slice = 0; slice < 100; slice++) {
            receipts.add(machine.receive(
                    1, 1, slice, Slices.slice().data(slice % 9, "abc").end()));
            receipts.add(machine.receive(1, 1, ++slice, ZEROS));
        }

        // A record takes 20 bytes and what it says: of each slice its number, two counts, 64 letters and the machine's
        // name.
        Await.until(() -> logLength() < 4 * 100 * 150);
        assertThat(machine.text()).isEqualTo("............");
        open(Long.MAX_VALUE, 1_000);
        assertThat(machine.store.state(OneMachine.NAME).pending().slices()).isEqualTo(100);
        machine.commit(1, 1, receipts);
        assertThat(machine.text()).isEqualTo("............");
    }

    @Test
    void aNewLogForWhichThereWasNoMemoryIsBegunLater() throws Exception {
        machine.store.close();
        FullFiles failing = new FullFiles(files);
        machine = new OneMachine(Opening.open(
                failing, new SavedIndex(SavedIndex.NONE), new Opening.Wanted(StoreLimits.none(), 1_000, () -> {})));
        machine.declare(1, 12);
        failing.failCreating(1);
        int[] sequence = {0};

        Await.until(() -> {
            try {
                machine.apply(1, ++sequence[0], ZEROS);
                return !files.list(ChangeLog.FOLDER).contains("00000001.log");
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        });
    }

    private long logLength() {
        try {
            long length = 0;
            for (String name : files.list(ChangeLog.FOLDER)) {
                try (StoreFile log = files.open(ChangeLog.FOLDER + "/" + name)) {
                    length += log.size();
                }
            }
            return length;
        } catch (RefusedException e) {
            // It was replaced meanwhile.
            return Long.MAX_VALUE;
        }
    }

    private static byte[] zeros(int frames) {
        Slices slice = Slices.slice();
        for (int i = 0; i < frames; i++) {
            slice.zeros(0, i % 12, 1);
        }
        return slice.end();
    }
}
