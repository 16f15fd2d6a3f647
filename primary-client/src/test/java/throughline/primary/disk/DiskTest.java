package throughline.primary.disk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import throughline.protocol.DiskName;

class DiskTest {
    private static final DiskName NAME = new DiskName("d");

    @Test
    void aFileIsReadAnywhere(@TempDir Path folder) throws IOException {
        Path file = Files.writeString(folder.resolve("image"), "0123456789");

        Disk disk = Disk.ofFile(NAME, file);

        assertThat(disk.size()).isEqualTo(10);
        try (DiskSnapshot snapshot = disk.freeze()) {
            assertThat(read(snapshot, 3, 4)).asString().isEqualTo("3456");
            assertThat(snapshot.changes()).isEmpty();
        }
    }

    @Test
    void anEmptyFileIsNoDisk(@TempDir Path folder) throws IOException {
        Path file = Files.createFile(folder.resolve("image"));

        assertThatThrownBy(() -> Disk.ofFile(NAME, file))
                .isInstanceOf(IOException.class)
                .hasMessage(file + " is empty; a disk has at least one byte");
    }

    @Test
    void aFileThatBecameShorterSaysSo(@TempDir Path folder) throws IOException {
        Path file = Files.writeString(folder.resolve("image"), "0123456789");
        Disk disk = Disk.ofFile(NAME, file);

        try (DiskSnapshot snapshot = disk.freeze()) {
            Files.writeString(file, "0123");
            assertThatThrownBy(() -> read(snapshot, 3, 4))
                    .hasMessage(file + " became shorter while it was read; a disk keeps its size");
        }
    }

    /** Its first bytes alone would be replicated, with a receipt each time. */
    @Test
    void aFileThatHasGrownIsNotReplicatedInPart(@TempDir Path folder) throws IOException {
        Path file = Files.writeString(folder.resolve("image"), "0123456789");
        Disk disk = Disk.ofFile(NAME, file);
        Files.writeString(file, "0123456789abc");

        assertThatThrownBy(disk::freeze)
                .hasMessage(file + " has 13 bytes now, and had 10 at first; a disk keeps its size");
    }

    @Test
    void aFileThatIsGoneSaysSo(@TempDir Path folder) throws IOException {
        Path file = Files.writeString(folder.resolve("image"), "0123456789");
        Disk disk = Disk.ofFile(NAME, file);
        Files.delete(file);

        assertThatThrownBy(disk::freeze).hasMessage(file + " is not there any more");
    }

    @Test
    void aSourceThatLeavesSomethingOutSaysSo() throws IOException {
        Disk disk = Disk.of(NAME, 10, (offset, target) -> target.put((byte) 1));

        try (DiskSnapshot snapshot = disk.freeze()) {
            assertThatThrownBy(() -> read(snapshot, 3, 4)).hasMessage("the source left 3 bytes out from offset 4");
        }
    }

    static byte[] read(DiskSnapshot snapshot, long offset, int length) throws IOException {
        ByteBuffer target = ByteBuffer.allocate(length);
        snapshot.read(offset, target);
        return target.array();
    }
}
