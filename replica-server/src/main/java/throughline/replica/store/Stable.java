package throughline.replica.store;

import java.io.File;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.jspecify.annotations.Nullable;
import throughline.protocol.RefusalReason;
import throughline.protocol.RefusedException;

/** Writing so that it survives a loss of power, and one face for everything that goes wrong with it. */
final class Stable {
    private Stable() {}

    /** Something done to a path. */
    interface Action {
        void run() throws IOException;
    }

    /** Runs it; a failure of the storage is refused as such, a refusal stays what it is. */
    static void attempt(Path path, Action action) throws RefusedException {
        try {
            action.run();
        } catch (RefusedException refused) {
            throw refused;
        } catch (IOException e) {
            throw failed(path, e);
        }
    }

    static RefusedException failed(Path path, IOException cause) {
        String reason = cause instanceof FileSystemException failure && failure.getReason() != null
                ? failure.getReason()
                : cause.getClass().getSimpleName() + (cause.getMessage() == null ? "" : ": " + cause.getMessage());
        return new RefusedException(RefusalReason.STORAGE_FAILED, path + ": " + reason, cause);
    }

    /** The file holds either its old content or all of the new one, whenever the power goes. */
    static void write(Path file, byte[] content) throws IOException {
        Path fresh = file.resolveSibling(file.getFileName() + ".new");
        try (FileOutputStream out = new FileOutputStream(fresh.toFile())) {
            out.write(content);
            out.getFD().sync();
        }
        replace(fresh, file);
    }

    /** Moves a forced file, atomically, and forces the folder. */
    static void replace(Path from, Path to) throws IOException {
        Files.move(from, to, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        forceFolder(to.toAbsolutePath().getParent());
    }

    /** Creates missing folders down to this one, and forces the entry of each. */
    static void createFolder(Path folder) throws IOException {
        Path absolute = folder.toAbsolutePath();
        if (Files.isDirectory(absolute)) {
            return;
        }
        Path parent = absolute.getParent();
        if (parent != null) {
            createFolder(parent);
        }
        Files.createDirectories(absolute);
        forceFolder(parent);
    }

    private static void forceFolder(@Nullable Path folder) throws IOException {
        // Windows does not open folders; there the file system's own journal holds the move.
        if (folder == null || File.separatorChar == '\\') {
            return;
        }
        try (FileChannel channel = FileChannel.open(folder)) {
            channel.force(true);
        }
    }
}
