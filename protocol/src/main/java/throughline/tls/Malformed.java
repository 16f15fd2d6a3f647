package throughline.tls;

/**
 * The bytes began as TLS and then broke its rules; nothing after this is read.
 *
 * @param reason one sentence: the value that was read, the offset it was read at, and what is accepted
 */
public record Malformed(String reason) implements TlsMessage {}
