package throughline.protocol.replication;

/**
 * The place of a change set in the history of one machine. It may change all of the machine's disks, and does so at once.
 *
 * @param epoch from 1; who holds an older one is fenced off
 * @param sequence from 1 in each epoch, without gaps
 */
public record ChangeSetId(MachineName machine, long epoch, long sequence) {
    public ChangeSetId {
        if (epoch < 1 || sequence < 1) {
            throw new IllegalArgumentException(
                    "epoch " + epoch + ", sequence " + sequence + "; both are numbers from 1 on");
        }
    }

    /** The next one in the same epoch. */
    public ChangeSetId next() {
        return new ChangeSetId(machine, epoch, sequence + 1);
    }

    @Override
    public String toString() {
        return machine + " " + epoch + "/" + sequence;
    }
}
