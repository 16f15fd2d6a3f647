package throughline.benchmarks.paired;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Random;

/** What the two disks of a machine hold in each version, by a seed alone: whoever knows it can check all of it. */
final class Versions {
    /** The second is no multiple of a block. */
    static final List<Integer> SIZES = List.of(6 << 20, (3 << 20) + 4096);

    private static final int CHANGES = 40;
    private static final int GRAIN = 4096;

    private final long seed;

    Versions(long seed) {
        this.seed = seed;
    }

    /** Writes what makes this version out of the one before; version 0 out of anything. Twice comes to the same as once. */
    void apply(long version, Target target) throws IOException {
        Random random = new Random(seed * 1_000_003 + version);
        for (int disk = 0; disk < SIZES.size(); disk++) {
            int size = SIZES.get(disk);
            if (version == 0) {
                target.write(disk, 0, random(random, size));
                continue;
            }
            for (int i = 0; i < CHANGES; i++) {
                int length = GRAIN * (1 + random.nextInt(16));
                target.write(disk, (long) GRAIN * random.nextInt((size - length) / GRAIN + 1), random(random, length));
            }
        }
    }

    private static ByteBuffer random(Random random, int length) {
        byte[] content = new byte[length];
        random.nextBytes(content);
        return ByteBuffer.wrap(content);
    }

    /** Where it is written to. */
    interface Target {
        void write(int disk, long offset, ByteBuffer content) throws IOException;
    }
}
