package throughline.primary.replication;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import throughline.primary.disk.BlockSet;
import throughline.primary.disk.ByteSource;
import throughline.primary.disk.Disk;
import throughline.primary.disk.DiskSnapshot;
import throughline.protocol.DiskName;
import throughline.protocol.replication.Frame;
import throughline.protocol.replication.SliceReader;

/** What is cut out of disks makes the same disks again, read by the protocol's own reader. */
class SliceCutterTest {
    private static final int BLOCK = BlockSet.BLOCK;
    private static final int MIB = 1 << 20;

    private final Counters counters = new Counters(() -> {});
    private final byte[] first = new byte[5 * MIB + 12_345];
    private final byte[] second = new byte[3 * BLOCK];

    @ParameterizedTest
    @CsvSource({"KNOWN_LENGTH, 1", "CHUNKED, 1", "CHUNKED, 3", "DECLARED_HUGE, 64"})
    void theSlicesOfAllTogetherAreTheDisks(PayloadStyle style, int limit) throws IOException {
        fill(first, 1);
        fill(second, 2);
        ChangePlan plan = plan(false, Optional.empty(), Optional.empty());

        List<byte[]> slices = cut(plan, style, (long) limit * MIB, true);

        byte[] firstCopy = noise(first.length);
        byte[] secondCopy = noise(second.length);
        slices.forEach(slice -> apply(slice, firstCopy, secondCopy));
        assertThat(firstCopy).isEqualTo(first);
        assertThat(secondCopy).isEqualTo(second);
        assertThat(counters.progress(0).done()).isEqualTo(first.length + second.length);
    }

    @ParameterizedTest
    @EnumSource(PayloadStyle.class)
    void onZerosNoZerosAreSent(PayloadStyle style) throws IOException {
        Arrays.fill(first, 2 * MIB, 2 * MIB + 100, (byte) 7);
        Arrays.fill(first, first.length - 1, first.length, (byte) 8);
        ChangePlan plan = plan(true, Optional.empty(), Optional.empty());

        List<byte[]> slices = cut(plan, style, 64 * MIB, false);

        assertThat(slices).hasSize(1);
        // 8 bytes of start, two frames of 19 and their data, 41 of end: docs/wire.md.
        assertThat(slices.get(0)).hasSize(8 + 19 + BLOCK + 19 + first.length % BLOCK + 41);
        byte[] copy = new byte[first.length];
        apply(slices.get(0), copy, new byte[second.length]);
        assertThat(copy).isEqualTo(first);
    }

    @ParameterizedTest
    @CsvSource({"true, CHUNKED", "false, CHUNKED", "true, KNOWN_LENGTH", "false, KNOWN_LENGTH"})
    void holesAreNotReadAndArriveAsZeros(boolean onZeros, PayloadStyle style) throws IOException {
        Arrays.fill(first, 2 * MIB, 2 * MIB + 100, (byte) 7);
        Holes source = new Holes(first, 2 * MIB, 3 * MIB + 5);
        List<DiskSnapshot> snapshots =
                List.of(Disk.of(new DiskName("a"), first.length, source).freeze());
        ChangePlan plan = new ChangePlan(snapshots, List.of(Optional.empty()), List.of(Optional.empty()), onZeros);

        List<byte[]> slices = cut(plan, style, 64 * MIB, false);

        byte[] copy = onZeros ? new byte[first.length] : noise(first.length);
        slices.forEach(slice -> apply(slice, copy));
        assertThat(copy).isEqualTo(first);
        assertThat(source.readAt).allMatch(offset -> offset >= 2 * MIB && offset <= 3 * MIB);
        assertThat(counters.progress(0).done()).isEqualTo(first.length);
    }

    /** Refuses nothing, and knows that there is data only from one offset to another. */
    private static final class Holes implements ByteSource {
        private final byte[] content;
        private final int from;
        private final int to;
        private final List<Long> readAt = new ArrayList<>();

        Holes(byte[] content, int from, int to) {
            this.content = content;
            this.from = from;
            this.to = to;
        }

        @Override
        public void read(long offset, ByteBuffer target) {
            readAt.add(offset);
            target.put(content, (int) offset, target.remaining());
        }

        @Override
        public long zerosFrom(long offset) {
            return offset < from ? from - offset : offset < to ? 0 : Long.MAX_VALUE;
        }
    }

    @Test
    void disksOfZerosOnZerosAreNothingToSend() throws IOException {
        assertThat(cut(plan(true, Optional.empty(), Optional.empty()), PayloadStyle.CHUNKED, MIB, true))
                .isEmpty();
        assertThat(counters.progress(0).zeros()).isEqualTo(first.length + second.length);
    }

    @Test
    void onlyTheChangesAreRead() throws IOException {
        fill(first, 1);
        fill(second, 2);
        BlockSet changed = new BlockSet(first.length);
        changed.add(3L * BLOCK, 2L * BLOCK);
        changed.add(first.length - 1, 1);
        ChangePlan plan = plan(false, Optional.of(changed), Optional.of(new BlockSet(second.length)));

        List<byte[]> slices = cut(plan, PayloadStyle.CHUNKED, 64 * MIB, false);

        assertThat(plan.bytes()).isEqualTo(2L * BLOCK + first.length % BLOCK);
        byte[] copy = new byte[first.length];
        byte[] expected = new byte[first.length];
        System.arraycopy(first, 3 * BLOCK, expected, 3 * BLOCK, 2 * BLOCK);
        int last = first.length / BLOCK * BLOCK;
        System.arraycopy(first, last, expected, last, first.length - last);
        slices.forEach(slice -> apply(slice, copy, new byte[second.length]));
        assertThat(copy).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({"1048576", "2097152", "3000000"})
    void noSliceIsLongerThanItsLimit(long limit) throws IOException {
        new Random(5).nextBytes(first);

        List<byte[]> slices = cut(plan(false, Optional.empty(), Optional.empty()), PayloadStyle.CHUNKED, limit, true);

        assertThat(slices).allSatisfy(slice -> assertThat(slice.length).isLessThanOrEqualTo((int) limit));
        assertThat(slices.size()).isLessThanOrEqualTo((int) (first.length / (limit - BLOCK)) + 2);
    }

    @Test
    void aKnownLengthIsTheLength() throws IOException {
        fill(first, 3);
        SliceCutter cutter =
                cutter(plan(false, Optional.empty(), Optional.empty()), PayloadStyle.KNOWN_LENGTH, 2 * MIB, true);

        for (Optional<OutgoingSlice> slice = cutter.next(); slice.isPresent(); slice = cutter.next()) {
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            slice.get().writeTo(out);
            assertThat(slice.get().length()).hasValue(out.size());
        }
    }

    @Test
    void whatIsPutBackIsCutAgain() throws IOException {
        fill(first, 4);
        fill(second, 5);
        ChangePlan plan = plan(false, Optional.empty(), Optional.empty());
        SliceLimit limit = new SliceLimit(4 * MIB);
        SliceCutter cutter = cutter(plan, PayloadStyle.CHUNKED, limit, false);
        List<byte[]> arrived = new ArrayList<>();
        int number = 0;
        for (Optional<OutgoingSlice> slice = cutter.next(); slice.isPresent(); slice = cutter.next()) {
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            slice.get().writeTo(out);
            if (number++ % 2 == 0) {
                limit.refused(slice.get().limit(), Long.MAX_VALUE);
                slice.get().putBack();
            } else {
                arrived.add(out.toByteArray());
            }
            if (number > 20) {
                break;
            }
        }

        // Every second one was lost, so the disks are complete only if the others held what those had.
        arrived.addAll(cut(plan, PayloadStyle.CHUNKED, MIB, false));
        byte[] firstCopy = noise(first.length);
        byte[] secondCopy = noise(second.length);
        arrived.forEach(slice -> apply(slice, firstCopy, secondCopy));
        assertThat(firstCopy).isEqualTo(first);
        assertThat(secondCopy).isEqualTo(second);
    }

    @Test
    void textIsCompressedAndNoiseIsNot() throws IOException {
        Arrays.fill(first, 0, 4 * MIB, (byte) 'x');
        new Random(1).nextBytes(second);

        List<byte[]> slices =
                cut(plan(false, Optional.empty(), Optional.empty()), PayloadStyle.CHUNKED, 64 * MIB, true);

        assertThat(slices).hasSize(1);
        assertThat(counters.progress(0).saved()).isGreaterThan(4 * MIB - 10_000L);
        assertThat(slices.get(0).length).isBetween(second.length, second.length + 20_000);
        byte[] firstCopy = noise(first.length);
        apply(slices.get(0), firstCopy, noise(second.length));
        assertThat(firstCopy).isEqualTo(first);
    }

    private static void fill(byte[] disk, int seed) {
        Random random = new Random(seed);
        for (int block = 0; block * BLOCK < disk.length; block++) {
            byte[] content = new byte[Math.min(BLOCK, disk.length - block * BLOCK)];
            switch (random.nextInt(3)) {
                case 0 -> random.nextBytes(content);
                case 1 -> Arrays.fill(content, (byte) block);
                default -> {}
            }
            System.arraycopy(content, 0, disk, block * BLOCK, content.length);
        }
    }

    private static byte[] noise(int length) {
        byte[] noise = new byte[length];
        new Random(99).nextBytes(noise);
        return noise;
    }

    private ChangePlan plan(boolean onZeros, Optional<BlockSet> ofFirst, Optional<BlockSet> ofSecond)
            throws IOException {
        List<DiskSnapshot> snapshots =
                List.of(disk("a", first).freeze(), disk("b", second).freeze());
        return new ChangePlan(
                snapshots, List.of(ofFirst, ofSecond), List.of(Optional.empty(), Optional.empty()), onZeros);
    }

    private static Disk disk(String name, byte[] content) {
        return Disk.of(
                new DiskName(name),
                content.length,
                (offset, target) -> target.put(content, (int) offset, target.remaining()));
    }

    private List<byte[]> cut(ChangePlan plan, PayloadStyle style, long limit, boolean compress) throws IOException {
        SliceCutter cutter = cutter(plan, style, limit, compress);
        List<byte[]> slices = new ArrayList<>();
        for (Optional<OutgoingSlice> slice = cutter.next(); slice.isPresent(); slice = cutter.next()) {
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            slice.get().writeTo(out);
            slices.add(out.toByteArray());
        }
        return slices;
    }

    private SliceCutter cutter(ChangePlan plan, PayloadStyle style, long limit, boolean compress) {
        return cutter(plan, style, new SliceLimit(limit), compress);
    }

    private SliceCutter cutter(ChangePlan plan, PayloadStyle style, SliceLimit limit, boolean compress) {
        Bandwidth bandwidth = new Bandwidth(OptionalLong.empty(), Ticker.system(), new CountDownLatch(1));
        return new SliceCutter(plan, limit, counters, bandwidth, style, compress);
    }

    private static void apply(byte[] slice, byte[]... disks) {
        try {
            SliceReader reader = new SliceReader(Channels.newChannel(new ByteArrayInputStream(slice)));
            for (Optional<Frame> frame = reader.next(); frame.isPresent(); frame = reader.next()) {
                byte[] disk = disks[frame.get().disk()];
                int offset = (int) frame.get().offset();
                int length = (int) frame.get().length();
                if (frame.get() instanceof Frame.Zeros) {
                    Arrays.fill(disk, offset, offset + length, (byte) 0);
                    continue;
                }
                ByteBuffer target = ByteBuffer.wrap(disk, offset, length);
                while (reader.read(target) >= 0) {
                    // To its end, which checks the checksum.
                }
            }
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
