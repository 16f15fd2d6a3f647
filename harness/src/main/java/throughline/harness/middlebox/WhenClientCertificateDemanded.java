package throughline.harness.middlebox;

/** What an {@link Inspector} does for a client whose replica demands a client certificate that only the client has. */
public enum WhenClientCertificateDemanded {
    /** Says so with {@code 502 Proxy Error} and a page inside the client's session, as Forefront TMG did. */
    ANSWER_502,

    /** Leaves the client waiting, its handshake done, as mitmproxy and squid (peeking) do before a TLS 1.3 replica. */
    HANG
}
