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
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import throughline.protocol.RefusedException;

/**
 * The files that hold the data of slices, each written to by one slice at a time. A file's number is never given to another.
 * Thread-safe.
 */
final class BlockFiles {
    static final String FOLDER = "blocks";
    /** What a file is called that may be of use to somebody and counts for nothing here. */
    private static final String ASIDE = ".aside";

    private static final Pattern NAME = Pattern.compile("([0-9]{8,9})\\.blocks");
    private static final Pattern NAME_ASIDE = Pattern.compile("([0-9]{8,9})\\.blocks\\.aside");
    private static final Logger LOG = LoggerFactory.getLogger(BlockFiles.class);
    /** A file that has grown beyond takes no further slice. */
    private static final long FULL = 256L << 20;

    private final StoreFiles files;
    private final Space space;
    private final Map<Integer, BlockFile> known = new TreeMap<>();
    private final Map<Integer, Integer> readers = new HashMap<>();
    private int highest;
    private long used;
    private boolean ended;

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
     * @param proven whether what {@code ends} does not name is known to be dead. If not, the log that named it may have lost its
     *     end, or be another's: it is kept, out of the way
     */
    BlockFiles(StoreFiles files, Space space, Map<Integer, Long> ends, int highest, boolean proven)
            throws RefusedException {
        this.files = files;
        this.space = space;
        this.highest = highest;
        for (String name : files.list(FOLDER)) {
            Matcher matcher = NAME.matcher(name);
            Matcher aside = NAME_ASIDE.matcher(name);
            if (matcher.matches()) {
                takeUp(Integer.parseInt(matcher.group(1)), ends, proven);
            } else if (aside.matches()) {
                this.highest = Math.max(this.highest, Integer.parseInt(aside.group(1)));
            }
        }
    }

    private void takeUp(int number, Map<Integer, Long> ends, boolean proven) throws RefusedException {
        highest = Math.max(highest, number);
        Long end = ends.get(number);
        if (end == null) {
            leave(number, proven);
            return;
        }
        BlockFile file = new BlockFile(number, end);
        try (StoreFile opened = files.open(name(number))) {
            // What lies behind is of slices that were cut. A shorter file has lost something: whoever reads it will say
            // so.
            if (proven) {
                opened.truncate(end);
            }
            file.closed = opened.size() != end;
            file.end = Math.max(end, opened.size());
        }
        known.put(number, file);
        add(file.end);
    }

    private void leave(int number, boolean proven) throws RefusedException {
        if (proven || isEmpty(number)) {
            files.delete(name(number));
            return;
        }
        files.rename(name(number), name(number) + ASIDE);
        files.forceFolder(FOLDER);
        LOG.warn(
                "{}: the log does not name it, and may have lost what did; it is kept as {}{} and may be deleted if nothing is missing",
                describe(number),
                describe(number),
                ASIDE);
    }

    private boolean isEmpty(int number) throws RefusedException {
        try (StoreFile opened = files.open(name(number))) {
            return opened.size() == 0;
        }
    }

    /** From now on no file is changed: somebody else may have the folder. */
    synchronized void end() {
        ended = true;
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
    Writer write() throws RefusedException {
        return write(false);
    }

    /** The same for a merge, which needs its room twice for a moment, also where the store is full. */
    Writer writeToMerge() throws RefusedException {
        return write(true);
    }

    private Writer write(boolean merging) throws RefusedException {
        BlockFile file = take();
        boolean opened = false;
        try {
            Writer writer = new Writer(file, files.open(name(file.number)), merging);
            opened = true;
            return writer;
        } finally {
            if (!opened) {
                give(file);
            }
        }
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
            add(-file.end);
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

    private void add(long bytes) {
        used += bytes;
        space.add(bytes);
    }

    private static String name(int number) {
        return FOLDER + "/" + String.format("%08d.blocks", number);
    }

    /** Writes the data of one slice. Unless it is kept, closing cuts it off again. */
    final class Writer implements AutoCloseable {
        private final BlockFile file;
        private final StoreFile opened;
        private final boolean merging;
        private final long start;
        private long end;
        private boolean kept;

        private Writer(BlockFile file, StoreFile opened, boolean merging) {
            this.file = file;
            this.opened = opened;
            this.merging = merging;
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
            try (opened) {
                synchronized (BlockFiles.this) {
                    if (!ended) {
                        leave();
                    }
                }
            }
        }

        private void leave() {
            if (kept) {
                file.end = end;
            } else {
                cut();
            }
            file.busy = false;
        }

        private void cut() {
            try {
                opened.truncate(start);
                add(start - end);
            } catch (RefusedException leftover) {
                // It counts for nothing; but this file is not written to again.
                file.end = end;
                file.closed = true;
            }
        }

        private void reserve(int length) throws RefusedException {
            synchronized (BlockFiles.this) {
                if (merging) {
                    space.add(length);
                } else {
                    space.reserve(length);
                }
                used += length;
            }
        }
    }
}
