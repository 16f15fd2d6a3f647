package throughline.tls;

import static java.util.Map.entry;

import java.util.Map;

/**
 * An alert (RFC 8446 6) that was sent before encryption began. Under TLS 1.3 most alerts of a server, and those of a client
 * that has answered, are encrypted and never seen here.
 *
 * @param level 1 warning, 2 fatal, as it stands on the wire
 * @param description 0 to 255, see {@link #name()}
 */
public record Alert(int level, int description) implements TlsMessage {
    static final int WARNING = 1;
    static final int FATAL = 2;

    /** The name in RFC 8446 B.2 or the IANA registry "TLS Alerts", otherwise {@code unassigned(n)}. */
    public String name() {
        return NAMES.getOrDefault(description, "unassigned(" + description + ")");
    }

    /** Whether the level on the wire is fatal. A TLS 1.3 end treats an error alert as fatal whatever its level. */
    public boolean fatal() {
        return level == FATAL;
    }

    private static final Map<Integer, String> NAMES = Map.ofEntries(
            entry(0, "close_notify"),
            entry(10, "unexpected_message"),
            entry(20, "bad_record_mac"),
            entry(21, "decryption_failed_RESERVED"),
            entry(22, "record_overflow"),
            entry(30, "decompression_failure_RESERVED"),
            entry(40, "handshake_failure"),
            entry(41, "no_certificate_RESERVED"),
            entry(42, "bad_certificate"),
            entry(43, "unsupported_certificate"),
            entry(44, "certificate_revoked"),
            entry(45, "certificate_expired"),
            entry(46, "certificate_unknown"),
            entry(47, "illegal_parameter"),
            entry(48, "unknown_ca"),
            entry(49, "access_denied"),
            entry(50, "decode_error"),
            entry(51, "decrypt_error"),
            entry(52, "too_many_cids_requested"),
            entry(60, "export_restriction_RESERVED"),
            entry(70, "protocol_version"),
            entry(71, "insufficient_security"),
            entry(80, "internal_error"),
            entry(86, "inappropriate_fallback"),
            entry(90, "user_canceled"),
            entry(100, "no_renegotiation_RESERVED"),
            entry(109, "missing_extension"),
            entry(110, "unsupported_extension"),
            entry(111, "certificate_unobtainable_RESERVED"),
            entry(112, "unrecognized_name"),
            entry(113, "bad_certificate_status_response"),
            entry(114, "bad_certificate_hash_value_RESERVED"),
            entry(115, "unknown_psk_identity"),
            entry(116, "certificate_required"),
            entry(117, "general_error"),
            entry(120, "no_application_protocol"),
            entry(121, "ech_required"));
}
