package throughline.replica.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import throughline.protocol.RefusalReason;
import throughline.protocol.RefusedException;
import throughline.protocol.replication.MachineName;
import throughline.protocol.replication.MachineState;
import throughline.protocol.replication.SliceReceipt;

/** What a store does while its files fail, and afterwards. */
class FailingStoreTest {
    private static final byte[] FIRST = Slices.slice().data(4, "abcd").end();
    private static final byte[] SECOND = Slices.slice().data(0, "xyz").end();
    private static final MachineOwner ANOTHER = new MachineOwner(new PrimaryName("other.test"), "others");
    private static final String FULL = "No space left on device";

    private MemoryFiles memory = new MemoryFiles();
    private FullFiles files = new FullFiles(memory);
    private ReplicaStore store;
    private OneMachine machine;

    @BeforeEach
    void begin() throws IOException {
        store = Opening.open(files, new SavedIndex(SavedIndex.NONE), StoreLimits.none(), () -> {});
        machine = new OneMachine(store);
        machine.declare(1, 12);
        machine.apply(1, 1, FIRST);
    }

    @AfterEach
    void close() {
        store.close();
    }

    private void reopen() throws IOException {
        store.close();
        store = Opening.open(files, new SavedIndex(SavedIndex.NONE), StoreLimits.none(), () -> {});
        machine = new OneMachine(store);
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource({
        "blocks/, No space left on device, STORE_FULL",
        "blocks/, Disk quota exceeded, STORE_FULL",
        "blocks/, Input/output error, STORAGE_FAILED",
        "log/, No space left on device, STORE_FULL",
        "log/, Read-only file system, STORAGE_FAILED"
    })
    void aWriteThatFailsLeavesEverythingAsItWas(String names, String message, RefusalReason reason) throws IOException {
        MachineState state = store.state(OneMachine.NAME);
        files.fail(names, message);

        OneMachine.assertRefused(() -> machine.receive(1, 2, 0, SECOND), reason, message);
        assertThat(store.state(OneMachine.NAME)).isEqualTo(state);
        assertThat(machine.text()).isEqualTo("....abcd....");
        assertThat(store.usedSpace()).isEqualTo(4);

        files.mend();
        machine.apply(1, 2, SECOND);
        assertThat(machine.text()).isEqualTo("xyz.abcd....");
        reopen();
        assertThat(machine.text()).isEqualTo("xyz.abcd....");
    }

    @Test
    void aCommitThatFindsNoRoomIsAsIfItHadNotBeen() throws IOException {
        SliceReceipt slice = machine.receive(1, 2, 0, SECOND);
        files.fail("log/", FULL);

        OneMachine.assertRefused(
                () -> machine.commit(1, 2, List.of(slice)), RefusalReason.STORE_FULL, "log/00000001.log");
        assertThat(machine.text()).isEqualTo("....abcd....");

        files.mend();
        machine.commit(1, 2, List.of(slice));
        assertThat(machine.text()).isEqualTo("xyz.abcd....");
    }

    @Test
    void afterAFailedForceOfTheLogNothingMoreIsTakenUntilItIsOpenedAgain() throws IOException {
        files.failForcing("log/", "Input/output error");
        OneMachine.assertRefused(
                () -> machine.receive(1, 2, 0, SECOND), RefusalReason.STORAGE_FAILED, "until it is opened again");
        files.mend();

        OneMachine.assertRefused(
                () -> machine.receive(1, 2, 0, SECOND), RefusalReason.STORAGE_FAILED, "until it is opened again");
        assertThat(machine.text()).isEqualTo("....abcd....");

        reopen();
        machine.apply(1, 2, SECOND);
        assertThat(machine.text()).isEqualTo("xyz.abcd....");
    }

    @Test
    void afterANewLogOfUncertainNameNothingMoreIsTakenUntilItIsOpenedAgain() throws IOException {
        files.failForcingFolder("log");
        OneMachine.assertRefused(store::merge, RefusalReason.STORAGE_FAILED, "log: ");
        files.mend();

        // Were it taken, the next start would find the newer log, which does not have it.
        OneMachine.assertRefused(
                () -> machine.receive(1, 2, 0, SECOND), RefusalReason.STORAGE_FAILED, "until it is opened again");

        reopen();
        assertThat(machine.text()).isEqualTo("....abcd....");
        machine.apply(1, 2, SECOND);
        assertThat(machine.text()).isEqualTo("xyz.abcd....");
    }

    @Test
    void aFailedForceOfBlocksRefusesThatSliceOnly() throws IOException {
        files.failForcing("blocks/", "Input/output error");
        OneMachine.assertRefused(
                () -> machine.receive(1, 2, 0, SECOND), RefusalReason.STORAGE_FAILED, "00000001.blocks");
        files.mend();

        machine.apply(1, 2, SECOND);
        assertThat(machine.text()).isEqualTo("xyz.abcd....");
        // Nothing is known any more of what was written there.
        assertThat(memory.list("blocks")).hasSize(2);
    }

    @Test
    void whatTheIndexFoundNoRoomForIsAppliedLaterAndNotMergedAwayBefore() throws Exception {
        SavedIndex index = beginEmpty();
        Slices slice = Slices.slice();
        for (int i = 0; i < 2000; i++) {
            slice.data(2L * i, "x");
        }
        byte[] many = slice.end();
        index.limitTo(1);

        OneMachine.assertRefused(() -> machine.receive(1, 1, 0, many), RefusalReason.STORE_FULL, "full");
        assertThat(store.state(machine.name).pending().slices()).isZero();
        OneMachine.assertRefused(store::merge, RefusalReason.STORE_FULL, "full");

        index.limitTo(10_000);
        SliceReceipt receipt = machine.receive(1, 1, 0, many);
        machine.commit(1, 1, List.of(receipt));
        assertThat(machine.text()).isEqualTo("x.".repeat(2000));
    }

    @Test
    void aMachineThatTheIndexFoundNoRoomForHasItsOwner() throws Exception {
        SavedIndex index = beginEmpty();
        index.limitTo(1);
        OneMachine second = theFirstThatIsRefused();

        assertThat(store.owner(second.name)).contains(OneMachine.OWNER);
        index.limitTo(10_000);
        OneMachine.assertRefused(
                () -> store.declare(ANOTHER, second.name, OneMachine.declaration(2, 12)),
                RefusalReason.NOT_AUTHORISED,
                "other.test is not of its trust group");
        assertThat(second.declare(1, 12).epoch()).isEqualTo(1);
    }

    /** The last page has room for some. */
    private OneMachine theFirstThatIsRefused() {
        for (int i = 0; i < 1000; i++) {
            OneMachine next = new OneMachine(store, new MachineName("m" + i));
            try {
                next.declare(1, 12);
            } catch (RefusedException full) {
                return next;
            }
        }
        throw new AssertionError("never full");
    }

    @Test
    void aMachineThatTheLogMayHoldUnforcedHasItsOwner() throws IOException {
        MachineName second = new MachineName("second");
        files.failForcing("log/", "Input/output error");
        OneMachine.assertRefused(
                () -> new OneMachine(store, second).declare(1, 12), RefusalReason.STORAGE_FAILED, "opened again");
        files.mend();

        assertThat(store.owner(second)).contains(OneMachine.OWNER);
        OneMachine.assertRefused(
                () -> store.declare(ANOTHER, second, OneMachine.declaration(2, 12)),
                RefusalReason.NOT_AUTHORISED,
                "other.test is not of its trust group");
        // This one the log did not take, and will not.
        MachineName third = new MachineName("third");
        OneMachine.assertRefused(
                () -> new OneMachine(store, third).declare(1, 12), RefusalReason.STORAGE_FAILED, "opened again");
        assertThat(store.owner(third)).isEmpty();
    }

    @Test
    void whatTheLogMayHoldUnforcedIsNotMergedAway() throws IOException {
        beginEmpty();
        files.failForcing("log/", "Input/output error");
        OneMachine.assertRefused(() -> machine.receive(1, 1, 0, FIRST), RefusalReason.STORAGE_FAILED, "opened again");
        files.mend();
        OneMachine.assertRefused(store::merge, RefusalReason.STORAGE_FAILED, "opened again");

        reopen();
        SliceReceipt receipt = machine.receive(1, 1, 0, FIRST);
        machine.commit(1, 1, List.of(receipt));
        assertThat(machine.text()).startsWith("....abcd");
    }

    /** A store without block files. */
    private SavedIndex beginEmpty() throws IOException {
        store.close();
        SavedIndex index = new SavedIndex(SavedIndex.NONE);
        memory = new MemoryFiles();
        files = new FullFiles(memory);
        store = Opening.open(files, index, StoreLimits.none(), () -> {});
        machine = new OneMachine(store);
        machine.declare(1, 4000);
        return index;
    }

    @Test
    void aMergeThatFailsLosesNothing() throws IOException {
        machine.apply(1, 2, Slices.slice().data(4, "ABC").end());
        files.fail("blocks/", FULL);
        OneMachine.assertRefused(store::merge, RefusalReason.STORE_FULL, "blocks/");
        assertThat(machine.text()).isEqualTo("....ABCd....");

        files.mend();
        store.merge();
        assertThat(machine.text()).isEqualTo("....ABCd....");
        assertThat(store.usedSpace()).isEqualTo(4);
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void aDiskThatIsReallyFullIsSaidToBe() throws IOException {
        StoreFile file = new LocalFiles(Path.of("/dev")).open("full");

        OneMachine.assertRefused(
                () -> file.write(ByteBuffer.allocate(9), 0),
                RefusalReason.STORE_FULL,
                "/dev/full: IOException: " + FULL);
        file.close();
    }

    @Test
    void anInterruptedThreadFinishesItsWriteAndStaysInterrupted(@TempDir Path folder) throws IOException {
        LocalFiles local = new LocalFiles(folder);
        try (StoreFile file = local.create("file")) {
            Thread.currentThread().interrupt();
            file.write(ByteBuffer.wrap(new byte[] {1, 2, 3}), 0);
            file.force();
            assertThat(Thread.interrupted()).isTrue();
            ByteBuffer read = ByteBuffer.allocate(3);
            assertThat(file.read(read, 0)).isEqualTo(3);
            assertThat(read.array()).containsExactly(1, 2, 3);
        }
    }
}
