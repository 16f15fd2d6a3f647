package throughline.primary.replication;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import throughline.primary.disk.BlockSet;
import throughline.primary.disk.ByteSource;
import throughline.primary.disk.Disk;
import throughline.primary.disk.DiskSnapshot;
import throughline.protocol.DiskName;
import throughline.protocol.replication.BlockDigests;
import throughline.protocol.replication.DigestKey;

class DigestComparisonTest {
    private static final int BLOCK = BlockSet.BLOCK;

    @Test
    void blocksThatDifferAreFound() throws IOException {
        byte[] ours = new byte[40 * BLOCK + 77];
        new Random(1).nextBytes(ours);
        Arrays.fill(ours, 5 * BLOCK, 8 * BLOCK, (byte) 0);
        byte[] theirs = ours.clone();
        theirs[6 * BLOCK + 9] = 1;
        theirs[17 * BLOCK]++;
        theirs[theirs.length - 1]++;
        AtomicInteger asked = new AtomicInteger();

        BlockSet differing = compare(ours, (key, first, count) -> {
            asked.incrementAndGet();
            return digests(theirs, key, first, count);
        });

        BlockSet expected = new BlockSet(ours.length);
        expected.add(6 * BLOCK, 1);
        expected.add(17 * BLOCK, 1);
        expected.add(40 * BLOCK, 77);
        for (long block = 0; block <= 40; block++) {
            assertThat(differing.contains(block)).as("block " + block).isEqualTo(expected.contains(block));
        }
        assertThat(asked).hasValue(1);
    }

    @Test
    void aHoleIsComparedWithoutBeingRead() throws IOException {
        byte[] theirs = new byte[40 * BLOCK + 77];
        theirs[17 * BLOCK + 3]++;
        Disk hole = Disk.of(new DiskName("d"), theirs.length, new ByteSource() {
            @Override
            public void read(long offset, ByteBuffer target) {
                throw new AssertionError("read at " + offset);
            }

            @Override
            public long zerosFrom(long offset) {
                return theirs.length - offset;
            }
        });

        BlockSet differing = compare(hole, (key, first, count) -> digests(theirs, key, first, count));

        assertThat(differing.bytes()).isEqualTo(BLOCK);
        assertThat(differing.contains(17)).isTrue();
    }

    private static BlockSet compare(byte[] ours, PendingDigests theirs) throws IOException {
        Disk disk = Disk.of(
                new DiskName("d"), ours.length, (offset, target) -> target.put(ours, (int) offset, target.remaining()));
        return compare(disk, theirs);
    }

    private static BlockSet compare(Disk disk, PendingDigests theirs) throws IOException {
        try (DiskSnapshot snapshot = disk.freeze()) {
            DigestComparison comparison = new DigestComparison(snapshot, Optional.empty());
            comparison.run(theirs);
            return comparison.differing();
        }
    }

    private static byte[] digests(byte[] content, DigestKey key, long first, int count) {
        byte[] digests = new byte[count * BlockDigests.LENGTH];
        for (int i = 0; i < count; i++) {
            int start = (int) (first + i) * BLOCK;
            int length = Math.min(BLOCK, content.length - start);
            new BlockDigests(key).digest(content, start, length, digests, i * BlockDigests.LENGTH);
        }
        return digests;
    }
}
