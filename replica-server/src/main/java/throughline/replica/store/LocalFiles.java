package throughline.replica.store;

import java.io.File;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import throughline.protocol.RefusedException;

/** Files in a folder of this machine. */
final class LocalFiles implements StoreFiles {
    private final Path folder;

    LocalFiles(Path folder) {
        this.folder = folder;
    }

    /** Creates missing folders down to this one, and forces the entry of each. */
    static void createFolders(Path folder) throws RefusedException {
        try {
            create(folder.toAbsolutePath());
        } catch (IOException e) {
            throw StorageFailure.of(folder.toString(), e);
        }
    }

    @Override
    public StoreFile create(String name) throws RefusedException {
        return new LocalFile(
                folder.resolve(name),
                StandardOpenOption.READ,
                StandardOpenOption.WRITE,
                StandardOpenOption.CREATE,
                StandardOpenOption.TRUNCATE_EXISTING);
    }

    @Override
    public StoreFile open(String name) throws RefusedException {
        return new LocalFile(folder.resolve(name), StandardOpenOption.READ, StandardOpenOption.WRITE);
    }

    @Override
    public List<String> list(String name) throws RefusedException {
        try (Stream<Path> files = Files.list(folder.resolve(name))) {
            return files.map(file -> String.valueOf(file.getFileName()))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw StorageFailure.of(describe(name), e);
        }
    }

    @Override
    public void createFolder(String name) throws RefusedException {
        createFolders(folder.resolve(name));
    }

    @Override
    public void rename(String from, String to) throws RefusedException {
        attempt(
                from,
                () -> Files.move(
                        folder.resolve(from),
                        folder.resolve(to),
                        StandardCopyOption.ATOMIC_MOVE,
                        StandardCopyOption.REPLACE_EXISTING));
    }

    @Override
    public void delete(String name) throws RefusedException {
        attempt(name, () -> Files.deleteIfExists(folder.resolve(name)));
    }

    @Override
    public void forceFolder(String name) throws RefusedException {
        attempt(name, () -> force(folder.resolve(name)));
    }

    @Override
    public String describe(String name) {
        return folder.resolve(name).toString();
    }

    private interface Action {
        void run() throws IOException;
    }

    private void attempt(String name, Action action) throws RefusedException {
        try {
            action.run();
        } catch (IOException e) {
            throw StorageFailure.of(describe(name), e);
        }
    }

    private static void create(Path folder) throws IOException {
        if (Files.isDirectory(folder)) {
            return;
        }
        Path parent = folder.getParent();
        if (parent != null) {
            create(parent);
        }
        Files.createDirectories(folder);
        force(parent);
    }

    private static void force(@Nullable Path folder) throws IOException {
        // Windows does not open folders; there the file system's own journal holds the move.
        if (folder == null || File.separatorChar == '\\') {
            return;
        }
        try (FileChannel channel = FileChannel.open(folder)) {
            channel.force(true);
        }
    }
}
