package throughline.protocol.replication;

/**
 * The replica's word that a slice is on stable storage. It is not applied before its change set is committed. A slice that
 * is repeated with the same digest gets the same receipt again.
 *
 * @param slice its number
 * @param digest of the slice as it travelled, see {@link SliceWriter#end}
 * @param blocks how many frames of content it held
 * @param bytes how many bytes of disk they cover, zero runs included
 */
public record SliceReceipt(
        MachineName machine, long epoch, long sequence, long slice, String digest, long blocks, long bytes) {}
