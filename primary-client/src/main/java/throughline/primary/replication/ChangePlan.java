package throughline.primary.replication;

import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import throughline.primary.disk.BlockSet;
import throughline.primary.disk.DiskSnapshot;

/** What a cycle has to send, handed out piece by piece to several senders. */
public final class ChangePlan {
    private final List<DiskSnapshot> disks;
    private final List<Optional<BlockSet>> changes;
    private final List<Optional<KnownBlocks>> known;
    private final boolean onZeros;
    private final Deque<Piece> back = new ArrayDeque<>();
    private int disk;
    private long offset;
    private boolean repeated;

    /**
     * @param changes what is to be sent of each disk; absent for all of it
     * @param known where to note what was sent of each disk
     * @param onZeros whether the disks are known to be zeros at the replica, so that zeros need not be sent
     */
    public ChangePlan(
            List<DiskSnapshot> disks,
            List<Optional<BlockSet>> changes,
            List<Optional<KnownBlocks>> known,
            boolean onZeros) {
        this.disks = List.copyOf(disks);
        this.changes = List.copyOf(changes);
        this.known = List.copyOf(known);
        this.onZeros = onZeros;
    }

    /** How many bytes of disk there are in all. */
    public long bytes() {
        long bytes = 0;
        for (int i = 0; i < disks.size(); i++) {
            bytes += changes.get(i).map(BlockSet::bytes).orElse(disks.get(i).size());
        }
        return bytes;
    }

    boolean onZeros() {
        return onZeros;
    }

    Optional<KnownBlocks> known(int number) {
        return known.get(number);
    }

    DiskSnapshot snapshot(int number) {
        return disks.get(number);
    }

    /** The next piece, of at most so many bytes; absent when everything has been handed out. */
    synchronized Optional<Piece> next(long most) {
        Piece returned = back.poll();
        if (returned != null) {
            if (returned.length() > most) {
                back.push(returned.from(returned.offset() + most));
                return Optional.of(returned.until(returned.offset() + most));
            }
            return Optional.of(returned);
        }
        while (disk < disks.size()) {
            Optional<Piece> piece = nextOf(changes.get(disk), disks.get(disk).size(), most);
            if (piece.isPresent()) {
                offset = piece.get().end();
                return piece;
            }
            disk++;
            offset = 0;
        }
        return Optional.empty();
    }

    /** Takes back what may have been sent: what was noted of it is not what the replica gets in the end. */
    synchronized void repeat(Collection<Piece> pieces) {
        repeated = true;
        putBack(pieces);
    }

    /** A replica has given its receipt for what was sent, and its content goes by this now. */
    public synchronized void acknowledged(Object history) {
        if (!repeated) {
            known.forEach(disk -> disk.ifPresent(blocks -> blocks.acknowledged(history)));
        }
    }

    /** Takes back what was not sent. */
    synchronized void putBack(Collection<Piece> pieces) {
        pieces.forEach(back::push);
    }

    private Optional<Piece> nextOf(Optional<BlockSet> changed, long size, long most) {
        if (offset >= size) {
            return Optional.empty();
        }
        if (changed.isEmpty()) {
            return Optional.of(new Piece(disk, offset, Math.min(most, size - offset)));
        }
        BlockSet set = changed.get();
        long first = set.next(offset / BlockSet.BLOCK);
        if (first < 0) {
            return Optional.empty();
        }
        long next = first + 1;
        while (next * BlockSet.BLOCK < size && (next - first) * BlockSet.BLOCK < most && set.contains(next)) {
            next++;
        }
        long start = first * BlockSet.BLOCK;
        return Optional.of(new Piece(disk, start, Math.min(next * BlockSet.BLOCK, size) - start));
    }
}
