package throughline.protocol;

import java.time.Instant;
import java.util.List;

/**
 * What the replica says of the connection that an announcement arrived on. It travels inside a {@link SignedView}.
 *
 * @param attempt the attempt identifier the request carried
 * @param nonce the announcement's nonce, repeated
 * @param bootId random per start of the replica; another value than before means that it restarted and forgot
 * @param coveredSince since when the replica's log is complete; it was not looking before
 * @param at the replica's clock when it answered
 * @param servedCertificates SHA-256 of every leaf certificate this replica presents or knows to be presented in its
 *     name, lower-case hex
 * @param connection this very connection, as the replica saw it
 */
public record ReplicaView(
        String attempt,
        String nonce,
        String bootId,
        Instant coveredSince,
        Instant at,
        List<String> servedCertificates,
        ConnectionView connection) {}
