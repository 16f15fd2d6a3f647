package throughline.replica.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import throughline.protocol.ChangeSetId;
import throughline.protocol.DiskDeclaration;
import throughline.protocol.DiskName;
import throughline.protocol.DiskState;
import throughline.protocol.Receipt;
import throughline.protocol.RefusalReason;
import throughline.protocol.RefusedException;

/** One disk of one primary in a store, and what lies in its folder. */
final class OneDisk {
    static final PrimaryName PRIMARY = new PrimaryName("primary.test");
    static final DiskName NAME = new DiskName("c-drive");

    private final Path folder;
    DiskStore store;

    OneDisk(Path folder, long largestDisk) {
        this.folder = folder;
        this.store = new DiskStore(folder, largestDisk);
    }

    /** As another process would find it. */
    void reopen() {
        store = new DiskStore(folder, 1 << 20);
    }

    DiskState declare(long size, long epoch) throws IOException {
        return store.declare(PRIMARY, NAME, new DiskDeclaration(size, epoch));
    }

    Receipt receive(long epoch, long sequence, byte[] changes) throws IOException {
        return receive(epoch, sequence, new ByteArrayInputStream(changes));
    }

    Receipt receive(long epoch, long sequence, InputStream changes) throws IOException {
        return store.receive(PRIMARY, new ChangeSetId(NAME, epoch, sequence), changes);
    }

    /** In hex. */
    String image() throws IOException {
        return HexFormat.of().formatHex(Files.readAllBytes(store.image(PRIMARY, NAME)));
    }

    Path file(String name) {
        return folder.resolve("primary.test").resolve("c-drive").resolve(name);
    }

    List<Path> files() throws IOException {
        try (Stream<Path> files = Files.list(file(""))) {
            return files.sorted().toList();
        }
    }

    static void assertRefused(ThrowingCallable call, RefusalReason reason, String said) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        RefusedException.class, e -> assertThat(e.reason()).isEqualTo(reason))
                .hasMessageContaining(said);
    }
}
