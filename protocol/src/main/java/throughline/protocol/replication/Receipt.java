package throughline.protocol.replication;

/**
 * The replica's word that a change set is applied to all disks that it touches and is on stable storage. A change set that
 * is committed again with the same digest gets the same receipt again.
 *
 * @param digest {@link SliceChain} over its slices
 * @param slices how many it had
 * @param blocks how many frames of content they held
 * @param bytes how many bytes of disk they cover, zero runs included
 */
public record Receipt(
        MachineName machine, long epoch, long sequence, String digest, long slices, long blocks, long bytes) {}
