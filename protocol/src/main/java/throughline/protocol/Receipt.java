package throughline.protocol;

/**
 * The replica's word that a change set is applied and forced to stable storage. A repeated change set with the same
 * digest gets the same receipt again.
 *
 * @param digest SHA-256 of the change set as it travelled, lower-case hex
 * @param blocks how many blocks it held
 * @param bytes how many bytes of disk content it held
 */
public record Receipt(DiskName disk, long epoch, long sequence, String digest, long blocks, long bytes) {}
