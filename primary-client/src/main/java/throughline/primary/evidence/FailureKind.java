package throughline.primary.evidence;

/**
 * What a failure looked like from this end. It does not name a cause: one refused client certificate shows as {@link
 * #ALERT}, {@link #BROKEN_PIPE}, {@link #CLOSED} or {@link #RESET}, depending on version and timing.
 */
public enum FailureKind {
    NAME_UNKNOWN,
    /** Nobody listens: TCP reset in answer to SYN. */
    REFUSED,
    /** No route, or an ICMP answer saying so. */
    UNREACHABLE,
    TIMED_OUT,
    RESET,
    /** The other end closed: end of stream where more was due. */
    CLOSED,
    BROKEN_PIPE,
    /**
     * HTTP/2 at the other end would not process the request (REFUSED_STREAM; RFC 9113, 8.7). It spoke inside the session, so it
     * had not refused our certificate.
     */
    STREAM_REFUSED,
    /** A fatal TLS alert arrived. */
    ALERT,
    /** Our own check refused the server's certificate. */
    UNTRUSTED,
    /** Our own check found another name in the server's certificate. */
    OTHER_NAME,
    /** TLS broke down for another reason, as seen by the TLS library. */
    TLS,
    /** The answer is not HTTP, or breaks its rules. */
    HTTP,
    /** We ended it ourselves: cancelled, or another address was faster. */
    CANCELLED,
    OTHER;

    /** Whether the other end, or something on the way, ended the connection. What we cannot name is not counted as such. */
    public boolean endedByPeer() {
        return switch (this) {
            case RESET, CLOSED, BROKEN_PIPE, ALERT, TLS -> true;
            case NAME_UNKNOWN,
                    REFUSED,
                    UNREACHABLE,
                    TIMED_OUT,
                    STREAM_REFUSED,
                    UNTRUSTED,
                    OTHER_NAME,
                    HTTP,
                    CANCELLED,
                    OTHER -> false;
        };
    }
}
