package throughline.replica.store;

import java.io.IOException;
import java.util.Optional;
import throughline.protocol.Block;
import throughline.protocol.ChangeSetReader;
import throughline.protocol.RefusalReason;
import throughline.protocol.RefusedException;

/**
 * The sum of a change set that was read to its end.
 *
 * @param digest SHA-256, lower-case hex
 */
record ChangeSetContent(String digest, long blocks, long bytes) {

    /** Where the blocks of a change set go. */
    interface Target {
        void write(Block block) throws IOException;
    }

    /** Reads a change set to its end, hands each block to the target, and refuses what does not fit a disk of this size. */
    static ChangeSetContent read(ChangeSetReader reader, long size, Target target) throws IOException {
        for (Optional<Block> block = reader.next(); block.isPresent(); block = reader.next()) {
            checkBounds(block.get(), size);
            if (reader.bytes() > size) {
                // Each byte of a disk need not be sent more than once; without a bound one request could fill any
                // store.
                throw new RefusedException(
                        RefusalReason.MALFORMED,
                        "the change set holds more than " + size + " bytes of content, which is the whole disk");
            }
            target.write(block.get());
        }
        return new ChangeSetContent(reader.digest(), reader.blocks(), reader.bytes());
    }

    private static void checkBounds(Block block, long size) throws RefusedException {
        int length = block.data().remaining();
        if (block.offset() > size - length) {
            throw new RefusedException(
                    RefusalReason.OUTSIDE_DISK,
                    "a block of " + length + " bytes at offset " + block.offset() + "; the disk has " + size
                            + " bytes");
        }
    }
}
