package throughline.primary.replication;

/** How the length of a slice is announced. Proxies treat the three differently. */
public enum PayloadStyle {
    /** {@code Content-Length}. What is sent is read twice, and not compressed: the length must be known before. */
    KNOWN_LENGTH,

    /** Without a length: chunked with HTTP/1.1, until the end of the stream with HTTP/2. */
    CHUNKED,

    /**
     * {@code Content-Length: 500000000000}, of which only the slice is ever sent, as the original does. The answer is read
     * while the request is unfinished; with HTTP/1.1 that ends the connection.
     */
    DECLARED_HUGE;

    /** What {@link #DECLARED_HUGE} declares: 500 GB. */
    public static final long HUGE = 500_000_000_000L;
}
