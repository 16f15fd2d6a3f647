package throughline.replica.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import throughline.protocol.RefusalReason;

/** A folder that the file system really does not let this user write to. */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "there are no POSIX permissions")
class ReadOnlyFolderTest {
    @TempDir
    Path folder;

    @AfterEach
    void letGo() throws IOException {
        permit("rwxr-xr-x", "rw-r--r--");
    }

    @Test
    void aStoreIsNotBegun() throws IOException {
        makeReadOnly();

        OneMachine.assertRefused(
                () -> ReplicaStore.onDisk(folder, StoreLimits.none()),
                RefusalReason.STORAGE_FAILED,
                folder.resolve("store.lock") + ": permission denied");
    }

    @Test
    void aStoreThatIsThereIsNotOpenedAndStaysAsItIs() throws IOException {
        try (ReplicaStore store = ReplicaStore.onDisk(folder, StoreLimits.none())) {
            OneMachine machine = new OneMachine(store);
            machine.declare(1, 12);
            machine.apply(1, 1, Slices.slice().data(4, "abcd").end());
        }
        makeReadOnly();

        OneMachine.assertRefused(
                () -> ReplicaStore.onDisk(folder, StoreLimits.none()),
                RefusalReason.STORAGE_FAILED,
                ": permission denied");

        letGo();
        try (ReplicaStore store = ReplicaStore.onDisk(folder, StoreLimits.none())) {
            assertThat(new OneMachine(store).text()).isEqualTo("....abcd....");
        }
    }

    @Test
    void aFolderThatBecomesReadOnlyRefusesWhatNeedsANewFile() throws IOException {
        try (ReplicaStore store = ReplicaStore.onDisk(folder, StoreLimits.none())) {
            OneMachine machine = new OneMachine(store);
            machine.declare(1, 12);
            makeReadOnly();

            OneMachine.assertRefused(
                    () -> machine.receive(
                            1, 1, 0, Slices.slice().data(4, "abcd").end()),
                    RefusalReason.STORAGE_FAILED,
                    "00000001.blocks: permission denied");

            letGo();
            machine.apply(1, 1, Slices.slice().data(4, "abcd").end());
            assertThat(machine.text()).isEqualTo("....abcd....");
        }
    }

    private void makeReadOnly() throws IOException {
        permit("r-xr-xr-x", "r--r--r--");
        assumeFalse(Files.isWritable(folder), "this user, root most likely, may write to what is read-only");
    }

    private void permit(String folders, String files) throws IOException {
        List<Path> all;
        try (Stream<Path> found = Files.walk(folder)) {
            all = found.toList();
        }
        for (Path one : all) {
            Files.setPosixFilePermissions(
                    one, PosixFilePermissions.fromString(Files.isDirectory(one) ? folders : files));
        }
    }
}
