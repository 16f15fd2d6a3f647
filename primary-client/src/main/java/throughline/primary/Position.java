package throughline.primary;

import java.util.Optional;
import throughline.protocol.replication.ChangeSetId;
import throughline.protocol.replication.Commit;
import throughline.protocol.replication.MachineName;
import throughline.protocol.replication.MachineState;
import throughline.protocol.replication.PendingSlices;
import throughline.protocol.replication.Receipt;

/** Where a replication stands in the history of its machine, from one cycle to the next. */
final class Position {
    private final MachineName machine;
    private long epoch;
    private long sequence;
    private boolean known;
    private boolean continued;
    private boolean readsZstd;
    private Object history = new Object();
    private Optional<Receipt> last = Optional.empty();
    private Optional<Commit> asked = Optional.empty();
    private Optional<ChangeSetId> askedFor = Optional.empty();

    Position(MachineName machine) {
        this.machine = machine;
    }

    /** The replica knows us by this epoch, and says which change set is the next. */
    void declared(MachineState state) {
        if (continued && !(epoch == state.epoch() && isOurs(state.last()))) {
            lost();
        }
        epoch = state.epoch();
        sequence = state.nextSequence();
        readsZstd = state.compression().contains(MachineState.ZSTD);
    }

    /** The last one we were given, or one that was lost on the way to us. Epochs alone do not tell two primaries apart. */
    private boolean isOurs(Optional<Receipt> receipt) {
        return receipt.isPresent()
                && (receipt.equals(last)
                        || (askedFor.isPresent()
                                && asked.isPresent()
                                && Exchanges.isFor(receipt.get(), askedFor.get(), asked.get())));
    }

    private void lost() {
        continued = false;
        history = new Object();
    }

    /** Of this change set we will not know whether it was applied unless there is an answer. */
    void asks(ChangeSetId id, Commit commit) {
        askedFor = Optional.of(id);
        asked = Optional.of(commit);
    }

    /** Whether these are the slices that we asked to commit last: what they hold has changed since our last receipt. */
    boolean isAsked(PendingSlices pending) {
        return asked.filter(commit ->
                        commit.slices() == pending.slices() && commit.digest().equals(pending.digest()))
                .isPresent();
    }

    /** What tracked disks know to have changed is not enough: from now on everything is compared. */
    void forgetHistory() {
        lost();
    }

    /** What the receipts of tracked disks count by: another object once the replica may hold something else. */
    Object history() {
        return history;
    }

    /** The next cycle takes the machine up anew, and compares. */
    void forget() {
        epoch = 0;
        known = false;
        lost();
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
        last = Optional.of(receipt);
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
