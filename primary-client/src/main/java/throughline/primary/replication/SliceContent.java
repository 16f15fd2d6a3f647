package throughline.primary.replication;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import throughline.primary.disk.BlockSet;
import throughline.primary.disk.SourceException;
import throughline.protocol.replication.Frame;
import throughline.protocol.replication.SliceWriter;

/**
 * The content of one slice: pieces of the plan, taken until the slice is full, read once and sent on. Zeros are found in
 * blocks of 64 KiB. Used by one sender.
 */
final class SliceContent {
    /** The most that is read at a time, and the longest frame of data: it stays in the processor's cache until it is sent. */
    static final int READ = 1 << 18;

    /** Disk that one slice looks at: with so much of zeros a request would be silent for too long. */
    private static final long MOST_LOOKED_AT = 1L << 30;

    private static final byte[] ZEROS = new byte[BlockSet.BLOCK];
    private static final ByteBuffer DIRECT_ZEROS = ByteBuffer.allocateDirect(BlockSet.BLOCK);

    private final ChangePlan plan;
    private final long limit;
    private final Counters counters;
    private final byte[] buffer;
    private final ByteBuffer direct;
    private final List<Piece> taken = new ArrayList<>();
    private long lookedAt;
    private boolean hole;
    private Optional<Piece> read = Optional.empty();
    private Optional<Piece> rest = Optional.empty();
    private long zerosFrom;
    private long zerosLength;
    private int zerosDisk;
    private long encoded = SliceWriter.encodedLength(0, 0, 0);
    private long frames;

    /** @param limit the most bytes that the slice may have on the wire without compression */
    SliceContent(ChangePlan plan, long limit, Counters counters, byte[] buffer, ByteBuffer direct) {
        this.plan = plan;
        this.limit = limit;
        this.counters = counters;
        this.buffer = buffer;
        this.direct = direct;
    }

    /** Takes content until there is something to send; false when there is nothing left. */
    boolean begin() throws IOException {
        while (readMore(Long.MAX_VALUE)) {
            if (!plan.onZeros() || !allZeros()) {
                return true;
            }
            counters.zeros(read.orElseThrow().length());
            skipped(read.orElseThrow());
        }
        return false;
    }

    /** Hands everything to the sink, from what {@link #begin} found on, until the slice is full. */
    void writeTo(FrameSink sink) throws IOException {
        do {
            frames(read.orElseThrow(), sink);
            read = Optional.empty();
        } while (lookedAt < MOST_LOOKED_AT && frames < Frame.MOST_IN_SLICE - 64 && readMore(room()));
        flushZeros(sink);
        giveBackRest();
    }

    /** The slice was not received, or only to a part: all of it is to be sent again. */
    void putBack() {
        plan.repeat(taken);
        taken.clear();
    }

    long limit() {
        return limit;
    }

    /** Whole blocks that still fit. */
    private long room() {
        long overhead = SliceWriter.encodedLength(1, 0, 2) - SliceWriter.encodedLength(0, 0, 0);
        return (limit - encoded - overhead * 16) / BlockSet.BLOCK * BlockSet.BLOCK;
    }

    private boolean readMore(long room) throws IOException {
        long most = Math.min(Math.min(READ, room), Math.max(BlockSet.BLOCK, room()));
        if (most < BlockSet.BLOCK) {
            return false;
        }
        if (rest.isEmpty()) {
            rest = plan.next(Math.max(READ, limit / READ * READ));
            if (rest.isEmpty()) {
                return false;
            }
            taken.add(rest.orElseThrow());
        }
        Piece from = rest.orElseThrow();
        long zeros = zerosFrom(from);
        hole = zeros > 0;
        long length = hole ? zeros : Math.min(from.length(), most);
        Piece now = from.until(from.offset() + length);
        rest = from.length() > length ? Optional.of(from.from(now.end())) : Optional.empty();
        if (!hole) {
            readFrom(now);
        }
        read = Optional.of(now);
        lookedAt += now.length();
        return true;
    }

    /** Whole blocks from its beginning on that need not be read. */
    private long zerosFrom(Piece piece) {
        long zeros = plan.snapshot(piece.disk()).zerosFrom(piece.offset());
        return zeros >= piece.length() ? piece.length() : zeros / BlockSet.BLOCK * BlockSet.BLOCK;
    }

    private void readFrom(Piece piece) throws IOException {
        try {
            // Read into memory of our own outside the heap: the channel would copy by way of such memory anyway.
            direct.clear().limit((int) piece.length());
            plan.snapshot(piece.disk()).read(piece.offset(), direct);
            direct.flip();
        } catch (IOException e) {
            throw new SourceException(e);
        }
    }

    /** Nothing of this piece needs to be sent. */
    private void skipped(Piece piece) {
        counters.looked(piece.length());
        lookedAt = 0;
        taken.clear();
        rest.ifPresent(taken::add);
    }

    private void frames(Piece piece, FrameSink sink) throws IOException {
        if (hole) {
            zeros(piece.disk(), piece.offset(), piece.length(), sink);
            counters.looked(piece.length());
            return;
        }
        int length = (int) piece.length();
        direct.get(0, buffer, 0, length);
        for (int start = 0; start < length; ) {
            boolean zeros = isZeros(start, length);
            int end = Math.min(length, start + BlockSet.BLOCK);
            while (end < length && isZeros(end, length) == zeros) {
                end = Math.min(length, end + BlockSet.BLOCK);
            }
            if (zeros) {
                zeros(piece.disk(), piece.offset() + start, end - start, sink);
            } else {
                flushZeros(sink);
                sink.data(piece.disk(), piece.offset() + start, buffer, start, end - start);
                encoded += SliceWriter.encodedLength(1, end - start, 0) - SliceWriter.encodedLength(0, 0, 0);
                frames++;
            }
            start = end;
        }
        counters.looked(length);
    }

    private boolean allZeros() {
        if (hole) {
            return true;
        }
        for (int start = 0; start < direct.limit(); start += BlockSet.BLOCK) {
            int length = Math.min(BlockSet.BLOCK, direct.limit() - start);
            if (direct.slice(start, length).mismatch(DIRECT_ZEROS.slice(0, length)) >= 0) {
                return false;
            }
        }
        return true;
    }

    private boolean isZeros(int start, int length) {
        int end = Math.min(length, start + BlockSet.BLOCK);
        return Arrays.equals(buffer, start, end, ZEROS, 0, end - start);
    }

    private void zeros(int disk, long offset, long length, FrameSink sink) throws IOException {
        counters.zeros(length);
        if (plan.onZeros()) {
            return;
        }
        if (zerosLength > 0 && zerosDisk == disk && zerosFrom + zerosLength == offset) {
            zerosLength += length;
            return;
        }
        flushZeros(sink);
        zerosDisk = disk;
        zerosFrom = offset;
        zerosLength = length;
    }

    private void flushZeros(FrameSink sink) throws IOException {
        if (zerosLength > 0) {
            sink.zeros(zerosDisk, zerosFrom, zerosLength);
            encoded += SliceWriter.encodedLength(0, 0, 1) - SliceWriter.encodedLength(0, 0, 0);
            frames++;
            zerosLength = 0;
        }
    }

    private void giveBackRest() {
        rest.ifPresent(piece -> {
            Piece last = taken.remove(taken.size() - 1);
            if (last.offset() < piece.offset()) {
                taken.add(last.until(piece.offset()));
            }
            plan.putBack(List.of(piece));
        });
        rest = Optional.empty();
    }
}
