package throughline.primary.evidence;

/** The stretches of an attempt, in the order in which they happen. The first one that deviates names the cause. */
public enum Phase {
    CONFIGURATION("configuration"),
    PROXY_DISCOVERY("finding the proxy"),
    NAME("resolving the name"),
    CONNECT_TO_PROXY("connecting to the proxy"),
    TLS_TO_PROXY("TLS to the proxy"),
    TUNNEL("asking the proxy for a tunnel"),
    CONNECT_TO_REPLICA("connecting to the replica"),
    HELLO("TLS hello"),
    SERVER_CERTIFICATE("the replica's certificate"),
    CLIENT_CERTIFICATE("the client certificate"),
    FIRST_ANSWER("the first answer"),
    TRANSFER("the transfer"),
    RECEIPT("the receipt");

    private final String label;

    Phase(String label) {
        this.label = label;
    }

    /** For people, fits behind "failed at: ". */
    public String label() {
        return label;
    }
}
