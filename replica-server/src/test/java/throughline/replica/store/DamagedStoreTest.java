package throughline.replica.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import throughline.protocol.RefusalReason;
import throughline.protocol.replication.DigestKey;
import throughline.protocol.replication.MachineState;
import throughline.protocol.replication.ReplicationPaths.Content;

/** What somebody or something did to a store's folder while it was closed. */
class DamagedStoreTest {
    private static final byte[] FIRST = Slices.slice().data(4, "abcd").end();
    private static final byte[] SECOND = Slices.slice().data(0, "xyz").end();

    /** The last record of a log that was closed: its header of 20 bytes, and its type. */
    private static final int WITNESS = 21;

    @TempDir
    Path folder;

    private ReplicaStore store;
    private OneMachine machine;

    @BeforeEach
    void fill() throws IOException {
        store = ReplicaStore.onDisk(folder, StoreLimits.none());
        machine = new OneMachine(store);
        machine.declare(1, 12);
        machine.apply(1, 1, FIRST);
        machine.receive(1, 2, 0, SECOND);
        machine.receive(1, 2, 2, SECOND);
    }

    @AfterEach
    void close() {
        store.close();
    }

    private void open() throws IOException {
        store = ReplicaStore.onDisk(folder, StoreLimits.none());
        machine = new OneMachine(store);
    }

    @Test
    void aDeletedIndexIsMadeAnew() throws IOException {
        MachineState state = store.state(OneMachine.NAME);
        store.close();
        Files.delete(folder.resolve("index.sqlite"));

        open();

        assertThat(store.state(OneMachine.NAME)).isEqualTo(state);
        assertThat(machine.text()).isEqualTo("....abcd....");
    }

    @Test
    void anIndexOfGarbageIsMadeAnew() throws IOException {
        MachineState state = store.state(OneMachine.NAME);
        store.close();
        Files.writeString(folder.resolve("index.sqlite"), "no database".repeat(1000));

        open();

        assertThat(store.state(OneMachine.NAME)).isEqualTo(state);
    }

    @Test
    void anIndexWithAHoleInItIsMadeAnew() throws IOException {
        MachineState state = store.state(OneMachine.NAME);
        store.close();
        byte[] index = Files.readAllBytes(folder.resolve("index.sqlite"));
        for (int i = 4096; i < index.length; i++) {
            index[i] = 0;
        }
        Files.write(folder.resolve("index.sqlite"), index);

        open();

        assertThat(store.state(OneMachine.NAME)).isEqualTo(state);
        assertThat(machine.text()).isEqualTo("....abcd....");
    }

    @Test
    void anIndexOfAnotherStoreIsMadeAnew() throws IOException {
        MachineState state = store.state(OneMachine.NAME);
        store.close();
        try (ReplicaStore other = ReplicaStore.onDisk(folder.resolve("other"), StoreLimits.none())) {
            assertThat(other.machines()).isEmpty();
        }
        Files.move(
                folder.resolve("other/index.sqlite"),
                folder.resolve("index.sqlite"),
                java.nio.file.StandardCopyOption.REPLACE_EXISTING);

        open();

        assertThat(store.state(OneMachine.NAME)).isEqualTo(state);
    }

    @Test
    void aFlippedByteIsNeverGivenOut() throws IOException {
        store.close();
        Path blocks = folder.resolve("blocks/00000001.blocks");
        byte[] content = Files.readAllBytes(blocks);
        content[1] ^= 4;
        Files.write(blocks, content);

        open();

        OneMachine.assertRefused(
                () -> machine.bytes(0),
                RefusalReason.STORAGE_FAILED,
                blocks + ": the 4 bytes at 0 are damaged: CRC32C 92c80a31 expected");
        OneMachine.assertRefused(
                () -> store.digests(OneMachine.NAME, OneMachine.disk(0), Content.PENDING, DigestKey.random(), 0, 1),
                RefusalReason.STORAGE_FAILED,
                "are damaged");
        assertThat(store.state(OneMachine.NAME).pending().slices()).isEqualTo(1);
    }

    @Test
    void aTruncatedBlockFileIsNeverZeros() throws IOException {
        store.close();
        Path blocks = folder.resolve("blocks/00000001.blocks");
        try (RandomAccessFile file = new RandomAccessFile(blocks.toFile(), "rw")) {
            file.setLength(3);
        }

        open();

        OneMachine.assertRefused(
                () -> machine.bytes(0), RefusalReason.STORAGE_FAILED, "are damaged: the file ends at 3");
        assertThat(machine.receive(1, 2, 1, SECOND).bytes()).isEqualTo(3);
        assertThat(Files.size(blocks)).isEqualTo(3);
    }

    @Test
    void aMissingBlockFileIsNamed() throws IOException {
        store.close();
        Files.delete(folder.resolve("blocks/00000001.blocks"));

        open();

        OneMachine.assertRefused(
                () -> machine.bytes(0), RefusalReason.STORAGE_FAILED, "00000001.blocks: the file is missing");
    }

    @Test
    void aStoreWithoutItsLogIsNotOpened() throws IOException {
        store.close();
        Files.delete(folder.resolve("log/00000001.log"));

        OneMachine.assertRefused(
                () -> ReplicaStore.onDisk(folder, StoreLimits.none()), RefusalReason.STORAGE_FAILED, "holds no log");
    }

    @Test
    void aLogThatLostWhatTheIndexKnowsIsNotOpened() throws IOException {
        store.close();
        Path log = folder.resolve("log/00000001.log");
        try (RandomAccessFile file = new RandomAccessFile(log.toFile(), "rw")) {
            file.setLength(file.length() - WITNESS - 1);
        }

        OneMachine.assertRefused(
                () -> ReplicaStore.onDisk(folder, StoreLimits.none()),
                RefusalReason.STORAGE_FAILED,
                "has lost what was acknowledged; delete the index");
    }

    @Test
    void aDamagedLogIsNotOpenedWhenTheIndexIsGone() throws IOException {
        store.close();
        Path log = folder.resolve("log/00000001.log");
        byte[] content = Files.readAllBytes(log);
        content[36 + 30] ^= 1;
        Files.write(log, content);
        Files.delete(folder.resolve("index.sqlite"));

        OneMachine.assertRefused(
                () -> ReplicaStore.onDisk(folder, StoreLimits.none()),
                RefusalReason.STORAGE_FAILED,
                log + ": the record at 36 is damaged");
    }

    @Test
    void aDamagedSnapshotThatNothingFollowsIsNotOpenedWhenTheIndexIsGone() throws IOException {
        store.merge();
        store.close();
        Path log = folder.resolve("log/00000002.log");
        byte[] content = Files.readAllBytes(log);
        // Behind the header and a first record of 29 bytes is the machine.
        content[65 + 30] ^= 1;
        Files.write(log, content);
        Files.delete(folder.resolve("index.sqlite"));

        OneMachine.assertRefused(
                () -> ReplicaStore.onDisk(folder, StoreLimits.none()),
                RefusalReason.STORAGE_FAILED,
                log + ": the record at 65 is damaged");
        assertThat(folder.resolve("blocks")).isNotEmptyDirectory();
    }

    @Test
    void aDamagedLastRecordIsNoTornEndWhenTheIndexIsGone() throws IOException {
        store.close();
        Path log = folder.resolve("log/00000001.log");
        byte[] content = Files.readAllBytes(log);
        content[content.length - WITNESS - 1] ^= 1;
        Files.write(log, content);
        Files.delete(folder.resolve("index.sqlite"));

        OneMachine.assertRefused(
                () -> ReplicaStore.onDisk(folder, StoreLimits.none()),
                RefusalReason.STORAGE_FAILED,
                "is damaged, and the one at " + (content.length - WITNESS) + " says that it was whole");
    }

    @Test
    void norIsItAfterTheProcessHasDied() throws IOException {
        PowerCutFiles files = new PowerCutFiles();
        ReplicaStore first = Opening.open(files, new SavedIndex(SavedIndex.NONE), StoreLimits.none(), () -> {});
        new OneMachine(first).declare(1, 12);
        PowerCutFiles left = files.afterProcess();
        first.close();
        try (StoreFile log = left.open("log/00000001.log")) {
            log.write(ByteBuffer.wrap(new byte[] {7}), log.size() - WITNESS - 1);
        }

        OneMachine.assertRefused(
                () -> Opening.open(left, new SavedIndex(SavedIndex.NONE), StoreLimits.none(), () -> {}),
                RefusalReason.STORAGE_FAILED,
                "the record at 36 is damaged");
    }

    @Test
    void norIsItOnceTheStoreWasOpenedAfterACutOfPower() throws IOException {
        PowerCutFiles files = new PowerCutFiles();
        ReplicaStore first = Opening.open(files, new SavedIndex(SavedIndex.NONE), StoreLimits.none(), () -> {});
        new OneMachine(first).declare(1, 12);
        PowerCutFiles left = files.after(PowerCutFiles.Survival.nothing());
        first.close();
        ReplicaStore second = Opening.open(left, new SavedIndex(SavedIndex.NONE), StoreLimits.none(), () -> {});
        PowerCutFiles again = left.afterProcess();
        second.close();
        try (StoreFile log = again.open("log/00000001.log")) {
            log.write(ByteBuffer.wrap(new byte[] {7}), log.size() - WITNESS - 1);
        }

        OneMachine.assertRefused(
                () -> Opening.open(again, new SavedIndex(SavedIndex.NONE), StoreLimits.none(), () -> {}),
                RefusalReason.STORAGE_FAILED,
                "the record at 36 is damaged");
    }

    @Test
    void aBlockFileThatOnlyTheCutEndOfTheLogNamedIsSetAside() throws IOException {
        store.close();
        Path other = folder.resolve("other");
        try (ReplicaStore begun = ReplicaStore.onDisk(other, StoreLimits.none())) {
            machine = new OneMachine(begun);
            machine.declare(1, 12);
            machine.receive(1, 1, 0, FIRST);
        }
        try (RandomAccessFile file =
                new RandomAccessFile(other.resolve("log/00000001.log").toFile(), "rw")) {
            file.setLength(file.length() - WITNESS - 1);
        }
        Files.delete(other.resolve("index.sqlite"));

        for (int start = 1; start <= 2; start++) {
            try (ReplicaStore again = ReplicaStore.onDisk(other, StoreLimits.none())) {
                machine = new OneMachine(again);
                machine.apply(1, start, SECOND);
                assertThat(machine.text()).isEqualTo("xyz.........");
            }
            assertThat(other.resolve("blocks/00000001.blocks.aside")).hasContent("abcd");
            assertThat(other.resolve("blocks/00000001.blocks")).doesNotExist();
        }
    }

    @Test
    void dataThatOnlyTheCutEndOfTheLogNamedStaysWhereItIs() throws IOException {
        store.close();
        Path blocks = folder.resolve("blocks/00000001.blocks");
        byte[] content = Files.readAllBytes(blocks);
        try (RandomAccessFile file =
                new RandomAccessFile(folder.resolve("log/00000001.log").toFile(), "rw")) {
            file.setLength(file.length() - WITNESS - 1);
        }
        Files.delete(folder.resolve("index.sqlite"));

        open();

        assertThat(machine.text()).isEqualTo("....abcd....");
        assertThat(Files.readAllBytes(blocks)).isEqualTo(content);
        machine.receive(1, 2, 1, SECOND);
        assertThat(Files.readAllBytes(blocks)).startsWith(content);
    }

    @Test
    void blockFilesThatAnotherStoresLogDoesNotNameAreSetAside() throws IOException {
        store.close();
        try (ReplicaStore other = ReplicaStore.onDisk(folder.resolve("other"), StoreLimits.none())) {
            assertThat(other.machines()).isEmpty();
        }
        Files.move(
                folder.resolve("other/log/00000001.log"),
                folder.resolve("log/00000001.log"),
                java.nio.file.StandardCopyOption.REPLACE_EXISTING);

        open();

        assertThat(store.machines()).isEmpty();
        assertThat(folder.resolve("blocks/00000001.blocks.aside")).exists();
    }

    @Test
    void filesOfOthersStay() throws IOException {
        store.close();
        Files.writeString(folder.resolve("log/notes.txt"), "mine");
        Files.writeString(folder.resolve("log/00000000.log"), "no log");
        Files.writeString(folder.resolve("blocks/notes.txt"), "mine");

        open();
        store.merge();

        assertThat(folder.resolve("log/notes.txt")).hasContent("mine");
        assertThat(folder.resolve("log/00000000.log")).hasContent("no log");
        assertThat(folder.resolve("blocks/notes.txt")).hasContent("mine");
    }

    @Test
    void aFileOfSlicesThatWereCutIsDeleted() throws IOException {
        store.close();
        Files.writeString(folder.resolve("blocks/00000002.blocks"), "half a slice");

        open();

        assertThat(folder.resolve("blocks")).isDirectoryNotContaining("glob:**00000002*");
    }

    @Test
    void aSecondProcessIsKeptOutUntilTheFirstHasEndedHoweverThatEnds() throws Exception {
        store.close();
        Process other = new ProcessBuilder(
                        ProcessHandle.current().info().command().orElseThrow(),
                        "-Xshare:auto",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        Path.of(LockHolder.class
                                        .getProtectionDomain()
                                        .getCodeSource()
                                        .getLocation()
                                        .toURI())
                                .toString(),
                        LockHolder.class.getName(),
                        folder.resolve("store.lock").toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try (BufferedReader said = other.inputReader()) {
            assertThat(said.readLine()).isEqualTo("held");

            assertThatThrownBy(() -> ReplicaStore.onDisk(folder, StoreLimits.none()))
                    .hasMessage(folder.resolve("store.lock") + ": another replica has this store open");
        } finally {
            other.destroyForcibly().waitFor();
        }

        open();
        assertThat(machine.text()).isEqualTo("....abcd....");
    }

    @Test
    void aSecondStoreOfTheSameFolderIsKeptOut() {
        assertThatThrownBy(() -> ReplicaStore.onDisk(folder, StoreLimits.none()))
                .hasMessage(folder.resolve("store.lock") + ": another replica has this store open");
    }

    @Test
    void aFileWhereAFolderHasToBeIsSaidSo() throws IOException {
        Files.writeString(folder.resolve("file"), "x", StandardCharsets.US_ASCII);

        assertThatThrownBy(() -> ReplicaStore.onDisk(folder.resolve("file/store"), StoreLimits.none()))
                .hasMessageContaining("file");
    }
}
