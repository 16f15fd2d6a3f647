package throughline.harness.run;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;

/**
 * A disk image to replicate: a real ext4 file system made from a folder of files where {@code mkfs.ext4} is installed,
 * otherwise a generated one. Either is 64 MiB, partly empty as disks are.
 *
 * @param file the image
 * @param description how it was made, for people
 */
public record ExampleImage(Path file, String description) {
    /** In bytes. */
    public static final long SIZE = 64L << 20;

    private static final int BLOCK = 1 << 20;
    private static final List<Path> TOOLS =
            List.of(Path.of("/usr/sbin/mkfs.ext4"), Path.of("/sbin/mkfs.ext4"), Path.of("/usr/bin/mkfs.ext4"));

    /** Makes the image in the folder; the caller owns both. */
    public static ExampleImage make(Path folder) throws IOException {
        Path image = folder.resolve("disk.img");
        Optional<Path> tool = TOOLS.stream().filter(Files::isExecutable).findFirst();
        if (tool.isPresent() && makeFileSystem(tool.get(), folder, image)) {
            return new ExampleImage(image, "an ext4 file system of 64 MiB");
        }
        generate(image);
        return new ExampleImage(image, "a generated image of 64 MiB (mkfs.ext4 is not installed: package e2fsprogs)");
    }

    private static boolean makeFileSystem(Path tool, Path folder, Path image) throws IOException {
        Path content = Files.createDirectories(folder.resolve("content"));
        writeFiles(content);
        try (RandomAccessFile file = new RandomAccessFile(image.toFile(), "rw")) {
            file.setLength(SIZE);
        }
        Process process = new ProcessBuilder(tool.toString(), "-q", "-F", "-d", content.toString(), image.toString())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        try {
            if (process.waitFor(30, TimeUnit.SECONDS) && process.exitValue() == 0) {
                return true;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            process.destroyForcibly();
            Folders.delete(content);
        }
        Files.deleteIfExists(image);
        return false;
    }

    /** Text, binary and nested folders, the same every time. */
    private static void writeFiles(Path content) throws IOException {
        Random random = new Random(20121126);
        for (int folder = 1; folder <= 8; folder++) {
            Path path = Files.createDirectories(content.resolve("folder-" + folder));
            Files.writeString(path.resolve("notes.txt"), "notes of folder " + folder + "\n".repeat(folder));
            for (int file = 1; file <= 4; file++) {
                byte[] bytes = new byte[256 << 10 << (file % 3)];
                random.nextBytes(bytes);
                Files.write(path.resolve("data-" + file + ".bin"), bytes);
            }
        }
    }

    /** Every MiB says at its beginning which one it is; a third are zeros, a third text, a third random. */
    private static void generate(Path image) throws IOException {
        Random random = new Random(20121126);
        byte[] block = new byte[BLOCK];
        try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(image))) {
            for (int number = 0; number < SIZE / BLOCK; number++) {
                switch (number % 3) {
                    case 0 -> Arrays.fill(block, (byte) 0);
                    case 1 -> Arrays.fill(block, (byte) ('a' + number % 26));
                    default -> random.nextBytes(block);
                }
                ByteBuffer.wrap(block).putLong(number);
                out.write(block);
            }
        }
    }
}
