package throughline.harness.middlebox;

import java.util.Locale;

/** What an {@link Inspector} does for a client whose replica demands a client certificate that only the client has. */
public enum WhenClientCertificateDemanded {
    /** Says so with {@code 502 Proxy Error} and a page inside the client's session, as Forefront TMG did. */
    ANSWER_502,

    /** Looks first, and answers CONNECT with 502. */
    REFUSE_CONNECT,

    /** Looks first, and ends the connection behind the client's hello (FIN), as sslsplit does. */
    DROP,

    /** The same with a reset (RST). */
    RESET,

    /** Leaves the client waiting, its handshake done, as mitmproxy and squid (peeking) do before a TLS 1.3 replica. */
    HANG,

    /** Sends the request on without a certificate, and passes on whatever comes of it, a broken connection too. */
    GO_ON_WITHOUT,

    /** Presents a certificate of its own that the replica accepts: a forward proxy with an account at the replica. */
    PRESENT_OWN,

    /** Looks first, and from then on passes this host untouched, as FortiGate's {@code client-certificate bypass} does. */
    STEP_ASIDE,

    /** Was given the replica's key and an accepted client certificate, and is the replica to the client. */
    ESCROW;

    /** As it is chosen on a command line. */
    public String word() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** Whether the box has to know of the demand before it deals with the client's handshake. */
    public boolean looksFirst() {
        return switch (this) {
            case REFUSE_CONNECT, DROP, RESET, STEP_ASIDE -> true;
            case ANSWER_502, HANG, GO_ON_WITHOUT, PRESENT_OWN, ESCROW -> false;
        };
    }

    /** Whether the box shows the replica a certificate, which it has to be given then. */
    public boolean presents() {
        return this == PRESENT_OWN || this == ESCROW;
    }
}
