package throughline.certs;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.stream.Stream;

/**
 * Files that appear in a folder together, or not at all. They are written into a hidden folder of the same file system,
 * which only its owner can read, and moved from there. Thread-safe: whoever closes it waits for the file that is being
 * written, or for the moves.
 */
public final class StagedFiles implements AutoCloseable {
    private final Path folder;
    private final List<String> names;
    private final boolean replace;
    /** The folders that did not exist, outermost first. */
    private final List<Path> made;

    private final Path stage;
    private boolean closed;

    private StagedFiles(Path folder, List<String> names, boolean replace, List<Path> made, Path stage) {
        this.folder = folder;
        this.names = names;
        this.replace = replace;
        this.made = made;
        this.stage = stage;
    }

    /** What goes into one file. */
    public interface Content {
        /** Creates the file, or replaces one that is being written for the second time. */
        void writeTo(Path file) throws IOException;
    }

    /**
     * Makes sure that all of the files can be written, before the first is.
     *
     * @param folder made if it is missing, when the files are published
     * @param names of the files, in the order in which they are looked for
     * @param replace whether files of these names are replaced; a folder of such a name never is
     * @throws FileAlreadyExistsException naming the first file in the way
     * @throws NotDirectoryException if the folder is something else
     */
    public static StagedFiles in(Path folder, Collection<String> names, boolean replace) throws IOException {
        if (Files.isDirectory(folder)) {
            for (String name : names) {
                requireFree(folder.resolve(name), replace);
            }
            return new StagedFiles(folder, List.copyOf(names), replace, List.of(), stageIn(folder));
        }
        if (Files.exists(folder, LinkOption.NOFOLLOW_LINKS)) {
            throw new NotDirectoryException(folder.toString());
        }
        return inNew(folder.toAbsolutePath().normalize(), names, replace);
    }

    /**
     * Writes one of the files, for now where nobody looks.
     *
     * @throws IOException if that fails, or if this is closed
     */
    public synchronized void write(String name, Content content) throws IOException {
        requireOpen();
        content.writeTo(stage.resolve(name));
    }

    /** Moves everything into the folder. If that fails on the way, the folder is left as it was found. */
    public synchronized void publish() throws IOException {
        requireOpen();
        Deque<Path[]> moved = new ArrayDeque<>();
        try {
            Files.createDirectories(folder);
            Path replaced = Files.createDirectory(stage.resolve("replaced"));
            for (String name : names) {
                Path place = folder.resolve(name);
                requireFree(place, replace);
                if (Files.exists(place, LinkOption.NOFOLLOW_LINKS)) {
                    move(place, replaced.resolve(name), moved);
                }
                move(stage.resolve(name), place, moved);
            }
        } catch (IOException failed) {
            if (!undo(moved, failed)) {
                // What could not be moved back lies in the stage, and is not to be removed with it.
                closed = true;
                throw new IOException(
                        "Not everything in " + folder + " could be put back; what was there before is in " + stage,
                        failed);
            }
            throw failed;
        }
        closed = true;
        remove(stage);
    }

    /** Removes what was not published, and the folders that were made for it. */
    @Override
    public synchronized void close() throws IOException {
        if (!closed) {
            closed = true;
            remove(stage);
            removeEmpty(made);
        }
    }

    private static StagedFiles inNew(Path folder, Collection<String> names, boolean replace) throws IOException {
        List<Path> missing = missing(folder);
        List<Path> above = missing.subList(0, missing.size() - 1);
        try {
            for (Path parent : above) {
                Files.createDirectory(parent);
            }
            Path stage = stageIn(folder.resolveSibling(""));
            return new StagedFiles(folder, List.copyOf(names), replace, missing, stage);
        } catch (IOException failed) {
            removeEmpty(above);
            throw failed;
        }
    }

    private void requireOpen() throws IOException {
        if (closed) {
            throw new IOException("Nothing more can be written to " + folder + ": it was given up, or is complete.");
        }
    }

    private static void requireFree(Path file, boolean replace) throws IOException {
        if (Files.isDirectory(file, LinkOption.NOFOLLOW_LINKS)) {
            throw new FileSystemException(file.toString(), null, "a folder has the name of a file");
        }
        if (!replace && Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
            throw new FileAlreadyExistsException(file.toString());
        }
    }

    private static List<Path> missing(Path folder) {
        Deque<Path> missing = new ArrayDeque<>();
        for (Path path = folder; path != null && !Files.exists(path); path = path.getParent()) {
            missing.addFirst(path);
        }
        return List.copyOf(missing);
    }

    private static Path stageIn(Path folder) throws IOException {
        return Files.createTempDirectory(folder, ".throughline-");
    }

    private static void move(Path from, Path to, Deque<Path[]> moved) throws IOException {
        Files.move(from, to);
        moved.push(new Path[] {from, to});
    }

    private static boolean undo(Deque<Path[]> moved, IOException cause) {
        boolean complete = true;
        for (Path[] move : moved) {
            try {
                Files.move(move[1], move[0]);
            } catch (IOException left) {
                cause.addSuppressed(left);
                complete = false;
            }
        }
        return complete;
    }

    private static void remove(Path folder) throws IOException {
        try (Stream<Path> content = Files.walk(folder)) {
            for (Path path : content.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }

    private static void removeEmpty(List<Path> folders) {
        for (int i = folders.size() - 1; i >= 0; i--) {
            try {
                Files.deleteIfExists(folders.get(i));
            } catch (IOException used) {
                // Another process has put something into it, or has taken it away: it is no longer ours to remove.
                return;
            }
        }
    }
}
