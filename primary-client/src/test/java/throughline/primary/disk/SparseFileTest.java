package throughline.primary.disk;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.net.MalformedURLException;
import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.extension.AnnotatedElementContext;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.io.TempDirFactory;
import throughline.protocol.DiskName;

/** On tmpfs, one of the file systems whose word about holes is taken; what lies below /tmp may be any. */
@EnabledOnOs(value = OS.LINUX, disabledReason = "only Linux is asked for holes")
class SparseFileTest {
    private static final int MIB = 1 << 20;

    @TempDir(factory = InSharedMemory.class)
    Path folder;

    static final class InSharedMemory implements TempDirFactory {
        @Override
        public Path createTempDirectory(AnnotatedElementContext element, ExtensionContext extension)
                throws IOException {
            return Files.createTempDirectory(Path.of("/dev/shm"), "throughline-");
        }
    }

    @Test
    void aHoleReachesToTheNextDataOrTheEnd() throws IOException {
        Path image = image("image", 10 * MIB, 4 * MIB);

        try (DiskFile file = DiskFile.open(image, StandardOpenOption.READ)) {
            assertThat(file.zerosFrom(0)).isEqualTo(4 * MIB);
            assertThat(file.zerosFrom(3 * MIB)).isEqualTo(MIB);
            assertThat(file.zerosFrom(4 * MIB)).isZero();
            assertThat(file.zerosFrom(6 * MIB)).isEqualTo(4 * MIB);
        }
    }

    @Test
    void theHolesAreThoseOfTheFileThatIsReadWhateverItsNameNowStandsFor() throws IOException {
        Path image = image("image", 10 * MIB, 4 * MIB);
        Path other = image("other", 10 * MIB, 8 * MIB);

        try (DiskFile file = DiskFile.open(image, StandardOpenOption.READ)) {
            Files.move(other, image, StandardCopyOption.REPLACE_EXISTING);

            assertThat(file.zerosFrom(0)).isEqualTo(4 * MIB);
            ByteBuffer one = ByteBuffer.allocate(1);
            file.read(4 * MIB, one);
            assertThat(one.get(0)).isEqualTo((byte) 'x');
        }
    }

    @Test
    void aFileOfAnotherFileSystemIsNotTakenForOursOfTheSamePath() throws IOException {
        Path image = image("image", 10 * MIB, 4 * MIB);
        URI archive = URI.create("jar:" + folder.resolve("archive.zip").toUri());
        try (FileSystem zip = FileSystems.newFileSystem(archive, Map.of("create", "true"))) {
            Path other = zip.getPath(image.toString());
            Files.createDirectories(other.getParent());
            Files.writeString(other, "ZIP!");

            try (DiskFile file = DiskFile.open(other, StandardOpenOption.READ)) {
                assertThat(file.size()).isEqualTo(4);
                assertThat(file.zerosFrom(0)).isZero();
            }
        }
    }

    @Test
    void aClosedFileKnowsOfNoHoles() throws IOException {
        SparseFile file = SparseFile.open(image("image", 10 * MIB, 4 * MIB)).orElseThrow();
        assertThat(file.hole(0)).isEqualTo(4 * MIB);

        file.close();

        assertThat(file.hole(0)).isZero();
    }

    @Test
    void aTrackedSnapshotThatIsBrokenOrClosedKnowsOfNoHoles() throws IOException {
        Path image = image("image", 10 * MIB, 4 * MIB);
        Keeping nowhere = new Keeping(0, folder.resolve("missing"));
        try (TrackedDisk disk = TrackedDisk.ofFile(new DiskName("d"), image, nowhere)) {
            DiskSnapshot snapshot = disk.freeze();
            assertThat(snapshot.zerosFrom(5 * MIB)).isPositive();
            disk.write(4 * MIB, ByteBuffer.wrap(new byte[1]));
            assertThat(snapshot.zerosFrom(5 * MIB)).as("broken").isZero();
            snapshot.close();

            try (DiskSnapshot next = disk.freeze()) {
                assertThat(next.zerosFrom(5 * MIB)).isPositive();
                assertThat(snapshot.zerosFrom(5 * MIB)).as("closed").isZero();
            }
        }
    }

    @Test
    void aTrackedDiskTellsOfHolesUntilTheyAreWrittenTo() throws IOException {
        Path image = image("image", 10 * MIB, 4 * MIB);

        try (TrackedDisk disk = TrackedDisk.ofFile(new DiskName("d"), image);
                DiskSnapshot snapshot = disk.freeze()) {
            assertThat(snapshot.zerosFrom(0)).isEqualTo(4 * MIB);
            disk.write(MIB, ByteBuffer.wrap(new byte[] {1}));

            assertThat(snapshot.zerosFrom(0)).isEqualTo(MIB);
            assertThat(snapshot.zerosFrom(MIB)).isZero();
        }
    }

    @Test
    void withoutJnaEveryByteIsRead() throws Exception {
        Path image = image("image", 10 * MIB, 4 * MIB);

        try (URLClassLoader without = withoutJna()) {
            Class<?> disk = without.loadClass(Disk.class.getName());
            Class<?> name = without.loadClass(DiskName.class.getName());
            Object opened = disk.getMethod("ofFile", name, Path.class)
                    .invoke(null, name.getConstructor(String.class).newInstance("d"), image);
            Object snapshot = disk.getMethod("freeze").invoke(opened);
            Class<?> snapshots = without.loadClass(DiskSnapshot.class.getName());

            assertThat(snapshots.getMethod("zerosFrom", long.class).invoke(snapshot, 0L))
                    .isEqualTo(0L);
            snapshots.getMethod("close").invoke(snapshot);
        }
    }

    private static URLClassLoader withoutJna() {
        URL[] places = Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
                .filter(place -> !place.contains("jna"))
                .map(SparseFileTest::url)
                .toArray(URL[]::new);
        return new URLClassLoader(places, ClassLoader.getPlatformClassLoader());
    }

    private static URL url(String place) {
        try {
            return Path.of(place).toUri().toURL();
        } catch (MalformedURLException e) {
            throw new AssertionError(e);
        }
    }

    /** One block of data at a place, and nothing else. */
    private Path image(String name, int size, int place) throws IOException {
        Path image = folder.resolve(name);
        try (RandomAccessFile file = new RandomAccessFile(image.toFile(), "rw")) {
            file.setLength(size);
            file.seek(place);
            file.write("x".repeat(BlockSet.BLOCK).getBytes(StandardCharsets.US_ASCII));
        }
        return image;
    }
}
