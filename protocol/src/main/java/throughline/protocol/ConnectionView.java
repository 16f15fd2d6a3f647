package throughline.protocol;

import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * One TCP connection as the replica saw it: hello, handshake and requests joined.
 *
 * @param id counts the replica's connections from 1 since its start
 * @param acceptedAt the replica's clock when the connection was accepted
 * @param peer address and port of whoever connected: the primary, or the last middlebox
 * @param hello the ClientHello; absent while none has arrived whole, and when the first bytes were not TLS
 * @param handshake how far TLS got
 * @param failure the replica's own words for a failed handshake, one line
 * @param session what was negotiated; absent unless the handshake succeeded
 * @param clientCertificate what became of the client's certificate
 * @param attempts the attempt identifiers of the requests that arrived, each once, in order, at most 16
 * @param requests how many requests arrived
 */
public record ConnectionView(
        long id,
        Instant acceptedAt,
        String peer,
        Optional<HelloView> hello,
        HandshakeOutcome handshake,
        Optional<String> failure,
        Optional<SessionView> session,
        ClientCertificateView clientCertificate,
        List<String> attempts,
        long requests) {

    /** How far TLS got on a connection. */
    public enum HandshakeOutcome {
        /** Nothing, or not yet a whole ClientHello, has arrived. */
        NO_HELLO,
        /** The first bytes were not TLS. */
        NOT_TLS,
        /** The handshake is under way, or the connection ended in it without the replica being told why. */
        UNFINISHED,
        /** The replica ended the handshake, or was told by an alert that the other end did. */
        FAILED,
        SUCCEEDED
    }

    /**
     * The ClientHello that arrived (RFC 8446 section 4.1.2).
     *
     * @param random 64 lower-case hexadecimal digits
     * @param serverName the SNI host name (RFC 6066 section 3), absent when not sent
     * @param applicationProtocols the ALPN list (RFC 7301), empty when not sent
     * @param versions offered protocol versions as numbers, for example 0x0304
     * @param preSharedKey whether a session was offered for resumption under TLS 1.3
     */
    public record HelloView(
            String random,
            Optional<String> serverName,
            List<String> applicationProtocols,
            List<Integer> versions,
            boolean preSharedKey) {}

    /**
     * The TLS session of a finished handshake.
     *
     * @param version as JSSE names it, for example {@code TLSv1.3}
     * @param cipherSuite the registered name
     * @param certificate SHA-256 of the leaf certificate that the replica presented, lower-case hex
     * @param channelBinding SHA-256, in hex, of the tls-exporter value (RFC 9266); absent where the runtime has no exporter
     */
    public record SessionView(
            String version, String cipherSuite, String certificate, Optional<String> channelBinding) {}

    /**
     * What became of the client's certificate.
     *
     * @param subject RFC 2253 name of the leaf that arrived; absent when none arrived
     * @param sha256 of that leaf, lower-case hex
     * @param refusal why it was refused; present exactly when {@code outcome} is {@code REFUSED}
     */
    public record ClientCertificateView(
            CertificateOutcome outcome,
            Optional<String> subject,
            Optional<String> sha256,
            Optional<CertificateRefusal> refusal) {

        public static ClientCertificateView notReached() {
            return new ClientCertificateView(
                    CertificateOutcome.NOT_REACHED, Optional.empty(), Optional.empty(), Optional.empty());
        }
    }

    /** What became of the client's certificate. */
    public enum CertificateOutcome {
        /** The handshake has not come that far, or ended for another reason. */
        NOT_REACHED,
        /** The client answered the CertificateRequest with an empty list. */
        NONE_SENT,
        REFUSED,
        /** The chain is accepted; that the client also holds its key is proved only by a handshake that succeeded. */
        ACCEPTED
    }

    /** Why a replica refuses a client certificate; each is found from the chain, not from an exception's wording. */
    public enum CertificateRefusal {
        EXPIRED,
        NOT_YET_VALID,
        UNKNOWN_ISSUER,
        WRONG_USAGE,
        /** A signed answer in force says so, of the leaf or of an issuer. */
        REVOKED,
        /** The replica requires to know, and nobody it could reach says that none of the chain is revoked. */
        REVOCATION_UNKNOWN,
        /** Refused by the runtime's path validation for a reason that is none of the others. */
        OTHER;

        /** For a sentence, for example {@code unknown issuer}. */
        public String words() {
            return name().toLowerCase(Locale.ROOT).replace('_', ' ');
        }
    }
}
