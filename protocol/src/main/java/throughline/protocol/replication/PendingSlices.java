package throughline.protocol.replication;

/**
 * The slices of the next change set that the replica holds already, on stable storage but not applied.
 *
 * @param slices how many, from number 0 on without a gap
 * @param digest {@link SliceChain} over them
 */
public record PendingSlices(long slices, String digest) {

    public static PendingSlices none() {
        return new PendingSlices(0, SliceChain.EMPTY);
    }
}
