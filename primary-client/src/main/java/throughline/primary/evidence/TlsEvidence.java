package throughline.primary.evidence;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import throughline.tls.TlsNames;

/** What TLS showed on one connection. */
public sealed interface TlsEvidence extends Evidence {

    /**
     * Our ClientHello, read from the bytes that left (RFC 8446 section 4.1.2).
     *
     * @param random 64 lower-case hexadecimal digits: by this the replica can be asked whether it arrived
     * @param serverName SNI; absent for an address and for a name without a dot
     * @param resumes whether an earlier session was offered: by pre-shared key, or under TLS 1.2 by session id
     */
    record HelloSent(int connection, Duration after, String random, Optional<String> serverName, boolean resumes)
            implements TlsEvidence {
        @Override
        public Witness witness() {
            return Witness.SOCKET_TAP;
        }

        @Override
        public Phase phase() {
            return Phase.HELLO;
        }

        @Override
        public String text() {
            return "sent a ClientHello" + serverName.map(name -> " for " + name).orElse("");
        }
    }

    /**
     * The ServerHello that came back (RFC 8446 section 4.1.3); a HelloRetryRequest is not reported.
     *
     * @param version negotiated, as a number: 0x0303 or 0x0304
     * @param resumed whether the session is a resumed one: then nobody is asked for certificates
     */
    record ServerHelloReceived(int connection, Duration after, int version, int cipherSuite, boolean resumed)
            implements TlsEvidence {
        @Override
        public Witness witness() {
            return Witness.SOCKET_TAP;
        }

        @Override
        public Phase phase() {
            return Phase.HELLO;
        }

        @Override
        public String text() {
            return "received a ServerHello: " + TlsNames.version(version) + ", " + TlsNames.cipherSuite(cipherSuite)
                    + (resumed ? ", session resumed" : "");
        }
    }

    /**
     * Where a ServerHello was due, something else arrived.
     *
     * @param received its beginning, made printable
     */
    record NotTlsReceived(int connection, Duration after, String received) implements TlsEvidence {
        @Override
        public Witness witness() {
            return Witness.SOCKET_TAP;
        }

        @Override
        public Phase phase() {
            return Phase.HELLO;
        }

        @Override
        public String text() {
            return "the answer to the ClientHello is not TLS: \"" + received + "\"";
        }

        @Override
        public boolean adverse() {
            return true;
        }
    }

    /** Who sent an alert. */
    enum Sender {
        US,
        PEER
    }

    /**
     * An alert in the clear (RFC 8446 section 6); under TLS 1.3 most are encrypted and not seen here.
     *
     * @param phase how far the handshake had come
     * @param name the registered name
     */
    record AlertSeen(int connection, Duration after, Phase phase, Sender sender, int description, String name)
            implements TlsEvidence {
        @Override
        public Witness witness() {
            return Witness.SOCKET_TAP;
        }

        @Override
        public String text() {
            return (sender == Sender.US ? "sent" : "received") + " the alert " + name + " (" + description + ")";
        }

        @Override
        public boolean adverse() {
            return description != 0;
        }
    }

    /**
     * The chain that the server sent, and what our trust manager made of it.
     *
     * @param chain as sent, leaf first, at most 10
     * @param linked how many of them, from the leaf on, are each signed by the next: only these may be believed to belong
     *     together
     * @param trusted whether the platform's path validation accepted it
     * @param anchored whether some certificate of the linked part is, or is signed by, one of our trust anchors, dates aside
     * @param failure why it was not trusted; absent when it was
     */
    record ChainShown(
            int connection,
            Duration after,
            List<CertificateFacts> chain,
            int linked,
            boolean trusted,
            boolean anchored,
            Optional<Failure> failure)
            implements TlsEvidence {
        @Override
        public Witness witness() {
            return Witness.TRUST_MANAGER;
        }

        @Override
        public Phase phase() {
            return Phase.SERVER_CERTIFICATE;
        }

        @Override
        public String text() {
            CertificateFacts leaf = chain.get(0);
            return "was shown a certificate for " + leaf.subject() + ", issued by " + leaf.issuer() + ": "
                    + (trusted ? "trusted" : "not trusted");
        }

        @Override
        public boolean adverse() {
            return !trusted;
        }
    }

    /**
     * The revocation of a chain that was found trusted was asked about. Absent where that is switched off.
     *
     * @param accepted whether our policy lets the chain pass with these answers
     * @param certificates the leaf's, then its issuers' without the anchor
     * @param took how long the asking held up the handshake
     */
    record RevocationChecked(
            int connection, Duration after, boolean accepted, List<CertificateRevocation> certificates, Duration took)
            implements TlsEvidence {
        @Override
        public Witness witness() {
            return Witness.TRUST_MANAGER;
        }

        @Override
        public Phase phase() {
            return Phase.SERVER_CERTIFICATE;
        }

        @Override
        public String text() {
            return "asked whether the certificates shown are revoked: "
                    + certificates.stream()
                            .map(found ->
                                    found.subject() + " " + found.state().name().toLowerCase(Locale.ROOT))
                            .collect(Collectors.joining(", "));
        }

        @Override
        public boolean adverse() {
            return !accepted;
        }
    }

    /** Whether the certificate names the host we asked for (RFC 9110 section 4.3.4). */
    record NameChecked(int connection, Duration after, String host, boolean matches, List<String> names)
            implements TlsEvidence {
        @Override
        public Witness witness() {
            return Witness.NAME_CHECK;
        }

        @Override
        public Phase phase() {
            return Phase.SERVER_CERTIFICATE;
        }

        @Override
        public String text() {
            return matches
                    ? "the certificate names " + host
                    : "the certificate does not name " + host + "; it names "
                            + (names.isEmpty() ? "nothing" : String.join(", ", names));
        }

        @Override
        public boolean adverse() {
            return !matches;
        }
    }

    /** What we answered to a CertificateRequest. */
    enum CertificateAnswer {
        SENT,
        NONE_CONFIGURED,
        /** Our certificate's issuer is not among those that the request names; JSSE then sends an empty list. */
        ISSUER_NOT_NAMED,
        /** The request accepts no key of our kind. */
        KEY_NOT_ACCEPTED
    }

    /**
     * The server sent a CertificateRequest (RFC 8446 section 4.3.2): our key manager was asked.
     *
     * @param issuers distinguished names the server accepts, RFC 2253 form, at most 50; empty when it names none
     */
    record CertificateRequested(
            int connection,
            Duration after,
            List<String> keyTypes,
            List<String> issuers,
            CertificateAnswer answer,
            Optional<CertificateFacts> sent)
            implements TlsEvidence {
        @Override
        public Witness witness() {
            return Witness.KEY_MANAGER;
        }

        @Override
        public Phase phase() {
            return Phase.CLIENT_CERTIFICATE;
        }

        @Override
        public String text() {
            return "was asked for a client certificate"
                    + (issuers.isEmpty() ? "" : " issued by " + String.join(" or ", issuers)) + ": "
                    + switch (answer) {
                        case SENT ->
                            "sent " + sent.map(CertificateFacts::subject).orElse("one");
                        case NONE_CONFIGURED -> "none is configured";
                        case ISSUER_NOT_NAMED -> "none of ours is issued by these, so none was sent";
                        case KEY_NOT_ACCEPTED -> "the kind of our key is not accepted, so none was sent";
                    };
        }
    }

    /**
     * The handshake finished on our side. Under TLS 1.3 this does not mean that the replica accepted our certificate.
     *
     * @param version as JSSE names it
     * @param chain the validated path, leaf first; on a resumed session that of the original one
     * @param channelBinding SHA-256, in hex, of the tls-exporter value (RFC 9266); absent where the runtime has no exporter
     */
    record HandshakeFinished(
            int connection,
            Duration after,
            String version,
            String cipherSuite,
            List<CertificateFacts> chain,
            Optional<String> channelBinding)
            implements TlsEvidence {
        @Override
        public Witness witness() {
            return Witness.CALL_EVENTS;
        }

        @Override
        public Phase phase() {
            return Phase.CLIENT_CERTIFICATE;
        }

        @Override
        public String text() {
            return "the handshake finished on our side: " + version + ", " + cipherSuite;
        }
    }

    /**
     * Under TLS 1.3 the other end went on after our Finished: it sent an encrypted record that is larger than an alert, and so a
     * session ticket or content. A server sends either only after it has received our Finished (RFC 8446 section 4.6.1), and so has
     * looked at our certificate. Noted of the first one.
     *
     * @param length of the record in bytes, without its header
     */
    record RecordAfterFinished(int connection, Duration after, int length) implements TlsEvidence {
        @Override
        public Witness witness() {
            return Witness.SOCKET_TAP;
        }

        @Override
        public Phase phase() {
            return Phase.CLIENT_CERTIFICATE;
        }

        @Override
        public String text() {
            return "received an encrypted record of " + length + " bytes after our Finished: more than an alert";
        }
    }

    /**
     * The handshake did not finish, or its result was refused by our own checks.
     *
     * @param phase how far the handshake had come
     */
    record HandshakeFailed(int connection, Duration after, Phase phase, Failure failure) implements TlsEvidence {
        @Override
        public Witness witness() {
            return Witness.CALL_EVENTS;
        }

        @Override
        public String text() {
            return "the handshake failed: " + failure.text();
        }

        @Override
        public boolean adverse() {
            return true;
        }
    }
}
