package throughline.benchmarks.paired;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Random;

/** Files that stand for disks: incompressible, the same for the same seed. */
final class Image {
    static final int BLOCK = 64 << 10;
    private static final int PIECE = 1 << 20;

    private Image() {}

    /** As much random content. */
    static void dense(Path file, long bytes, long seed) throws IOException {
        sparse(file, bytes, bytes, seed);
    }

    /** Random content in pieces of 1 MiB, evenly spread over the size; holes between them. */
    static void sparse(Path file, long size, long data, long seed) throws IOException {
        long pieces = data / PIECE;
        long distance = size / pieces / BLOCK * BLOCK;
        Random random = new Random(seed);
        byte[] piece = new byte[PIECE];
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            for (long i = 0; i < pieces; i++) {
                random.nextBytes(piece);
                channel.write(ByteBuffer.wrap(piece), i * distance);
            }
            if (channel.size() < size) {
                channel.write(ByteBuffer.wrap(new byte[1]), size - 1);
            }
        }
    }

    /** Overwrites blocks of 64 KiB anywhere with new random content. */
    static void change(Path file, long blocks, long seed) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            change(channel.size(), blocks, seed, channel::write);
        }
    }

    static void change(long size, long blocks, long seed, Target target) throws IOException {
        Random random = new Random(seed);
        byte[] block = new byte[BLOCK];
        for (long i = 0; i < blocks; i++) {
            random.nextBytes(block);
            target.write(ByteBuffer.wrap(block), random.nextInt(Math.toIntExact(size / BLOCK)) * (long) BLOCK);
        }
    }

    /** Where blocks are written. */
    interface Target {
        void write(ByteBuffer block, long offset) throws IOException;
    }
}
