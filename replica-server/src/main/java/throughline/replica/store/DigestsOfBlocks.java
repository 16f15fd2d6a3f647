package throughline.replica.store;

import java.util.Arrays;
import throughline.protocol.RefusalReason;
import throughline.protocol.RefusedException;
import throughline.protocol.replication.BlockDigests;
import throughline.protocol.replication.DigestKey;
import throughline.protocol.replication.ReplicationPaths.Content;

/** Digests of what a disk holds, as they travel. */
final class DigestsOfBlocks {
    private final Index index;
    private final BlockFiles blocks;
    private final UntilClosed open;

    DigestsOfBlocks(Index index, BlockFiles blocks, UntilClosed open) {
        this.index = index;
        this.blocks = blocks;
        this.open = open;
    }

    byte[] of(MachineRow machine, int disk, Content content, DigestKey key, long first, int count)
            throws RefusedException {
        long size = machine.disks().get(disk).size();
        long there = BlockDigests.count(size);
        if (first < 0 || first >= there || count < 1) {
            throw new RefusedException(
                    RefusalReason.OUTSIDE_DISK,
                    count + " blocks from " + first + " on; disk "
                            + machine.disks().get(disk).disk() + " has " + there);
        }
        long end = Math.min(there, first + count);
        byte[] digests = new byte[(int) (end - first) * BlockDigests.LENGTH];
        Views.Range range = new Views.Range(
                machine.id(),
                disk,
                content == Content.PENDING,
                first * BlockDigests.BLOCK,
                Math.min(size, end * BlockDigests.BLOCK));
        DiskContent read = open.use(() -> DiskContent.open(index, blocks, range));
        try {
            fill(read, range, new BlockDigests(key), digests);
        } finally {
            read.close(open);
        }
        return digests;
    }

    private void fill(DiskContent content, Views.Range range, BlockDigests keyed, byte[] digests)
            throws RefusedException {
        byte[] block = new byte[BlockDigests.BLOCK];
        long zeros = 0;
        int target = 0;
        for (long at = range.from(); at < range.to(); at += block.length) {
            long from = at;
            int length = (int) Math.min(block.length, range.to() - at);
            if (zeros <= at) {
                zeros = open.use(() -> content.zerosUpTo(from, range.to()));
            }
            if (length == block.length && zeros >= at + length) {
                keyed.ofZeros(digests, target);
            } else {
                // What was seen to be zeros is not asked for again: content is read in ascending order.
                int skip = (int) Math.max(0, zeros - at);
                Arrays.fill(block, 0, skip, (byte) 0);
                open.use(() -> {
                    content.read(from + skip, block, skip, length - skip);
                    return true;
                });
                keyed.digest(block, 0, length, digests, target);
            }
            target += BlockDigests.LENGTH;
        }
    }
}
