package throughline.replica.store;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import throughline.protocol.ChangeSetId;
import throughline.protocol.ChangeSetWriter;
import throughline.protocol.DiskDeclaration;
import throughline.protocol.DiskName;
import throughline.protocol.DiskState;
import throughline.protocol.Receipt;
import throughline.protocol.RefusalReason;
import throughline.protocol.RefusedException;

class DiskStoreTest {
    private static final PrimaryName PRIMARY = new PrimaryName("primary.test");
    private static final DiskName DISK = new DiskName("c-drive");
    private static final int SIZE = 16;
    private static final byte[] FIRST = ChangeSets.of(4, "abcd".getBytes(US_ASCII));
    private static final byte[] SECOND = ChangeSets.of(6, "XYZ".getBytes(US_ASCII));
    private static final byte[] OTHER = ChangeSets.of(4, "____".getBytes(US_ASCII));

    @TempDir
    Path folder;

    private DiskStore store;

    @BeforeEach
    void open() {
        store = new DiskStore(folder, 1 << 20);
    }

    @Test
    void aDeclaredDiskIsZeros() throws IOException {
        assertThat(declare(SIZE, 1)).isEqualTo(new DiskState(DISK, SIZE, 1, 1));

        assertThat(image()).isEqualTo("0".repeat(2 * SIZE));
        assertThat(folder.resolve("primary.test/c-drive")).isDirectoryContaining("glob:**/disk.json");
    }

    @Test
    void aLargeDiskTakesNoSpaceUntilItIsWritten() throws Exception {
        store = new DiskStore(folder, Long.MAX_VALUE);
        declare(1L << 40, 1);

        assertThat(Files.size(store.image(PRIMARY, DISK))).isEqualTo(1L << 40);
        Process du = new ProcessBuilder("du", "-k", store.image(PRIMARY, DISK).toString()).start();
        String kibibytes = new String(du.getInputStream().readAllBytes(), US_ASCII).split("\t", 2)[0];
        assertThat(Integer.parseInt(kibibytes)).isLessThan(64);
    }

    @Test
    void aReceiptNamesWhatWasApplied() throws Exception {
        declare(SIZE, 1);
        byte[] changes = ChangeSets.of(new long[] {0, 13}, "abc".getBytes(US_ASCII));

        Receipt receipt = receive(1, 1, changes);

        byte[] digest = MessageDigest.getInstance("SHA-256").digest(Arrays.copyOf(changes, changes.length - 32));
        assertThat(receipt).isEqualTo(new Receipt(DISK, 1, 1, HexFormat.of().formatHex(digest), 2, 6));
        assertThat(image()).isEqualTo("616263" + "00".repeat(10) + "616263");
    }

    @Test
    void aReceivedDiskEqualsItsSource() throws IOException {
        byte[] source = new byte[(9 << 20) + 5];
        new Random(7).nextBytes(source);
        store = new DiskStore(folder, source.length);
        declare(source.length, 1);
        ByteArrayOutputStream changes = new ByteArrayOutputStream();
        ChangeSetWriter writer = new ChangeSetWriter(changes);
        for (int offset = 0, length; offset < source.length; offset += length) {
            length = Math.min(1 + offset % 700_000, source.length - offset);
            writer.block(offset, source, offset, length);
        }
        writer.end();

        receive(1, 1, changes.toByteArray());

        assertThat(Files.readAllBytes(store.image(PRIMARY, DISK))).isEqualTo(source);
    }

    @Test
    void laterChangeSetsLieOverEarlierOnes() throws IOException {
        declare(SIZE, 1);
        receive(1, 1, FIRST);
        receive(1, 2, SECOND);

        assertThat(image()).isEqualTo("00000000" + "6162" + "58595a" + "00".repeat(7));
    }

    @Test
    void aRepetitionGetsTheSameReceiptAlsoAfterARestart() throws IOException {
        declare(SIZE, 1);
        Receipt receipt = receive(1, 1, FIRST);

        assertThat(receive(1, 1, FIRST)).isEqualTo(receipt);
        open();
        assertThat(receive(1, 1, FIRST)).isEqualTo(receipt);
        assertThat(declare(SIZE, 1).nextSequence()).isEqualTo(2);
    }

    @Test
    void aHigherEpochStartsANewHistoryOnTheSameImage() throws IOException {
        declare(SIZE, 1);
        receive(1, 1, FIRST);
        String before = image();

        assertThat(declare(SIZE, 3)).isEqualTo(new DiskState(DISK, SIZE, 3, 1));
        assertThat(image()).isEqualTo(before);
        assertThat(receive(3, 1, SECOND).epoch()).isEqualTo(3);
    }

    @Test
    void disksOfTwoPrimariesWithOneNameAreTwo() throws IOException {
        declare(SIZE, 1);
        PrimaryName other = new PrimaryName("other.test");
        store.declare(other, DISK, new DiskDeclaration(SIZE, 1));
        receive(1, 1, FIRST);

        assertThat(Files.readAllBytes(store.image(other, DISK))).isEqualTo(new byte[SIZE]);
    }

    /** Each stands after: declared with 16 bytes at epoch 2, change sets 2/1 and 2/2 applied. */
    static Stream<Arguments> refusals() {
        byte[] flipped = SECOND.clone();
        flipped[8 + 17] ^= 1;
        byte[] trailing = Arrays.copyOf(SECOND, SECOND.length + 1);
        return Stream.of(
                refusal("the last number, other content", 2, 2, OTHER, RefusalReason.SEQUENCE_CONFLICT, "applied was"),
                refusal("an earlier number", 2, 1, FIRST, RefusalReason.SEQUENCE_CONFLICT, "only the last one, 2"),
                refusal("a gap", 2, 4, SECOND, RefusalReason.OUT_OF_ORDER, "the next is 3"),
                refusal("an undeclared epoch", 3, 1, SECOND, RefusalReason.OUT_OF_ORDER, "current one is 2"),
                refusal("an older epoch", 1, 1, FIRST, RefusalReason.FENCED, "at epoch 2; epoch 1 may not"),
                refusal("one byte too far", 2, 3, at(15, 2), RefusalReason.OUTSIDE_DISK, "2 bytes at offset 15"),
                refusal("behind the end", 2, 3, at(16, 1), RefusalReason.OUTSIDE_DISK, "1 bytes at offset 16"),
                refusal(
                        "an offset near overflow",
                        2,
                        3,
                        at(Long.MAX_VALUE, 1),
                        RefusalReason.OUTSIDE_DISK,
                        "disk has 16"),
                refusal(
                        "more content than the disk holds",
                        2,
                        3,
                        ChangeSets.of(new long[] {0, 0, 0}, new byte[6]),
                        RefusalReason.MALFORMED,
                        "more than 16 bytes"),
                refusal("cut", 2, 3, Arrays.copyOf(SECOND, 30), RefusalReason.TRUNCATED, "after 1 blocks"),
                refusal("nothing", 2, 3, new byte[0], RefusalReason.TRUNCATED, "after 0 blocks"),
                refusal("a flipped byte", 2, 3, flipped, RefusalReason.CHECKSUM_MISMATCH, "CRC32C"),
                refusal("something after the end", 2, 3, trailing, RefusalReason.MALFORMED, "goes on after"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("refusals")
    void aRefusedChangeSetChangesNothing(
            String what, long epoch, long sequence, byte[] changes, RefusalReason reason, String said)
            throws IOException {
        declare(SIZE, 2);
        receive(2, 1, FIRST);
        receive(2, 2, SECOND);
        String image = image();
        List<Path> files = files();

        assertRefused(() -> receive(epoch, sequence, changes), reason, said);

        assertThat(image()).isEqualTo(image);
        assertThat(files()).isEqualTo(files);
        assertThat(declare(SIZE, 2).nextSequence()).isEqualTo(3);
        assertThat(receive(2, 2, SECOND).sequence()).isEqualTo(2);
    }

    static Stream<Arguments> declarations() {
        return Stream.of(
                Arguments.of(0L, 2L, RefusalReason.MALFORMED, "0 bytes"),
                Arguments.of(DiskDeclaration.MAXIMUM_SIZE + 1, 2L, RefusalReason.MALFORMED, "70368744177665 bytes"),
                Arguments.of((1L << 20) + 1, 2L, RefusalReason.DISK_TOO_LARGE, "takes up to 1048576"),
                Arguments.of(17L, 2L, RefusalReason.DISK_MISMATCH, "17 bytes; it has 16"),
                Arguments.of(17L, 3L, RefusalReason.DISK_MISMATCH, "17 bytes; it has 16"),
                Arguments.of(16L, 1L, RefusalReason.FENCED, "at epoch 2"),
                Arguments.of(16L, 0L, RefusalReason.MALFORMED, "epoch 0"),
                Arguments.of(16L, 1_000_000_000_000_000_000L, RefusalReason.MALFORMED, "epoch 1000000000000000000"));
    }

    @ParameterizedTest(name = "{0} bytes, epoch {1}: {2}")
    @MethodSource("declarations")
    void aRefusedDeclarationChangesNothing(long size, long epoch, RefusalReason reason, String said)
            throws IOException {
        declare(SIZE, 2);

        assertRefused(() -> declare(size, epoch), reason, said);

        assertThat(declare(SIZE, 2)).isEqualTo(new DiskState(DISK, SIZE, 2, 1));
    }

    @Test
    void anUndeclaredDiskIsUnknown() {
        assertRefused(() -> receive(1, 1, FIRST), RefusalReason.UNKNOWN_DISK, "c-drive");
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void theBodysOwnErrorIsNotTheStores() throws IOException {
        declare(SIZE, 1);
        InputStream broken = InputStream.nullInputStream();
        broken.close();

        assertThatThrownBy(() -> store.receive(PRIMARY, new ChangeSetId(DISK, 1, 1), broken))
                .isExactlyInstanceOf(IOException.class)
                .hasMessage("Stream closed");
        assertThat(files()).hasSize(2);
    }

    @Test
    void aStalledChangeSetDoesNotKeepItsRepetitionWaiting() throws Exception {
        declare(SIZE, 1);
        CountDownLatch stalled = new CountDownLatch(1);
        CountDownLatch resume = new CountDownLatch(1);
        InputStream slow = new ByteArrayInputStream(FIRST) {
            @Override
            public synchronized int read(byte[] target, int start, int length) {
                stalled.countDown();
                await(resume);
                return super.read(target, start, length);
            }
        };
        FutureTask<Receipt> first = new FutureTask<>(() -> store.receive(PRIMARY, new ChangeSetId(DISK, 1, 1), slow));
        new Thread(first, "stalled").start();
        await(stalled);

        Receipt second = receive(1, 1, FIRST);
        resume.countDown();

        assertThat(first.get()).isEqualTo(second);
    }

    @Test
    void whatWasOvertakenByAnotherEpochIsFencedAtTheEnd() throws Exception {
        declare(SIZE, 1);
        InputStream overtaken = new ByteArrayInputStream(FIRST) {
            @Override
            public synchronized int read(byte[] target, int start, int length) {
                try {
                    declare(SIZE, 2);
                } catch (IOException e) {
                    throw new AssertionError(e);
                }
                return super.read(target, start, length);
            }
        };

        assertRefused(
                () -> store.receive(PRIMARY, new ChangeSetId(DISK, 1, 1), overtaken), RefusalReason.FENCED, "epoch 2");
        assertThat(image()).isEqualTo("0".repeat(2 * SIZE));
    }

    @Test
    void whatWasOnItsWayWhenTheProcessDiedIsDiscarded() throws IOException {
        declare(SIZE, 1);
        Files.write(file("incoming-1"), FIRST);
        Files.write(file("incoming-7"), Arrays.copyOf(FIRST, 30));

        open();

        assertThat(declare(SIZE, 1).nextSequence()).isEqualTo(1);
        assertThat(files()).hasSize(2);
        assertThat(image()).isEqualTo("0".repeat(2 * SIZE));
    }

    @ParameterizedTest(name = "{0} of 2 blocks were applied")
    @MethodSource("appliedBlocks")
    void whatWasCommittedWhenTheProcessDiedIsAppliedAtTheNextTouch(int applied, String image) throws IOException {
        declare(SIZE, 1);
        byte[] changes = ChangeSets.of(new long[] {0, 12}, "abcd".getBytes(US_ASCII));
        Files.write(file("redo-1-1"), changes);
        Files.write(file("image"), HexFormat.of().parseHex(image));

        open();

        assertThat(declare(SIZE, 1).nextSequence()).isEqualTo(2);
        assertThat(image()).isEqualTo("61626364" + "00".repeat(8) + "61626364");
        assertThat(files()).hasSize(2);
        assertThat(receive(1, 1, changes).blocks()).isEqualTo(2);
    }

    static Stream<Arguments> appliedBlocks() {
        return Stream.of(
                Arguments.of(0, "00".repeat(16)),
                Arguments.of(1, "6162" + "00".repeat(14)),
                Arguments.of(2, "61626364" + "00".repeat(8) + "61626364"));
    }

    @Test
    void whatWasCountedWhenTheProcessDiedIsNotAppliedAgain() throws IOException {
        declare(SIZE, 1);
        receive(1, 1, FIRST);
        receive(1, 2, SECOND);
        String image = image();
        // Had it not been counted, this content would show.
        Files.write(file("redo-1-2"), OTHER);

        open();

        assertThat(declare(SIZE, 1).nextSequence()).isEqualTo(3);
        assertThat(image()).isEqualTo(image);
        assertThat(files()).hasSize(2);
    }

    @Test
    void anInterruptedApplicationIsFinishedAtTheNextTouch() throws IOException {
        declare(SIZE, 1);
        Thread.currentThread().interrupt();
        try {
            assertThatThrownBy(() -> receive(1, 1, FIRST))
                    .isInstanceOfSatisfying(
                            RefusedException.class,
                            e -> assertThat(e.reason())
                                    .isIn(RefusalReason.SHUTTING_DOWN, RefusalReason.STORAGE_FAILED));
        } finally {
            Thread.interrupted();
        }

        assertThat(receive(1, 1, FIRST).sequence()).isEqualTo(1);
        assertThat(image()).isEqualTo("00000000" + "61626364" + "00".repeat(8));
        assertThat(files()).hasSize(2);
    }

    @Test
    void aDamagedRecordIsAStorageFailureThatNamesTheFile() throws IOException {
        declare(SIZE, 1);
        Files.writeString(file("disk.json"), "{\"size\":");

        assertRefused(
                () -> receive(1, 1, FIRST),
                RefusalReason.STORAGE_FAILED,
                file("disk.json").toString());
    }

    @Test
    void aDamagedImageIsAStorageFailureAndTheChangeSetWaits() throws IOException {
        declare(SIZE, 1);
        Files.write(file("image"), new byte[SIZE - 1]);
        assertRefused(() -> receive(1, 1, FIRST), RefusalReason.STORAGE_FAILED, "has 15 bytes, declared are 16");

        Files.write(file("image"), new byte[SIZE]);

        assertThat(declare(SIZE, 1).nextSequence()).isEqualTo(2);
        assertThat(image()).isEqualTo("00000000" + "61626364" + "00".repeat(8));
    }

    @Test
    void aStoreThatCannotBeWrittenIsAStorageFailure() throws IOException {
        Files.writeString(folder.resolve("primary.test"), "a file where a folder has to be");

        assertRefused(() -> declare(SIZE, 1), RefusalReason.STORAGE_FAILED, "primary.test");
    }

    private DiskState declare(long size, long epoch) throws IOException {
        return store.declare(PRIMARY, DISK, new DiskDeclaration(size, epoch));
    }

    private Receipt receive(long epoch, long sequence, byte[] changes) throws IOException {
        return store.receive(PRIMARY, new ChangeSetId(DISK, epoch, sequence), new ByteArrayInputStream(changes));
    }

    private String image() throws IOException {
        return HexFormat.of().formatHex(Files.readAllBytes(store.image(PRIMARY, DISK)));
    }

    private Path file(String name) {
        return folder.resolve("primary.test").resolve("c-drive").resolve(name);
    }

    private List<Path> files() throws IOException {
        try (Stream<Path> files = Files.list(file(""))) {
            return files.sorted().toList();
        }
    }

    private static void assertRefused(ThrowingCallable call, RefusalReason reason, String said) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        RefusedException.class, e -> assertThat(e.reason()).isEqualTo(reason))
                .hasMessageContaining(said);
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(10, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private static byte[] at(long offset, int length) {
        return ChangeSets.of(offset, new byte[length]);
    }

    private static Arguments refusal(
            String what, long epoch, long sequence, byte[] changes, RefusalReason reason, String said) {
        return Arguments.of(what, epoch, sequence, changes, reason, said);
    }
}
