package throughline.harness.middlebox.external;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.UserPrincipal;
import org.jspecify.annotations.Nullable;

/** The temporary folder of one process: its configuration, keys and logs. Nobody else may enter it. */
final class OwnFolder {
    /** Who a program becomes that was started by root. */
    static final String UNPRIVILEGED = "nobody";

    private static final Path SHARED_MEMORY = Path.of("/dev/shm");

    private final Path path;

    private OwnFolder(Path path) {
        this.path = path;
    }

    /** Below the system's folder for temporary files. */
    static OwnFolder create(String name) {
        try {
            return new OwnFolder(Files.createTempDirectory("throughline-" + name + "-"));
        } catch (IOException e) {
            throw new UncheckedIOException("no folder for " + name, e);
        }
    }

    /** Whether programs give up their rights when they start: then what lies here has to be theirs. */
    static boolean asRoot() {
        return root() && !alone();
    }

    /** Whether this is root of a user namespace in which there is nobody else, as whom a program could go on. */
    static boolean asRootOfItself() {
        return root() && alone();
    }

    private static boolean root() {
        return "root".equals(System.getProperty("user.name"));
    }

    /** user_namespaces(7): one line for each range of users; the third number says how many. */
    private static boolean alone() {
        try {
            return Files.readString(Path.of("/proc/self/uid_map")).strip().matches("\\d+\\s+\\d+\\s+1");
        } catch (IOException notLinux) {
            return false;
        }
    }

    Path path() {
        return path;
    }

    /** Unique on this machine, letters and digits only, and short: squid takes 32 of them. */
    String name() {
        return "tl" + path.getFileName().toString().replaceAll("[^0-9]", "");
    }

    Path file(String name) {
        return path.resolve(name);
    }

    Path write(String name, String content) {
        try {
            return Files.writeString(file(name), content);
        } catch (IOException e) {
            throw new UncheckedIOException(file(name) + " cannot be written", e);
        }
    }

    /** What a program has written there so far; empty before it has begun. */
    String read(String name) {
        try {
            return Files.exists(file(name)) ? Files.readString(file(name)) : "";
        } catch (IOException e) {
            return "";
        }
    }

    /** Gives all of it to the unprivileged user, where root starts the program. */
    void handOver() {
        if (!asRoot()) {
            return;
        }
        try (DirectoryStream<Path> files = Files.newDirectoryStream(path)) {
            UserPrincipal user =
                    path.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByName(UNPRIVILEGED);
            Files.setOwner(path, user);
            for (Path file : files) {
                Files.setOwner(file, user);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(path + " cannot be given to " + UNPRIVILEGED, e);
        }
    }

    /** With the shared memory of a program that was given {@link #name()}. */
    void delete() {
        try {
            Files.walkFileTree(path, new Deletion());
            if (Files.isDirectory(SHARED_MEMORY)) {
                try (DirectoryStream<Path> segments = Files.newDirectoryStream(SHARED_MEMORY, name() + "-*")) {
                    for (Path segment : segments) {
                        Files.deleteIfExists(segment);
                    }
                }
            }
        } catch (IOException e) {
            // What is left lies in the system's folders for temporary files.
        }
    }

    private static final class Deletion extends SimpleFileVisitor<Path> {
        @Override
        public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
            Files.deleteIfExists(file);
            return FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult visitFileFailed(Path file, IOException failure) {
            return FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult postVisitDirectory(Path folder, @Nullable IOException failure) throws IOException {
            Files.deleteIfExists(folder);
            return FileVisitResult.CONTINUE;
        }
    }
}
