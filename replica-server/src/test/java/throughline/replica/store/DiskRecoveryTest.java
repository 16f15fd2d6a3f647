package throughline.replica.store;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import throughline.protocol.RefusalReason;
import throughline.protocol.RefusedException;

/** What a process finds that comes after one that died, or after a disk that failed. */
class DiskRecoveryTest {
    private static final int SIZE = 16;
    private static final byte[] FIRST = ChangeSets.of(4, "abcd".getBytes(US_ASCII));
    private static final byte[] SECOND = ChangeSets.of(6, "XYZ".getBytes(US_ASCII));
    private static final byte[] OTHER = ChangeSets.of(4, "____".getBytes(US_ASCII));

    @TempDir
    Path folder;

    private OneDisk disk;

    @BeforeEach
    void open() {
        disk = new OneDisk(folder, 1 << 20);
    }

    @Test
    void whatWasOnItsWayWhenTheProcessDiedIsDiscarded() throws IOException {
        disk.declare(SIZE, 1);
        Files.write(disk.file("incoming-1"), FIRST);
        Files.write(disk.file("incoming-7"), Arrays.copyOf(FIRST, 30));

        disk.reopen();

        assertThat(disk.declare(SIZE, 1).nextSequence()).isEqualTo(1);
        assertThat(disk.files()).hasSize(2);
        assertThat(disk.image()).isEqualTo("0".repeat(2 * SIZE));
    }

    @ParameterizedTest(name = "{0} of 2 blocks were applied")
    @MethodSource("appliedBlocks")
    void whatWasCommittedWhenTheProcessDiedIsAppliedAtTheNextTouch(int applied, String image) throws IOException {
        disk.declare(SIZE, 1);
        byte[] changes = ChangeSets.of(new long[] {0, 12}, "abcd".getBytes(US_ASCII));
        Files.write(disk.file("redo-1-1"), changes);
        Files.write(disk.file("image"), HexFormat.of().parseHex(image));

        disk.reopen();

        assertThat(disk.declare(SIZE, 1).nextSequence()).isEqualTo(2);
        assertThat(disk.image()).isEqualTo("61626364" + "00".repeat(8) + "61626364");
        assertThat(disk.files()).hasSize(2);
        assertThat(disk.receive(1, 1, changes).blocks()).isEqualTo(2);
    }

    static Stream<Arguments> appliedBlocks() {
        return Stream.of(
                Arguments.of(0, "00".repeat(16)),
                Arguments.of(1, "6162" + "00".repeat(14)),
                Arguments.of(2, "61626364" + "00".repeat(8) + "61626364"));
    }

    @Test
    void whatWasCountedWhenTheProcessDiedIsNotAppliedAgain() throws IOException {
        disk.declare(SIZE, 1);
        disk.receive(1, 1, FIRST);
        disk.receive(1, 2, SECOND);
        String image = disk.image();
        // Had it not been counted, this content would show.
        Files.write(disk.file("redo-1-2"), OTHER);

        disk.reopen();

        assertThat(disk.declare(SIZE, 1).nextSequence()).isEqualTo(3);
        assertThat(disk.image()).isEqualTo(image);
        assertThat(disk.files()).hasSize(2);
    }

    @Test
    void anInterruptedApplicationIsFinishedAtTheNextTouch() throws IOException {
        disk.declare(SIZE, 1);
        Thread.currentThread().interrupt();
        try {
            assertThatThrownBy(() -> disk.receive(1, 1, FIRST))
                    .isInstanceOfSatisfying(
                            RefusedException.class,
                            e -> assertThat(e.reason())
                                    .isIn(RefusalReason.SHUTTING_DOWN, RefusalReason.STORAGE_FAILED));
        } finally {
            Thread.interrupted();
        }

        assertThat(disk.receive(1, 1, FIRST).sequence()).isEqualTo(1);
        assertThat(disk.image()).isEqualTo("00000000" + "61626364" + "00".repeat(8));
        assertThat(disk.files()).hasSize(2);
    }

    @Test
    void aDamagedRecordIsAStorageFailureThatNamesTheFile() throws IOException {
        disk.declare(SIZE, 1);
        Files.writeString(disk.file("disk.json"), "{\"size\":");

        OneDisk.assertRefused(
                () -> disk.receive(1, 1, FIRST),
                RefusalReason.STORAGE_FAILED,
                disk.file("disk.json").toString());
    }

    @Test
    void aDamagedImageIsAStorageFailureAndTheChangeSetWaits() throws IOException {
        disk.declare(SIZE, 1);
        Files.write(disk.file("image"), new byte[SIZE - 1]);
        OneDisk.assertRefused(
                () -> disk.receive(1, 1, FIRST), RefusalReason.STORAGE_FAILED, "has 15 bytes, declared are 16");

        Files.write(disk.file("image"), new byte[SIZE]);

        assertThat(disk.declare(SIZE, 1).nextSequence()).isEqualTo(2);
        assertThat(disk.image()).isEqualTo("00000000" + "61626364" + "00".repeat(8));
    }

    @Test
    void aStoreThatCannotBeWrittenIsAStorageFailure() throws IOException {
        Files.writeString(folder.resolve("primary.test"), "a file where a folder has to be");

        OneDisk.assertRefused(() -> disk.declare(SIZE, 1), RefusalReason.STORAGE_FAILED, "primary.test");
    }
}
