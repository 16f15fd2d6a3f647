package throughline.replica.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;
import java.util.UUID;
import java.util.zip.CRC32C;
import throughline.protocol.RefusedException;

/**
 * One file of the log:
 *
 * <pre>
 *  54 4c 4c 47 00 00 00 01   "TLLG", then the format's version, 1
 *  store (16), number (8), CRC32C of all before it (4)
 *  for each record: 54 4c 52 45 (4), its length (4), how far the file had been forced when it was written (8), CRC32C (4), the record
 * </pre>
 *
 * The checksum of a record covers store, number and position too: neither what another file held nor what lay there before can
 * be taken for it, nor what a primary sends, for it does not know the store's identifier.
 */
final class LogFile implements AutoCloseable {
    static final int HEADER = 36;
    private static final byte[] MAGIC = {'T', 'L', 'L', 'G', 0, 0, 0, 1};
    private static final byte[] RECORD_MAGIC = {'T', 'L', 'R', 'E'};
    private static final int RECORD_HEADER = 20;
    private static final int SEARCH_STEP = 1 << 20;

    private final StoreFile file;
    private final String described;
    private final UUID store;
    private final long number;
    private long end;

    /** @param after the position behind it */
    record Entry(LogRecord record, long position, long after) {}

    private record Raw(ByteBuffer payload, long forced, long after) {}

    private LogFile(StoreFile file, String described, UUID store, long number, long end) {
        this.file = file;
        this.described = described;
        this.store = store;
        this.number = number;
        this.end = end;
    }

    /** Begins a file; the caller forces it, and its folder. */
    static LogFile create(StoreFiles files, String name, UUID store, long number) throws RefusedException {
        StoreFile file = files.create(name);
        ByteBuffer header = ByteBuffer.allocate(HEADER).put(MAGIC);
        header.putLong(store.getMostSignificantBits())
                .putLong(store.getLeastSignificantBits())
                .putLong(number);
        header.putInt(checksum(header.array(), HEADER - 4)).flip();
        try {
            file.write(header, 0);
        } catch (RefusedException e) {
            file.close();
            throw e;
        }
        return new LogFile(file, files.describe(name), store, number, HEADER);
    }

    static LogFile open(StoreFiles files, String name) throws RefusedException {
        StoreFile file = files.open(name);
        String described = files.describe(name);
        try {
            ByteBuffer header = ByteBuffer.allocate(HEADER);
            boolean whole = fill(file, header, 0);
            byte[] bytes = header.array();
            if (!whole
                    || !Arrays.equals(bytes, 0, MAGIC.length, MAGIC, 0, MAGIC.length)
                    || header.getInt(HEADER - 4) != checksum(bytes, HEADER - 4)) {
                throw StorageFailure.of(described + ": does not start as a log; the store is not opened");
            }
            UUID store = new UUID(header.getLong(8), header.getLong(16));
            return new LogFile(file, described, store, header.getLong(24), file.size());
        } catch (RefusedException e) {
            file.close();
            throw e;
        }
    }

    UUID store() {
        return store;
    }

    long number() {
        return number;
    }

    /** Where the next record will begin. */
    synchronized long end() {
        return end;
    }

    String described() {
        return described;
    }

    /**
     * Writes a record at the end. After a failure the end is where it was.
     *
     * @param forced how far the file is known to have been forced
     * @return where it begins
     */
    long append(LogRecord record, long forced) throws RefusedException {
        return append(record.encode(), forced);
    }

    /** The same, for a record that is encoded. */
    synchronized long append(byte[] payload, long forced) throws RefusedException {
        ByteBuffer out = ByteBuffer.allocate(RECORD_HEADER + payload.length);
        out.put(RECORD_MAGIC).putInt(payload.length).putLong(forced);
        out.putInt(checksum(end, payload.length, forced, payload)).put(payload).flip();
        long start = end;
        file.write(out, start);
        end = start + RECORD_HEADER + payload.length;
        return start;
    }

    /** How much longer an encoded record makes the file. */
    static long length(byte[] payload) {
        return (long) RECORD_HEADER + payload.length;
    }

    /** Takes back what a failed append may have left. */
    synchronized void cutBehindEnd() throws RefusedException {
        file.truncate(end);
    }

    void force() throws RefusedException {
        file.force();
    }

    /** The record at a position; empty at the end, and where what is there is not whole. */
    Optional<Entry> read(long position) throws RefusedException {
        Optional<Raw> raw = raw(position);
        if (raw.isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(new Entry(
                    LogRecord.decode(raw.get().payload().array()),
                    position,
                    raw.get().after()));
        } catch (IOException e) {
            throw StorageFailure.of(described + ": the record at " + position + " cannot be read: " + e.getMessage()
                    + "; the store is not opened");
        }
    }

    /**
     * Cuts a torn end off, durably: were it to come back behind a record that is written later, it might fit.
     *
     * @return whether there was one
     * @throws RefusedException if a later record says that the file had been forced beyond the position: then what is there was
     *     whole once, and is damaged
     */
    synchronized boolean cut(long position) throws RefusedException {
        long size = file.size();
        long witness = findRecordForcedBeyond(position, size);
        if (witness >= 0) {
            throw StorageFailure.of(described + ": the record at " + position + " is damaged, and the one at " + witness
                    + " says that it was whole; the store is not opened");
        }
        end = position;
        if (size > position) {
            file.truncate(position);
            file.force();
        }
        return size > position;
    }

    @Override
    public void close() {
        file.close();
    }

    private Optional<Raw> raw(long position) throws RefusedException {
        ByteBuffer header = ByteBuffer.allocate(RECORD_HEADER);
        if (!fill(file, header, position)
                || !Arrays.equals(header.array(), 0, RECORD_MAGIC.length, RECORD_MAGIC, 0, RECORD_MAGIC.length)) {
            return Optional.empty();
        }
        int length = header.getInt(4);
        long forced = header.getLong(8);
        if (length < 1 || length > LogRecord.LONGEST || position + RECORD_HEADER + length > file.size()) {
            return Optional.empty();
        }
        byte[] payload = new byte[length];
        if (!fill(file, ByteBuffer.wrap(payload), position + RECORD_HEADER)
                || header.getInt(16) != checksum(position, length, forced, payload)) {
            return Optional.empty();
        }
        return Optional.of(new Raw(ByteBuffer.wrap(payload), forced, position + RECORD_HEADER + length));
    }

    private long findRecordForcedBeyond(long position, long size) throws RefusedException {
        ByteBuffer window = ByteBuffer.allocate(SEARCH_STEP);
        for (long start = position + 1; start < size; start += SEARCH_STEP - RECORD_MAGIC.length + 1) {
            window.clear();
            fill(file, window, start);
            for (int i = 0; i + RECORD_MAGIC.length <= window.position(); i++) {
                if (window.getInt(i) == ByteBuffer.wrap(RECORD_MAGIC).getInt()) {
                    Optional<Raw> record = raw(start + i);
                    if (record.isPresent() && record.get().forced() > position) {
                        return start + i;
                    }
                }
            }
        }
        return -1;
    }

    private static boolean fill(StoreFile file, ByteBuffer target, long position) throws RefusedException {
        long at = position;
        while (target.hasRemaining()) {
            int count = file.read(target, at);
            if (count < 0) {
                return false;
            }
            at += count;
        }
        return true;
    }

    private int checksum(long position, int length, long forced, byte[] payload) {
        ByteBuffer context = ByteBuffer.allocate(44);
        context.putLong(store.getMostSignificantBits())
                .putLong(store.getLeastSignificantBits())
                .putLong(number);
        context.putLong(position).putInt(length).putLong(forced).flip();
        CRC32C checksum = new CRC32C();
        checksum.update(context);
        checksum.update(payload);
        return (int) checksum.getValue();
    }

    private static int checksum(byte[] bytes, int length) {
        CRC32C checksum = new CRC32C();
        checksum.update(bytes, 0, length);
        return (int) checksum.getValue();
    }
}
