package throughline.primary.replication;

/**
 * How far a cycle is. Where something has to be sent again, the figures count it again.
 *
 * @param changed bytes of disk that the cycle is about
 * @param done bytes of disk read and handed to a connection
 * @param sent bytes of content that went to connections, compressed
 * @param zeros bytes of disk that were zeros
 * @param saved bytes that compression took away
 */
public record CycleProgress(long changed, long done, long sent, long zeros, long saved) {}
