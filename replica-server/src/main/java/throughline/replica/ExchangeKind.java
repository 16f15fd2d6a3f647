package throughline.replica;

/** What a request asks for. */
public enum ExchangeKind {
    ANNOUNCE,
    /** {@code PUT} of a machine. */
    DECLARE,
    /** {@code GET} of a machine. */
    STATE,
    /** {@code GET} of all machines. */
    LIST,
    SLICE,
    COMMIT,
    DIGESTS,
    /** Nothing that the protocol has. */
    OTHER
}
