package throughline.protocol;

/**
 * What a primary says first on every new connection. The exchange is small on purpose: its answer may be waited for
 * with a short limit, because nothing large is under way that could explain silence.
 *
 * @param nonce 32 to 64 hexadecimal digits chosen at random for this exchange; the signed answer repeats it, so that an
 *     old answer cannot be passed off as new
 * @param software name and version of the primary's software, at most 80 characters, for the replica's log
 */
public record Announcement(String nonce, String software) {}
