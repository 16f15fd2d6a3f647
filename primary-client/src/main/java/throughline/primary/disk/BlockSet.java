package throughline.primary.disk;

import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import throughline.protocol.replication.BlockDigests;

/**
 * Some of the blocks of a disk, 64 KiB each: one bit per block, and none where nothing was ever added. Not thread-safe
 * while it is added to.
 */
public final class BlockSet {
    /** Bytes of disk per block. */
    public static final int BLOCK = BlockDigests.BLOCK;

    /** 8 KiB of bits, for 4 GiB of disk. */
    private static final int WORDS = 1024;

    private static final int BLOCKS_IN_PAGE = WORDS * Long.SIZE;

    private final long size;
    private final long blocks;
    private final List<long @Nullable []> pages;

    /** None of the blocks of a disk of this size, in bytes. */
    public BlockSet(long size) {
        this.size = size;
        this.blocks = BlockDigests.count(size);
        this.pages = Arrays.asList(new long[Math.toIntExact((blocks + BLOCKS_IN_PAGE - 1) / BLOCKS_IN_PAGE)][]);
    }

    /** Adds every block that these bytes touch. */
    public void add(long offset, long length) {
        if (offset < 0 || length < 0 || offset > size - length) {
            throw new IllegalArgumentException(
                    length + " bytes at offset " + offset + "; the disk has " + size + " bytes");
        }
        for (long block = offset / BLOCK; length > 0 && block * BLOCK < offset + length; block++) {
            addBlock(block);
        }
    }

    public void addAll(BlockSet other) {
        for (long block = other.next(0); block >= 0; block = other.next(block + 1)) {
            addBlock(block);
        }
    }

    void addBlock(long block) {
        int page = (int) (block / BLOCKS_IN_PAGE);
        long[] words = pages.get(page);
        if (words == null) {
            words = new long[WORDS];
            pages.set(page, words);
        }
        words[word(block)] |= 1L << block;
    }

    public boolean contains(long block) {
        long[] words = pages.get((int) (block / BLOCKS_IN_PAGE));
        return words != null && (words[word(block)] & 1L << block) != 0;
    }

    /** The first block of the set from this one on; -1 where there is none. */
    public long next(long from) {
        for (long block = from; block < blocks; ) {
            long[] words = pages.get((int) (block / BLOCKS_IN_PAGE));
            if (words == null) {
                block = (block / BLOCKS_IN_PAGE + 1) * BLOCKS_IN_PAGE;
                continue;
            }
            long rest = words[word(block)] >>> block;
            if (rest != 0) {
                return block + Long.numberOfTrailingZeros(rest);
            }
            block = (block / Long.SIZE + 1) * Long.SIZE;
        }
        return -1;
    }

    /** How many bytes of the disk the set covers; its last block may be shorter than the others. */
    public long bytes() {
        long bytes = 0;
        for (long[] words : pages) {
            for (int i = 0; words != null && i < WORDS; i++) {
                bytes += (long) Long.bitCount(words[i]) * BLOCK;
            }
        }
        return contains(blocks - 1) ? bytes - (blocks * BLOCK - size) : bytes;
    }

    /** Of the disk, in bytes. */
    public long size() {
        return size;
    }

    private static int word(long block) {
        return (int) (block % BLOCKS_IN_PAGE) / Long.SIZE;
    }
}
