package throughline.protocol.replication;

/**
 * Asks to apply a change set whose slices have all arrived.
 *
 * @param slices how many there are; none is valid
 * @param digest {@link SliceChain} over all of them, in order
 */
public record Commit(long slices, String digest) {}
