package throughline.benchmarks.paired;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.CRC32C;

/** What is done with files and folders. */
final class Folders {
    private static final int BUFFER = 1 << 20;

    private Folders() {}

    /** With everything in it; nothing where it is not there. */
    static void delete(Path folder) throws IOException {
        if (!Files.exists(folder)) {
            return;
        }
        List<Path> paths;
        try (Stream<Path> walk = Files.walk(folder)) {
            paths = walk.sorted(Comparator.reverseOrder()).toList();
        }
        for (Path path : paths) {
            Files.deleteIfExists(path);
        }
    }

    /** With everything in it. */
    static void copy(Path from, Path to) throws IOException {
        List<Path> paths;
        try (Stream<Path> walk = Files.walk(from)) {
            paths = walk.sorted().toList();
        }
        for (Path path : paths) {
            Files.copy(path, to.resolve(from.relativize(path)), StandardCopyOption.REPLACE_EXISTING);
        }
    }

    /** CRC32C of everything, in hexadecimal digits. */
    static String crc(InputStream content) throws IOException {
        CRC32C crc = new CRC32C();
        byte[] buffer = new byte[BUFFER];
        for (int got = content.read(buffer); got >= 0; got = content.read(buffer)) {
            crc.update(buffer, 0, got);
        }
        return Long.toHexString(crc.getValue());
    }
}
