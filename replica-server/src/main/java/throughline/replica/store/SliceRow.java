package throughline.replica.store;

import throughline.protocol.replication.SliceId;
import throughline.protocol.replication.SliceReceipt;

/** A slice as the index has it, until the change set after its own is committed. */
record SliceRow(String digest, long blocks, long bytes) {

    SliceReceipt receipt(SliceId id) {
        return new SliceReceipt(
                id.changeSet().machine(),
                id.changeSet().epoch(),
                id.changeSet().sequence(),
                id.number(),
                digest,
                blocks,
                bytes);
    }
}
