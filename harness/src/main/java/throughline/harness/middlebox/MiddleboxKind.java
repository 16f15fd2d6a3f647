package throughline.harness.middlebox;

import java.util.Arrays;
import java.util.Optional;

/** What a box does to a connection. The list is closed: command line, topologies and the contract read it. */
public enum MiddleboxKind {
    /** Passes bytes and is not asked to: a <em>transparent proxy</em> that leaves TLS alone. */
    RELAY("relay", "a transparent proxy that passes bytes", Asked.NOTHING, false),

    /** Is told by CONNECT where to go and then passes bytes: a <em>forward proxy</em>. */
    TUNNEL("tunnel", "a forward proxy that is asked with CONNECT", Asked.CONNECT, false),

    /** The same, told by SOCKS 5 (RFC 1928). */
    SOCKS_TUNNEL("socks", "a forward proxy that is asked with SOCKS 5", Asked.SOCKS, false),

    /** Is told by CONNECT, ends the client's TLS session and opens its own: an <em>inspecting proxy</em>. */
    INSPECTOR("inspector", "an inspecting proxy that is asked with CONNECT", Asked.CONNECT, true),

    /** The same, not asked: names or routes lead to it. */
    TRANSPARENT_INSPECTOR(
            "inspector-transparent", "an inspecting proxy that the primary is not told of", Asked.NOTHING, true),

    /** Stands before the replica with a certificate of the replica's and ends TLS there. */
    LOAD_BALANCER("load-balancer", "a load balancer of the replica's that ends TLS", Asked.NOTHING, true);

    private final String id;
    private final String title;
    private final Asked asked;
    private final boolean endsTls;

    MiddleboxKind(String id, String title, Asked asked, boolean endsTls) {
        this.id = id;
        this.title = title;
        this.asked = asked;
        this.endsTls = endsTls;
    }

    /** How a client says where it wants to go. */
    public enum Asked {
        /** It does not know of the box. */
        NOTHING,
        CONNECT,
        SOCKS
    }

    /** The kind of this name. */
    public static Optional<MiddleboxKind> find(String id) {
        return Arrays.stream(values()).filter(kind -> kind.id.equals(id)).findFirst();
    }

    /** Stable, lower case with hyphens. */
    public String id() {
        return id;
    }

    /** One line for lists. */
    public String title() {
        return title;
    }

    public Asked asked() {
        return asked;
    }

    public boolean endsTls() {
        return endsTls;
    }

    /** Whether it reads the requests and answers that it carries. */
    boolean readsHttp() {
        return endsTls;
    }
}
