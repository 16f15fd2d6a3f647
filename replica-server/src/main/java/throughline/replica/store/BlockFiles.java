package throughline.replica.store;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import throughline.protocol.RefusalReason;
import throughline.protocol.RefusedException;

/**
 * The files that hold the data of slices, each written to by one slice at a time. A file's number is never given to another.
 * Thread-safe.
 */
final class BlockFiles {
    static final String FOLDER = "blocks";
    private static final Pattern NAME = Pattern.compile("([0-9]{8,9})\\.blocks");
    /** A file that has grown beyond takes no further slice. */
    private static final long FULL = 256L << 20;

    private final StoreFiles files;
    private final long totalSpace;
    private final Map<Integer, BlockFile> known = new TreeMap<>();
    private final Map<Integer, Integer> readers = new HashMap<>();
    private int highest;
    private long used;

    /** Guarded by the pool. */
    private static final class BlockFile {
        private final int number;
        private long end;
        private boolean busy;
        /** Takes no further slice: it is to go, or something is wrong with it. */
        private boolean closed;
        /** To be deleted when nobody reads it any more. */
        private boolean doomed;

        BlockFile(int number, long end) {
            this.number = number;
            this.end = end;
        }
    }

    /**
     * @param ends where in each file that counts the last byte that does is followed by what does not
     * @param highest number that a file has had
     */
    BlockFiles(StoreFiles files, long totalSpace, Map<Integer, Long> ends, int highest) throws RefusedException {
        this.files = files;
        this.totalSpace = totalSpace;
        this.highest = highest;
        for (String name : files.list(FOLDER)) {
            Matcher matcher = NAME.matcher(name);
            if (matcher.matches()) {
                takeUp(Integer.parseInt(matcher.group(1)), ends);
            }
        }
    }

    private void takeUp(int number, Map<Integer, Long> ends) throws RefusedException {
        highest = Math.max(highest, number);
        Long end = ends.get(number);
        if (end == null) {
            files.delete(name(number));
            return;
        }
        BlockFile file = new BlockFile(number, end);
        try (StoreFile opened = files.open(name(number))) {
            // What lies behind is of slices that were cut. A shorter file has lost something: whoever reads it will say
            // so.
            opened.truncate(end);
            file.closed = opened.size() < end;
        }
        known.put(number, file);
        used += end;
    }

    /** Bytes in all files. */
    synchronized long used() {
        return used;
    }

    /** The bytes in each file that nobody writes to. */
    synchronized Map<Integer, Long> idle() {
        Map<Integer, Long> sizes = new TreeMap<>();
        for (BlockFile file : known.values()) {
            if (!file.busy && !file.doomed) {
                sizes.put(file.number, file.end);
            }
        }
        return sizes;
    }

    /** A place for the data of one slice, at the end of a file that nobody else writes to meanwhile. */
    Writer write(long limit) throws RefusedException {
        BlockFile file = take();
        boolean opened = false;
        try {
            Writer writer = new Writer(file, files.open(name(file.number)), limit);
            opened = true;
            return writer;
        } finally {
            if (!opened) {
                give(file);
            }
        }
    }

    /** For the data of slices. */
    Writer write() throws RefusedException {
        return write(totalSpace);
    }

    /** Opens a file to read it; closed by the caller. */
    StoreFile open(int number) throws RefusedException {
        return files.open(name(number));
    }

    String describe(int number) {
        return files.describe(name(number));
    }

    /** Keeps files from being deleted until they are released. */
    synchronized void retain(Collection<Integer> numbers) {
        for (int number : numbers) {
            readers.merge(number, 1, Integer::sum);
        }
    }

    void release(Collection<Integer> numbers) throws RefusedException {
        List<Integer> free = new ArrayList<>();
        synchronized (this) {
            for (int number : numbers) {
                readers.computeIfPresent(number, (key, count) -> count == 1 ? null : count - 1);
                BlockFile file = known.get(number);
                if (file != null && file.doomed && !readers.containsKey(number)) {
                    free.add(number);
                }
            }
        }
        for (int number : free) {
            delete(number);
        }
    }

    /** Lets no further slice into a file; whether nobody writes to it now. */
    synchronized boolean closeToWriters(int number) {
        BlockFile file = known.get(number);
        if (file == null || file.busy || file.doomed) {
            return false;
        }
        file.closed = true;
        return true;
    }

    /** Deletes a file of which nothing counts any more, as soon as nobody reads it. */
    void discard(int number) throws RefusedException {
        synchronized (this) {
            BlockFile file = known.get(number);
            if (file == null) {
                return;
            }
            file.closed = true;
            file.doomed = true;
            if (readers.containsKey(number)) {
                return;
            }
        }
        delete(number);
    }

    private void delete(int number) throws RefusedException {
        synchronized (this) {
            BlockFile file = known.remove(number);
            if (file == null) {
                return;
            }
            used -= file.end;
        }
        files.delete(name(number));
    }

    private BlockFile take() throws RefusedException {
        BlockFile fresh;
        synchronized (this) {
            for (BlockFile file : known.values()) {
                if (!file.busy && !file.closed && file.end <= FULL) {
                    file.busy = true;
                    return file;
                }
            }
            fresh = new BlockFile(++highest, 0);
            fresh.busy = true;
        }
        files.create(name(fresh.number)).close();
        // Before a record names it.
        files.forceFolder(FOLDER);
        synchronized (this) {
            known.put(fresh.number, fresh);
        }
        return fresh;
    }

    private synchronized void give(BlockFile file) {
        file.busy = false;
    }

    private static String name(int number) {
        return FOLDER + "/" + String.format("%08d.blocks", number);
    }

    /** Writes the data of one slice. Unless it is kept, closing cuts it off again. */
    final class Writer implements AutoCloseable {
        private final BlockFile file;
        private final StoreFile opened;
        private final long limit;
        private final long start;
        private long end;
        private boolean kept;

        private Writer(BlockFile file, StoreFile opened, long limit) {
            this.file = file;
            this.opened = opened;
            this.limit = limit;
            this.start = file.end;
            this.end = file.end;
        }

        int file() {
            return file.number;
        }

        /** Where in the file the data begins. */
        long start() {
            return start;
        }

        /** Where the next byte will be. */
        long end() {
            return end;
        }

        void write(ByteBuffer data) throws RefusedException {
            int length = data.remaining();
            reserve(length);
            end += length;
            opened.write(data, end - length);
        }

        void force() throws RefusedException {
            try {
                opened.force();
            } catch (RefusedException e) {
                synchronized (BlockFiles.this) {
                    file.closed = true;
                }
                throw e;
            }
        }

        /** The log names the data, or may do so: it stays. */
        void keep() {
            kept = true;
        }

        /** Also lets the next slice into the file. */
        @Override
        public void close() {
            boolean usable = true;
            try (opened) {
                if (!kept) {
                    opened.truncate(start);
                }
            } catch (RefusedException leftover) {
                // It counts for nothing; but this file is not written to again.
                usable = false;
            }
            synchronized (BlockFiles.this) {
                file.closed |= !usable;
                if (kept || !usable) {
                    file.end = end;
                } else {
                    used -= end - start;
                }
                file.busy = false;
            }
        }

        private void reserve(int length) throws RefusedException {
            synchronized (BlockFiles.this) {
                if (used + length > limit) {
                    throw new RefusedException(
                            RefusalReason.STORE_FULL,
                            "the store uses " + used + " of the " + limit + " bytes that it may; " + length
                                    + " more do not fit");
                }
                used += length;
            }
        }
    }
}
