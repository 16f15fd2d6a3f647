package throughline.harness.middlebox;

/** What a box does to a connection. */
public enum MiddleboxKind {
    /** Passes bytes and is not asked to: a <em>transparent proxy</em> that leaves TLS alone. */
    RELAY,

    /** Is told by the client where to connect and then passes bytes: a <em>forward proxy</em>. */
    TUNNEL,

    /** Ends the client's TLS session and opens its own: an <em>inspecting proxy</em>, explicit or transparent. */
    INSPECTOR
}
