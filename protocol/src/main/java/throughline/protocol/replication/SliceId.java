package throughline.protocol.replication;

/**
 * One of the pieces in which a change set travels.
 *
 * @param number from 0, without gaps; where two slices of a change set hold the same byte, the higher number counts
 */
public record SliceId(ChangeSetId changeSet, long number) {
    public SliceId {
        if (number < 0) {
            throw new IllegalArgumentException("slice " + number + "; accepted are numbers from 0 on");
        }
    }

    @Override
    public String toString() {
        return changeSet + " slice " + number;
    }
}
