package throughline.replica.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.Optional;
import throughline.protocol.RefusalReason;
import throughline.protocol.RefusedException;

/** Opens a store: the log says what counts; the index follows, or is made anew; what neither names goes. */
final class Opening {
    private static final String INDEX = "index.sqlite";

    private Opening() {}

    static ReplicaStore onDisk(Path folder, StoreLimits limits) throws RefusedException {
        LocalFiles.createFolders(folder);
        StoreLock lock = StoreLock.of(folder.resolve("store.lock"));
        boolean opened = false;
        try {
            ReplicaStore store =
                    open(new LocalFiles(folder), IndexPlace.in(folder.resolve(INDEX)), limits, lock::close);
            opened = true;
            return store;
        } finally {
            if (!opened) {
                lock.close();
            }
        }
    }

    static ReplicaStore inMemory(StoreLimits limits) throws RefusedException {
        return open(new MemoryFiles(), IndexPlace.inMemory(), limits, () -> {});
    }

    /** Where the index is. */
    interface IndexPlace {
        boolean exists();

        Index open() throws SQLException;

        void delete() throws IOException;

        String describe();

        static IndexPlace inMemory() {
            return new IndexPlace() {
                @Override
                public boolean exists() {
                    return false;
                }

                @Override
                public Index open() throws SQLException {
                    return Index.open(IndexDatabase.MEMORY);
                }

                @Override
                public void delete() {}

                @Override
                public String describe() {
                    return "the index in memory";
                }
            };
        }

        static IndexPlace in(Path file) {
            return new IndexPlace() {
                @Override
                public boolean exists() {
                    return Files.exists(file);
                }

                @Override
                public Index open() throws SQLException {
                    return Index.open(file.toString());
                }

                @Override
                public void delete() throws IOException {
                    for (String suffix : new String[] {"", "-wal", "-shm", "-journal"}) {
                        Files.deleteIfExists(file.resolveSibling(file.getFileName() + suffix));
                    }
                }

                @Override
                public String describe() {
                    return file.toString();
                }
            };
        }
    }

    static ReplicaStore open(StoreFiles files, IndexPlace place, StoreLimits limits, Runnable afterClose)
            throws RefusedException {
        return open(files, place, new Wanted(limits, Merge.LEAST_LOG, afterClose));
    }

    /**
     * What the store is opened with.
     *
     * @param leastLog a log that is shorter is not replaced by itself
     */
    record Wanted(StoreLimits limits, long leastLog, Runnable afterClose) {}

    static ReplicaStore open(StoreFiles files, IndexPlace place, Wanted wanted) throws RefusedException {
        files.createFolder(BlockFiles.FOLDER);
        LogFile file = ChangeLog.openFile(files, files.list(BlockFiles.FOLDER).isEmpty() && !place.exists());
        boolean opened = false;
        try {
            ReplicaStore store = open(files, file, place, wanted);
            opened = true;
            return store;
        } finally {
            if (!opened) {
                file.close();
            }
        }
    }

    private static ReplicaStore open(StoreFiles files, LogFile file, IndexPlace place, Wanted wanted)
            throws RefusedException {
        Optional<ReplicaStore> store = withIndexThatIsThere(files, file, place, wanted);
        if (store.isPresent()) {
            return store.get();
        }
        try {
            place.delete();
            return open(files, file, place.open(), LogFile.HEADER, false, wanted);
        } catch (IOException e) {
            throw e instanceof RefusedException refused ? refused : StorageFailure.of(place.describe(), e);
        } catch (SQLException e) {
            throw new RefusedException(
                    RefusalReason.STORAGE_FAILED, place.describe() + " cannot be made: " + e.getMessage(), e);
        }
    }

    /** Empty where it is missing, damaged, or follows from another log: then it is made anew. */
    private static Optional<ReplicaStore> withIndexThatIsThere(
            StoreFiles files, LogFile file, IndexPlace place, Wanted wanted) throws RefusedException {
        if (!place.exists()) {
            return Optional.empty();
        }
        try {
            Index index = place.open();
            Optional<Long> position = index.position(file.store(), file.number());
            if (position.isEmpty()) {
                index.close();
                return Optional.empty();
            }
            if (position.get() > file.end()) {
                index.close();
                throw StorageFailure.of(file.described() + " ends at " + file.end() + ", but " + place.describe()
                        + " has applied it up to " + position.get()
                        + ": the log has lost what was acknowledged; delete the index to go on with what is left");
            }
            return Optional.of(open(files, file, index, position.get(), true, wanted));
        } catch (SQLException damaged) {
            return Optional.empty();
        }
    }

    /** @param known whether the index was there, and has followed this log */
    private static ReplicaStore open(
            StoreFiles files, LogFile file, Index index, long position, boolean known, Wanted wanted)
            throws RefusedException {
        boolean opened = false;
        try {
            Space space = new Space(wanted.limits().totalSpace());
            ChangeLog log = ChangeLog.open(files, file, index, position, space);
            // An index that was there says the same as a log that is whole.
            BlockFiles blocks = new BlockFiles(files, space, index.ends(), index.highestFile(), known && !log.wasCut());
            UntilClosed untilClosed = new UntilClosed();
            Merge merge = new Merge(index, log, blocks, untilClosed, space, wanted.leastLog());
            opened = true;
            return new LoggedStore(wanted.limits(), index, log, blocks, merge, untilClosed, wanted.afterClose());
        } finally {
            if (!opened) {
                index.close();
            }
        }
    }
}
