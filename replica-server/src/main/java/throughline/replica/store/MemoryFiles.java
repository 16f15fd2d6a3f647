package throughline.replica.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import throughline.protocol.RefusedException;

/** Files that last as long as the process. */
final class MemoryFiles implements StoreFiles {
    private final TreeMap<String, MemoryFile> files = new TreeMap<>();

    @Override
    public synchronized StoreFile create(String name) {
        MemoryFile file = new MemoryFile();
        files.put(name, file);
        return file;
    }

    @Override
    public synchronized StoreFile open(String name) throws RefusedException {
        return existing(name);
    }

    @Override
    public synchronized List<String> list(String folder) {
        return files.keySet().stream()
                .filter(name -> name.startsWith(folder + "/"))
                .map(name -> name.substring(folder.length() + 1))
                .toList();
    }

    @Override
    public void createFolder(String folder) {}

    @Override
    public synchronized void rename(String from, String to) throws RefusedException {
        files.put(to, existing(from));
        files.remove(from);
    }

    @Override
    public synchronized void delete(String name) {
        files.remove(name);
    }

    @Override
    public void forceFolder(String folder) {}

    @Override
    public String describe(String name) {
        return name;
    }

    private MemoryFile existing(String name) throws RefusedException {
        MemoryFile file = files.get(name);
        if (file == null) {
            IOException missing = new NoSuchFileException(name);
            throw StorageFailure.of(name, missing);
        }
        return file;
    }

    /** Bytes in pieces, so that it grows without being copied. */
    private static final class MemoryFile implements StoreFile {
        private static final int PIECE = 64 << 10;

        private final List<byte[]> pieces = new ArrayList<>();
        private long size;

        @Override
        public synchronized int read(ByteBuffer target, long position) {
            if (position >= size) {
                return -1;
            }
            int count = (int) Math.min(target.remaining(), size - position);
            for (int done = 0, step; done < count; done += step) {
                int start = (int) ((position + done) % PIECE);
                step = Math.min(count - done, PIECE - start);
                target.put(piece(position + done), start, step);
            }
            return count;
        }

        @Override
        public synchronized void write(ByteBuffer source, long position) {
            long at = position;
            while (pieces.size() * (long) PIECE < position + source.remaining()) {
                pieces.add(new byte[PIECE]);
            }
            while (source.hasRemaining()) {
                int start = (int) (at % PIECE);
                int step = Math.min(source.remaining(), PIECE - start);
                source.get(piece(at), start, step);
                at += step;
            }
            size = Math.max(size, at);
        }

        @Override
        public void force() {}

        @Override
        public synchronized void truncate(long length) {
            if (length >= size) {
                return;
            }
            size = length;
            int kept = (int) ((length + PIECE - 1) / PIECE);
            pieces.subList(kept, pieces.size()).clear();
        }

        @Override
        public synchronized long size() {
            return size;
        }

        @Override
        public void close() {}

        private byte[] piece(long position) {
            return pieces.get((int) (position / PIECE));
        }
    }
}
