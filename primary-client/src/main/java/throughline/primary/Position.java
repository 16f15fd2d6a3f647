package throughline.primary;

import throughline.protocol.replication.ChangeSetId;
import throughline.protocol.replication.MachineName;
import throughline.protocol.replication.MachineState;
import throughline.protocol.replication.Receipt;

/** Where a replication stands in the history of its machine, from one cycle to the next. */
final class Position {
    private final MachineName machine;
    private long epoch;
    private long sequence;
    private boolean known;
    private boolean continued;
    private boolean readsZstd;

    Position(MachineName machine) {
        this.machine = machine;
    }

    /** The replica knows us by this epoch, and says which change set is the next. */
    void declared(MachineState state) {
        // One more than we know of is ours too: its receipt was lost.
        boolean asExpected =
                epoch == state.epoch() && (state.nextSequence() == sequence || state.nextSequence() == sequence + 1);
        continued &= asExpected && state.last().isPresent();
        epoch = state.epoch();
        sequence = state.nextSequence();
        readsZstd = state.compression().contains(MachineState.ZSTD);
        known = true;
    }

    /** The next cycle takes the machine up anew, and compares. */
    void forget() {
        epoch = 0;
        known = false;
        continued = false;
    }

    /** Something was sent, or asked for, of which we do not know whether it arrived. */
    void uncertain() {
        known = false;
    }

    /** A change set was applied: from now on what changed since then is all there is to send. */
    void received(Receipt receipt) {
        epoch = receipt.epoch();
        sequence = receipt.sequence() + 1;
        known = true;
        continued = true;
    }

    /** Whether the machine was taken up in this epoch of ours. */
    boolean takenUp() {
        return epoch > 0;
    }

    /** Whether nothing has to be asked before the next slice. */
    boolean known() {
        return known;
    }

    /** Whether the replica holds what our last receipt says. */
    boolean continued() {
        return continued;
    }

    boolean readsZstd() {
        return readsZstd;
    }

    long epoch() {
        return epoch;
    }

    /** The next change set; before the machine was taken up, one that no receipt is for. */
    ChangeSetId next() {
        return new ChangeSetId(machine, Math.max(1, epoch), Math.max(1, sequence));
    }
}
