package throughline.primary.disk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import throughline.protocol.DiskName;

class TrackedDiskTest {
    private static final int BLOCK = 65536;
    private static final int SIZE = 10 * BLOCK + 1234;

    @TempDir
    Path folder;

    private final Memory memory = new Memory(SIZE);
    private TrackedDisk disk = disk("d", memory, 1 << 20);

    private TrackedDisk disk(String name, ByteStore store, long keptInMemory) {
        return TrackedDisk.of(
                new DiskName(name), SIZE, store, new Keeping(keptInMemory, folder == null ? Path.of(".") : folder));
    }

    @Test
    void atFirstNobodyKnowsWhatChanged() throws IOException {
        write(disk, 0, "x");

        try (DiskSnapshot snapshot = disk.freeze()) {
            assertThat(snapshot.changes()).isEmpty();
        }
    }

    @Test
    void afterAnAcknowledgementOnlyWhatIsWrittenCounts() throws IOException {
        write(disk, 0, "x");
        acknowledge(disk);

        write(disk, 3 * BLOCK - 1, "xy");

        assertChanges(disk, 2L, 3L);
    }

    @Test
    void whatWasNotAcknowledgedIsChangedStill() throws IOException {
        acknowledge(disk);
        write(disk, BLOCK, "x");
        disk.freeze().close();
        write(disk, 5 * BLOCK, "x");

        assertChanges(disk, 1L, 5L);
    }

    @Test
    void whatWasNeverAcknowledgedStaysUnknown() throws IOException {
        disk.freeze().close();

        try (DiskSnapshot snapshot = disk.freeze()) {
            assertThat(snapshot.changes()).isEmpty();
        }
    }

    @Test
    void whatIsWrittenWhileASnapshotIsOpenBelongsToTheNext() throws IOException {
        acknowledge(disk);
        write(disk, BLOCK, "old");
        try (DiskSnapshot snapshot = disk.freeze()) {
            write(disk, BLOCK, "new");
            assertThat(DiskTest.read(snapshot, BLOCK, 3)).asString().isEqualTo("old");
            snapshot.acknowledged();
        }

        assertChanges(disk, 1L);
        assertThat(new String(memory.content, BLOCK, 3, StandardCharsets.US_ASCII))
                .isEqualTo("new");
    }

    @Test
    void aWriteThatFailsCountsAsChanged() throws IOException {
        acknowledge(disk);
        memory.failing = true;
        assertThatThrownBy(() -> write(disk, BLOCK, "x")).isInstanceOf(IOException.class);
        memory.failing = false;

        assertChanges(disk, 1L);
    }

    @Test
    void aSnapshotThatCannotKeepWhatIsOverwrittenFailsAndTheWriteDoesNot() throws IOException {
        TrackedDisk cramped = TrackedDisk.of(
                new DiskName("d"),
                SIZE,
                memory,
                new Keeping(0, folder.resolve("not").resolve("there")));
        try (DiskSnapshot snapshot = cramped.freeze()) {
            write(cramped, 0, "new");

            assertThat(new String(memory.content, 0, 3, StandardCharsets.US_ASCII))
                    .isEqualTo("new");
            assertThatThrownBy(() -> DiskTest.read(snapshot, 5 * BLOCK, 1))
                    .isInstanceOf(IOException.class)
                    .hasMessageStartingWith("what was overwritten while the snapshot was open could not be kept: ");
        }
    }

    @Test
    void aSecondSnapshotAtATimeIsRefused() {
        try (DiskSnapshot first = disk.freeze()) {
            assertThat(first.size()).isEqualTo(SIZE);
            assertThatThrownBy(() -> disk.freeze())
                    .hasMessage("a snapshot of d is open already; accepted is one at a time");
        }
    }

    @Test
    void whereOneDiskCannotBeFrozenTheOthersAreGivenBack() throws IOException {
        TrackedDisk other = disk("e", new Memory(SIZE), 0);
        try (DiskSnapshot busy = other.freeze()) {
            assertThat(busy.size()).isEqualTo(SIZE);
            assertThatThrownBy(() -> TrackedDisk.freezeAll(List.of(disk, other)))
                    .isInstanceOf(IllegalStateException.class);
        }

        TrackedDisk.freezeAll(List.of(disk, other)).forEach(DiskSnapshot::close);
    }

    /** A writer goes from the first disk to the second with the same number: no snapshot shows the second one ahead. */
    @Test
    void snapshotsOfSeveralDisksShowOneMoment() throws Exception {
        TrackedDisk second = disk("e", new Memory(SIZE), 1 << 20);
        boolean[] stop = new boolean[1];
        Thread writer = new Thread(() -> {
            for (int i = 1; ; i++) {
                synchronized (stop) {
                    if (stop[0]) {
                        return;
                    }
                }
                try {
                    disk.write(0, ByteBuffer.allocate(4).putInt(0, i));
                    second.write(0, ByteBuffer.allocate(4).putInt(0, i));
                } catch (IOException e) {
                    throw new AssertionError(e);
                }
            }
        });
        writer.start();
        for (int round = 0; round < 100; round++) {
            List<DiskSnapshot> both = TrackedDisk.freezeAll(List.of(second, disk));
            int ofSecond = ByteBuffer.wrap(DiskTest.read(both.get(0), 0, 4)).getInt();
            int ofFirst = ByteBuffer.wrap(DiskTest.read(both.get(1), 0, 4)).getInt();
            both.forEach(DiskSnapshot::close);
            assertThat(ofFirst - ofSecond).isBetween(0, 1);
        }
        synchronized (stop) {
            stop[0] = true;
        }
        writer.join();
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 2 * BLOCK, 1 << 20})
    void aSnapshotShowsOneMomentWhateverIsWritten(long keptInMemory) throws IOException {
        Random random = new Random(keptInMemory + 7);
        TrackedDisk tracked = disk("m", memory, keptInMemory);
        acknowledge(tracked);
        for (int round = 0; round < 10; round++) {
            List<Long> touched = new ArrayList<>();
            for (int i = 0; i < 5; i++) {
                touched.addAll(writeSomewhere(tracked, random));
            }
            byte[] moment = memory.content.clone();
            try (DiskSnapshot snapshot = tracked.freeze()) {
                List<Long> changed = BlockSetTest.blocks(snapshot.changes().orElseThrow());
                assertThat(changed)
                        .isEqualTo(touched.stream().distinct().sorted().toList());
                for (int i = 0; i < 20; i++) {
                    writeSomewhere(tracked, random);
                    assertShows(snapshot, changed.get(random.nextInt(changed.size())), moment, random);
                }
                for (long block : changed) {
                    assertShows(snapshot, block, moment, random);
                }
                snapshot.acknowledged();
            }
            acknowledge(tracked);
        }
        try (Stream<Path> left = Files.list(folder)) {
            assertThat(left).as("files left over").isEmpty();
        }
    }

    @Test
    void oneReadGivesWhatIsKeptAndWhatIsNot() throws IOException {
        new Random(3).nextBytes(memory.content);
        byte[] moment = memory.content.clone();
        try (DiskSnapshot snapshot = disk.freeze()) {
            for (int block : new int[] {1, 2, 5, 10}) {
                write(disk, (long) block * BLOCK + 7, "new");
            }

            assertThat(DiskTest.read(snapshot, 0, SIZE)).isEqualTo(moment);
            assertThat(DiskTest.read(snapshot, BLOCK + 5, 5 * BLOCK))
                    .isEqualTo(Arrays.copyOfRange(moment, BLOCK + 5, 6 * BLOCK + 5));
        }
    }

    private static void assertShows(DiskSnapshot snapshot, long block, byte[] moment, Random random)
            throws IOException {
        int start = (int) block * BLOCK + random.nextInt(100);
        int length = Math.min(BLOCK - 100, SIZE - start);
        assertThat(DiskTest.read(snapshot, start, length)).isEqualTo(Arrays.copyOfRange(moment, start, start + length));
    }

    private static List<Long> writeSomewhere(TrackedDisk disk, Random random) throws IOException {
        int length = 1 + random.nextInt(2 * BLOCK);
        int offset = random.nextInt(SIZE - length);
        byte[] content = new byte[length];
        random.nextBytes(content);
        disk.write(offset, ByteBuffer.wrap(content));
        List<Long> touched = new ArrayList<>();
        for (long block = offset / BLOCK; block <= (offset + length - 1) / BLOCK; block++) {
            touched.add(block);
        }
        return touched;
    }

    private static void assertChanges(TrackedDisk disk, Long... blocks) {
        try (DiskSnapshot snapshot = disk.freeze()) {
            assertThat(BlockSetTest.blocks(snapshot.changes().orElseThrow())).containsExactly(blocks);
        }
    }

    private static void acknowledge(TrackedDisk disk) {
        try (DiskSnapshot snapshot = disk.freeze()) {
            snapshot.acknowledged();
        }
    }

    private static void write(TrackedDisk disk, long offset, String text) throws IOException {
        disk.write(offset, ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII)));
    }

    private static final class Memory implements ByteStore {
        private final byte[] content;
        private boolean failing;

        Memory(int size) {
            content = new byte[size];
        }

        @Override
        public void read(long offset, ByteBuffer target) {
            target.put(content, (int) offset, target.remaining());
        }

        @Override
        public void write(long offset, ByteBuffer bytes) throws IOException {
            if (failing) {
                throw new IOException("no");
            }
            bytes.get(content, (int) offset, bytes.remaining());
        }
    }
}
