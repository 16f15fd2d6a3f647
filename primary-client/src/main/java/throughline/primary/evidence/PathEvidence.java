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

    /**
     * A TLS session with a proxy stands.
     *
     * @param proxy host and port
     * @param version as JSSE names it
     * @param chain the proxy's certificates as sent, leaf first, at most 10
     * @param certificateAsked whether the proxy asked for a client certificate
     * @param certificateSent whether it was sent one
     */
    record ProxyTlsFinished(
            int connection,
            Duration after,
            String proxy,
            String version,
            String cipherSuite,
            List<CertificateFacts> chain,
            boolean certificateAsked,
            boolean certificateSent,
            Duration took)
            implements PathEvidence {
        @Override
        public Phase phase() {
            return Phase.TLS_TO_PROXY;
        }

        @Override
        public String text() {
            return version + " with the proxy " + proxy + " stands after " + took.toMillis() + " ms"
                    + (chain.isEmpty()
                            ? ""
                            : "; its certificate is " + chain.get(0).subject());
        }
    }

    /**
     * The TLS session with a proxy came to nothing, or broke later. Nothing is known by it of the replica's.
     *
     * @param proxy host and port
     * @param chain the proxy's certificates as sent, leaf first, at most 10; empty where it did not come so far
     * @param certificateAsked whether the proxy asked for a client certificate
     * @param certificateSent whether it was sent one
     */
    record ProxyTlsFailed(
            int connection,
            Duration after,
            String proxy,
            List<CertificateFacts> chain,
            boolean certificateAsked,
            boolean certificateSent,
            Failure failure)
            implements PathEvidence {
        @Override
        public Phase phase() {
            return Phase.TLS_TO_PROXY;
        }

        @Override
        public String text() {
            return "no TLS with the proxy " + proxy + ": " + failure.text();
        }

        @Override
        public boolean adverse() {
            return failure.kind() != FailureKind.CANCELLED;
        }
    }

    /** What a SOCKS 5 proxy answered to. */
    enum SocksStep {
        /** The offered ways to authenticate; the code is the one it took, 255 none (RFC 1928 section 3). */
        METHOD,
        /** User name and password; the code is 0 where they were accepted (RFC 1929 section 2). */
        AUTHENTICATION,
        /** CONNECT; the code is 0 where the tunnel is open (RFC 1928 section 6). */
        CONNECT
    }

    /**
     * A SOCKS 5 proxy answered.
     *
     * @param target host and port that were asked for
     * @param code one byte, its meaning depends on the step
     * @param credentialsSent whether user name and password had been sent
     */
    record SocksAnswered(
            int connection,
            Duration after,
            String target,
            SocksStep step,
            int code,
            boolean credentialsSent,
            Duration took)
            implements PathEvidence {
        private static final int NO_METHOD = 255;

        @Override
        public Phase phase() {
            return Phase.TUNNEL;
        }

        @Override
        public String text() {
            String answer =
                    switch (step) {
                        case METHOD ->
                            code == NO_METHOD
                                    ? "accepts none of the offered ways to authenticate"
                                    : "chose way " + code + " to authenticate";
                        case AUTHENTICATION ->
                            code == 0
                                    ? "accepted user name and password"
                                    : "refused user name and password (" + code + ")";
                        case CONNECT -> "answered CONNECT " + target + " with " + meaning(code);
                    };
            return "the SOCKS proxy " + answer + " in " + took.toMillis() + " ms";
        }

        @Override
        public boolean adverse() {
            return step == SocksStep.METHOD ? code == NO_METHOD : code != 0;
        }

        /** A reply to CONNECT in the words of RFC 1928 section 6. */
        public static String meaning(int code) {
            String words =
                    switch (code) {
                        case 0 -> "succeeded";
                        case 1 -> "general SOCKS server failure";
                        case 2 -> "connection not allowed by ruleset";
                        case 3 -> "network unreachable";
                        case 4 -> "host unreachable";
                        case 5 -> "connection refused";
                        case 6 -> "TTL expired";
                        case 7 -> "command not supported";
                        case 8 -> "address type not supported";
                        default -> "a code that RFC 1928 does not know";
                    };
            return code + " (" + words + ")";
        }
    }

    /**
     * Credentials that would have fitted were not sent, because this proxy has refused them before.
     *
     * @param proxy host and port
     */
    record CredentialsWithheld(int connection, Duration after, String proxy) implements PathEvidence {
        @Override
        public Phase phase() {
            return Phase.TUNNEL;
        }

        @Override
        public String text() {
            return "the proxy " + proxy + " has refused these credentials before; they were not sent again";
        }
    }

    /**
     * What a proxy asked for could not be given, or what it proved did not hold: no Kerberos ticket, no answer from a KDC, a
     * token that is none.
     *
     * @param proxy host and port
     */
    record LoginFailed(int connection, Duration after, String proxy, Failure failure) implements PathEvidence {
        @Override
        public Phase phase() {
            return Phase.TUNNEL;
        }

        @Override
        public String text() {
            return "no login at the proxy " + proxy + ": " + failure.text();
        }

        @Override
        public boolean adverse() {
            return failure.kind() != FailureKind.CANCELLED;
        }
    }
}
