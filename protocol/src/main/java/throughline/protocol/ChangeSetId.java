package throughline.protocol;

/**
 * The place of a change set in the history of one disk.
 *
 * @param epoch from 1; who holds an older one is fenced off
 * @param sequence from 1 in each epoch, without gaps
 */
public record ChangeSetId(DiskName disk, long epoch, long sequence) {
    public ChangeSetId {
        if (epoch < 1 || sequence < 1) {
            throw new IllegalArgumentException(
                    "epoch " + epoch + ", sequence " + sequence + "; both are numbers from 1 on");
        }
    }

    @Override
    public String toString() {
        return disk + " " + epoch + "/" + sequence;
    }
}
