package throughline.primary.evidence;

import java.time.Duration;
import java.util.List;
import java.util.Map;

/** The way to the other end of TLS: name, TCP, tunnel. All from {@link Witness#DIALER}. */
public sealed interface PathEvidence extends Evidence {

    /** Whom a name or a TCP connection was for. */
    enum Leg {
        PROXY("the proxy"),
        REPLICA("the replica");

        private final String label;

        Leg(String label) {
            this.label = label;
        }

        public String label() {
            return label;
        }
    }

    @Override
    default Witness witness() {
        return Witness.DIALER;
    }

    /** The resolver answered with at least one address. */
    record NameResolved(int connection, Duration after, Leg leg, String host, List<String> addresses)
            implements PathEvidence {
        @Override
        public Phase phase() {
            return Phase.NAME;
        }

        @Override
        public String text() {
            return host + " (" + leg.label() + ") resolved to " + String.join(", ", addresses);
        }
    }

    /** The resolver had no address, or none within its time limit. */
    record NameUnresolved(int connection, Duration after, Leg leg, String host, Failure failure)
            implements PathEvidence {
        @Override
        public Phase phase() {
            return Phase.NAME;
        }

        @Override
        public String text() {
            return host + " (" + leg.label() + ") could not be resolved: " + failure.text();
        }

        @Override
        public boolean adverse() {
            return true;
        }
    }

    /**
     * TCP was established.
     *
     * @param address address and port as dialled
     * @param localPort our end, by which a middlebox or the replica can be asked about this connection
     */
    record Connected(int connection, Duration after, Leg leg, String address, int localPort, Duration took)
            implements PathEvidence {
        @Override
        public Phase phase() {
            return leg == Leg.PROXY ? Phase.CONNECT_TO_PROXY : Phase.CONNECT_TO_REPLICA;
        }

        @Override
        public String text() {
            return "connected to " + leg.label() + " at " + address + " in " + took.toMillis() + " ms";
        }
    }

    /** TCP was not established with this address; another address may still have been. */
    record ConnectFailed(int connection, Duration after, Leg leg, String address, Failure failure)
            implements PathEvidence {
        @Override
        public Phase phase() {
            return leg == Leg.PROXY ? Phase.CONNECT_TO_PROXY : Phase.CONNECT_TO_REPLICA;
        }

        @Override
        public String text() {
            return "no connection to " + leg.label() + " at " + address + ": " + failure.text();
        }

        @Override
        public boolean adverse() {
            return failure.kind() != FailureKind.CANCELLED;
        }
    }

    /**
     * The proxy answered CONNECT (RFC 9110 section 9.3.6).
     *
     * @param target host and port that were asked for
     * @param reason the reason phrase, at most 200 characters
     * @param headers from the allow-list of harmless names only, lower case
     * @param body at most 4 KiB of the answer's content, control characters removed; empty for 2xx
     * @param credentialsSent whether the request that this answers carried credentials
     */
    record TunnelAnswered(
            int connection,
            Duration after,
            String target,
            int status,
            String reason,
            Map<String, String> headers,
            String body,
            boolean credentialsSent,
            Duration took)
            implements PathEvidence {
        @Override
        public Phase phase() {
            return Phase.TUNNEL;
        }

        /** Any 2xx opens the tunnel. */
        public boolean opened() {
            return status >= 200 && status <= 299;
        }

        @Override
        public String text() {
            return "the proxy answered CONNECT " + target + " with " + (status + " " + reason).strip() + " in "
                    + took.toMillis() + " ms";
        }

        @Override
        public boolean adverse() {
            return !opened();
        }
    }

    /**
     * The proxy did not answer CONNECT with HTTP.
     *
     * @param received the beginning of what arrived instead, made printable; empty when nothing did
     */
    record TunnelFailed(int connection, Duration after, String target, Failure failure, String received)
            implements PathEvidence {
        @Override
        public Phase phase() {
            return Phase.TUNNEL;
        }

        @Override
        public String text() {
            return "no answer to CONNECT " + target + ": " + failure.text()
                    + (received.isEmpty() ? "" : " (received \"" + received + "\")");
        }

        @Override
        public boolean adverse() {
            return true;
        }
    }
}
