package throughline.primary.evidence;

/**
 * A place that observes. A case file lists the witnesses that were present: that something was not observed means
 * something only where its witness was looking.
 */
public enum Witness {
    /** Our dialer: name, TCP, the proxy's answer to CONNECT. */
    DIALER,
    /** What passed the socket in the clear: hellos, alerts, bytes that are not TLS. */
    SOCKET_TAP,
    /** What the server showed, and whether it was trusted. Not asked on a resumed session. */
    TRUST_MANAGER,
    /** Whether the certificate names the host. Asked on every new connection. */
    NAME_CHECK,
    /** Whether a client certificate was asked for, and what we answered. Not asked on a resumed session. */
    KEY_MANAGER,
    /** The HTTP client's own events: handshake finished or failed, answers, broken exchanges. */
    CALL_EVENTS,
    /** The replica's own account, inside the session or beside it. */
    REPLICA,
    /** A second connection past everything in between, made to compare; only when asked for. */
    CONTROL
}
